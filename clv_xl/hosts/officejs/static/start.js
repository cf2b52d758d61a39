/* The start page: what this is, how it is installed, the connection, the reference. */
"use strict";

(() => {
  const { LANGUAGES, addin, copy, element, fill, help, language, say, search, start } = globalThis.ClvPages;
  const { about, badge, facts } = globalThis.ClvReference;
  const tryIt = globalThis.ClvTryIt;
  const $ = (id) => document.getElementById(id);
  const NAMES = { en: "English", fi: "Suomi", ka: "ქართული", pl: "Polski", el: "Ελληνικά" };
  const PLATFORMS = { windows: 4, mac: 3, web: 3, everyone: 3 }; // how many steps each takes
  const MANIFEST = new URL("manifest.xml", document.baseURI).href;

  // --- what this is ---

  const drawNames = () => {
    const plain = help().functions.find((f) => f.id === "CLV");
    const example = plain && plain.examples[0];
    $("sample-formula").textContent = example ? example.shown : "";
    $("sample-value").textContent = example ? `→ ${example.value}` : "";
    const namespace = addin ? addin.config.namespace : "CLV";
    const params = { namespace: `=${namespace}.`, name: `=${plain ? plain.name : "CLV"}` };
    $("names").textContent = say(namespace ? "start.names" : "start.names_bare", params);
    $("version").textContent = addin ? `clv_xl ${addin.version}` : "";
  };

  // --- the connection ---

  const drawConnection = () => {
    if (!addin) return;
    const state = addin.connection.state();
    $("status").className = `status ${state.status}`;
    $("status").textContent = say(`pane.status_${state.status}`);
    const user = state.user && state.user !== "local" ? state.user : "";
    $("status-more").textContent = [state.address, user, state.version].filter(Boolean).join(" · ");
    $("token-forget").disabled = !addin.settings.get().token;
  };

  const useToken = (event) => {
    event.preventDefault();
    const token = $("token").value.trim();
    if (!token) return $("token").focus();
    addin.settings.set({ token });
    $("token").value = "";
    return addin.connection.check();
  };

  const forgetToken = () => {
    addin.settings.set({ token: null });
    return addin.connection.check();
  };

  // --- how it is installed ---

  const ownPlatform = () => (/Mac/.test(navigator.platform) ? "mac" : "windows");

  const drawSteps = () => {
    const open = [...$("steps").querySelectorAll("details")].filter((d) => d.open).map((d) => d.id);
    const first = $("steps").childElementCount === 0;
    fill($("steps"), Object.entries(PLATFORMS).map(([platform, count]) => element("details", {
      id: `install-${platform}`, open: first ? platform === ownPlatform() : open.includes(`install-${platform}`),
    },
    element("summary", {}, say(`start.on_${platform}`)),
    element("ol", {}, Array.from({ length: count }, (_, i) =>
      element("li", {}, say(`start.${platform}_${"abcd"[i]}`)))))));
  };

  const copyManifest = async () => {
    $("copied").textContent = say(await copy(MANIFEST) ? "start.copied" : "pane.copy_failed");
  };

  // --- the reference ---

  const tryThis = (f) => {
    tryIt.choose(f.id);
    $("try").scrollIntoView();
    $("function").focus();
  };

  const entry = (f, open) => element("details", { id: f.id, class: "function", open: open.has(f.id) },
    element("summary", {}, element("span", { class: "name" }, f.name), " ", element("span", { class: "summary" }, f.summary)),
    element("p", {}, element("code", {}, f.call)),
    f.arguments.length > 0 && element("dl", { class: "arguments" }, f.arguments.map((arg) => [
      element("dt", {}, element("code", {}, arg.name), " ", badge(arg)), element("dd", {}, facts(arg))])),
    about(f),
    element("p", { class: "actions" },
      element("button", { type: "button", onclick: () => tryThis(f) }, say("start.try")),
      element("a", { href: `#${f.id}`, class: "link" }, say("start.link", { function: f.name }))));

  const drawReference = () => {
    const query = $("search").value;
    const found = search(help().functions, query);
    const open = new Set([...document.querySelectorAll("details.function[open]")].map((d) => d.id));
    const families = [...new Set(found.map((f) => f.family))];
    fill($("functions"), families.map((family) => [
      element("h3", {}, family), found.filter((f) => f.family === family).map((f) => entry(f, open))]));
    $("found").textContent = found.length
      ? say("pane.found", { count: found.length }) : say("pane.found_none", { query });
  };

  /** Open the function that the address names: #CLV.AOV. */
  const follow = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* "#%" is no escape, and no function */ }
    const node = document.getElementById(id);
    if (!node) return;
    if (node.matches("details")) node.open = true;
    node.scrollIntoView();
  };

  // --- all of it ---

  const draw = () => {
    document.title = say("start.title");
    $("language").value = language();
    drawNames();
    drawConnection();
    drawSteps();
    tryIt.draw();
    drawReference();
  };

  const on = (id, kind, work) => $(id).addEventListener(kind, work);

  const wire = () => {
    fill($("language"), LANGUAGES.map((l) => element("option", { value: l, lang: l }, NAMES[l])));
    $("manifest").value = MANIFEST;
    $("no-https").hidden = location.protocol === "https:";
    on("copy-manifest", "click", copyManifest);
    on("search", "input", drawReference);
    tryIt.start();
    globalThis.addEventListener("hashchange", follow);
    if (!addin) {
      $("no-client").hidden = false;
      for (const node of document.querySelectorAll("#check, #language, #try-form button")) node.disabled = true;
      return;
    }
    on("language", "change", () => addin.settings.set({ language: $("language").value }));
    on("check", "click", () => addin.connection.check());
    on("token-form", "submit", useToken);
    on("token-forget", "click", forgetToken);
    $("token-form").hidden = addin.config.auth !== "token";
    $("sign-in-part").hidden = addin.config.auth !== "entra";
    addin.connection.subscribe(drawConnection);
    addin.settings.subscribe(drawConnection);
  };

  const main = async () => {
    wire();
    await start(draw);
    follow();
    if (addin && addin.config.auth !== "entra") await addin.connection.check();
    document.documentElement.dataset.ready = "yes";
  };

  main();
})();
