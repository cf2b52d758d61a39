/* The task pane: its tabs, the log, the connection, the settings. */
"use strict";

(() => {
  const { LANGUAGES, addin, copy, element, fill, language, say, start, typed } = globalThis.ClvPages;
  const host = globalThis.ClvHost;
  const gallery = globalThis.ClvGallery;
  const $ = (id) => document.getElementById(id);
  const NAMES = { en: "English", fi: "Suomi", ka: "ქართული", pl: "Polski", el: "Ελληνικά" };
  let last = null; // the message that stands now: a change of language words it again

  const drawMessage = () => {
    $("message").textContent = last ? say(last.key, last.params) : "";
    $("message").className = last && last.bad ? "bad" : "";
  };

  const announce = (key, params = {}, bad = false) => {
    last = { key, params, bad };
    $("message").textContent = ""; // the same sentence twice is announced twice
    setTimeout(drawMessage, 30);
  };

  // --- tabs ---

  const tabs = [...document.querySelectorAll("[role=tab]")];

  const choose = (tab, focus = true) => {
    for (const other of tabs) {
      const here = other === tab;
      other.setAttribute("aria-selected", here ? "true" : "false");
      other.tabIndex = here ? 0 : -1;
      $(other.getAttribute("aria-controls")).hidden = !here;
    }
    last = null;
    drawMessage();
    if (focus) tab.focus();
  };

  const onTabKey = (event) => {
    const at = tabs.indexOf(event.currentTarget);
    const places = {
      ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: tabs.length - 1,
    };
    if (!(event.key in places)) return;
    event.preventDefault();
    choose(tabs[(places[event.key] + tabs.length) % tabs.length]);
  };

  // --- the log ---

  const time = (value) => new Date(value).toLocaleTimeString(document.documentElement.lang);

  const goTo = async (cell) => {
    try {
      await host.goTo(cell);
      announce("pane.went", { cell });
    } catch {
      announce("pane.went_not", { cell }, true);
    }
  };

  const entry = (e) => element("li", {},
    element("div", { class: "over" },
      element("code", { class: "code" }, e.code),
      element("span", { class: "name" }, typed(e.function || "")),
      e.count > 1 && element("span", { class: "badge" }, say("pane.log_count", { count: e.count })),
      element("time", { datetime: new Date(e.time).toISOString() }, time(e.time))),
    element("p", {}, e.sentence),
    e.cell && (host.excel()
      ? element("button", {
        type: "button", class: "quiet", "aria-label": say("pane.log_go_to", { cell: e.cell }), onclick: () => goTo(e.cell),
      }, `${e.cell} →`)
      : element("code", {}, e.cell)));

  const drawLog = () => {
    const entries = addin ? addin.log.entries() : [];
    fill($("log"), entries.map(entry));
    $("log").hidden = !entries.length;
    $("log-empty").hidden = entries.length > 0;
    $("log-copy").disabled = $("log-clear").disabled = !entries.length;
    $("log-count").textContent = entries.length ? String(entries.length) : "";
  };

  const copyLog = async () => {
    const line = (e) => [new Date(e.time).toISOString(), e.cell, e.function, e.code, e.sentence, e.count]
      .map((part) => String(part === null || part === undefined ? "" : part).replace(/\s+/g, " ")).join("\t");
    const text = addin.log.entries().map(line).join("\n");
    announce(await copy(text) ? "pane.log_copied" : "pane.copy_failed");
  };

  // --- the connection ---

  const pair = (key, value) => value && [element("dt", {}, say(key)), element("dd", {}, value)];

  const drawConnection = () => {
    if (!addin) return;
    const state = addin.connection.state();
    $("dot").className = `dot ${state.status}`;
    fill($("connection"),
      pair("pane.status", element("span", { class: `status ${state.status}` }, say(`pane.status_${state.status}`))),
      pair("pane.address", element("code", {}, state.address || "")),
      pair("pane.since", state.since && time(state.since)),
      pair("pane.user", state.user && (state.user === "local" ? say("pane.user_local") : state.user)),
      pair("pane.version_server", state.version),
      pair("pane.version_addin", addin.version));
    $("token-forget").disabled = !addin.settings.get().token;
  };

  const check = async () => {
    announce("pane.checking");
    const state = await addin.connection.check();
    announce(`pane.status_${state.status}`, {}, state.status !== "ok");
    drawConnection();
  };

  const useToken = async (event) => {
    event.preventDefault();
    const token = $("token").value.trim();
    if (!token) return $("token").focus();
    addin.settings.set({ token });
    $("token").value = "";
    return check();
  };

  const forgetToken = () => {
    addin.settings.set({ token: null });
    drawConnection();
    announce("pane.token_forgotten");
  };

  /** Office asks for consent or a password where it must; the client does it as part of its check. */
  const signIn = () => {
    const office = (globalThis.OfficeRuntime && OfficeRuntime.auth) || (globalThis.Office && Office.auth);
    return office ? check() : announce("pane.sign_in_elsewhere", {}, true);
  };

  // --- the settings ---

  const options = (select, pairs, value) => {
    fill(select, pairs.map(([key, words]) => element("option", { value: key }, words)));
    select.value = value;
  };

  const drawSettings = () => {
    if (!addin) return;
    const { language: chosen, headers } = addin.settings.get();
    options($("language"), [["", say("pane.language_of_excel")], ...LANGUAGES.map((l) => [l, NAMES[l]])], chosen || "");
    const rows = ["0", "1", "2"].map((value) => [value, say(`pane.headers_${value}`)]);
    options($("headers"), [["", say("pane.headers_auto")], ...rows],
      headers === null || headers === undefined ? "" : String(headers));
  };

  /** The template workbook in the language of the pane, where the server has it. */
  const drawTemplate = () => {
    const place = addin && addin.config.templates[language()];
    $("template").hidden = !place;
    if (place) $("template").firstElementChild.href = place;
  };

  const recalculate = async () => {
    try {
      await host.recalculate();
      announce("pane.recalculated");
    } catch (error) {
      announce("pane.recalculate_failed", { reason: error.message || String(error) }, true);
    }
  };

  // --- all of it ---

  const draw = () => {
    document.title = say("pane.title");
    gallery.draw();
    drawLog();
    drawConnection();
    drawSettings();
    drawTemplate();
    drawMessage();
  };

  const on = (id, kind, work) => $(id).addEventListener(kind, work);

  const wire = () => {
    for (const tab of tabs) {
      tab.addEventListener("click", () => choose(tab));
      tab.addEventListener("keydown", onTabKey);
    }
    gallery.start(announce);
    if (!addin) {
      $("no-client").hidden = false;
      for (const id of ["check", "log-copy", "log-clear", "language", "headers"]) $(id).disabled = true;
      return;
    }
    on("log-copy", "click", copyLog);
    on("log-clear", "click", () => { addin.log.clear(); announce("pane.log_cleared"); });
    on("check", "click", check);
    on("token-form", "submit", useToken);
    on("token-forget", "click", forgetToken);
    on("sign-in", "click", signIn);
    on("language", "change", () => addin.settings.set({ language: $("language").value || null }));
    on("headers", "change", () => {
      addin.settings.set({ headers: $("headers").value === "" ? null : Number($("headers").value) });
      announce("pane.headers_set");
    });
    on("recalculate", "click", recalculate);
    $("token-form").hidden = addin.config.auth !== "token";
    $("sign-in-part").hidden = addin.config.auth !== "entra";
    addin.log.subscribe(drawLog);
    addin.connection.subscribe(drawConnection);
    addin.settings.subscribe(() => { drawSettings(); drawConnection(); });
  };

  const main = async () => {
    wire();
    $("recalculate").disabled = true;
    await start(draw);
    const excel = await host.ready();
    const theme = host.theme();
    if (theme) document.documentElement.dataset.theme = theme;
    $("no-excel").hidden = excel;
    $("recalculate").disabled = !excel;
    if (excel) {
      drawLog();
      await gallery.withExcel();
    }
    // With Entra a check may ask for a password: that waits until somebody presses a button.
    if (addin && addin.config.auth !== "entra") await addin.connection.check();
    document.documentElement.dataset.ready = "yes";
  };

  main();
})();
