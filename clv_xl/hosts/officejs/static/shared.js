/* What both pages share: texts in the reader's language, the help of the functions, small parts of a page.
   Data reach the page as text nodes and attributes only, never as HTML. */
"use strict";

(() => {
  const LANGUAGES = ["en", "fi", "ka", "pl", "el"];
  const BASE = new URL(".", document.currentScript.src).href;
  const addin = globalThis.ClvAddin || null;
  const loaded = new Map();
  const listeners = [];
  let current = { language: "en", texts: {}, help: { functions: [] } };
  let asked = 0;

  const languageOf = (name) => {
    const code = String(name || "").toLowerCase().split(/[-_]/)[0];
    return LANGUAGES.includes(code) ? code : "en";
  };

  /** The language that the reader chose, else that of Excel, else that of the browser. */
  const wantedLanguage = () => {
    const chosen = addin ? addin.settings.get().language : null;
    if (chosen) return languageOf(chosen);
    const office = globalThis.Office && globalThis.Office.context && globalThis.Office.context.displayLanguage;
    return languageOf(office || navigator.language);
  };

  const json = async (path) => {
    const answer = await fetch(BASE + path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  };

  const load = (language) => {
    if (!loaded.has(language)) {
      const both = Promise.all([json(`texts-${language}.json`), json(`help-${language}.json`)]);
      loaded.set(language, both);
      both.catch(() => loaded.delete(language));
    }
    return loaded.get(language);
  };

  /** The functions of all families in one list. */
  const flat = ({ families }) => ({
    functions: families.flatMap((family) => family.functions.map((f) => ({ ...f, family: family.title }))),
  });

  const say = (key, params = {}) =>
    (current.texts[key] || "").replace(/\{([a-z_]+)\}/g, (place, name) =>
      name in params ? String(params[name]) : place);

  /** Word every element that names its text, then whatever the page drew itself. */
  const word = (root = document) => {
    for (const node of root.querySelectorAll("[data-text]")) node.textContent = say(node.dataset.text);
    for (const node of root.querySelectorAll("[data-label]")) {
      node.setAttribute("aria-label", say(node.dataset.label));
    }
  };

  const speak = async (language) => {
    const turn = ++asked;
    const [texts, help] = await load(language).catch(() => load(current.language));
    if (turn !== asked) return; // another language was chosen while this one was on its way
    current = { language, texts, help: flat(help) };
    document.documentElement.lang = language;
    word();
    for (const listener of listeners) listener();
  };

  /** Speak the wanted language now and whenever the setting changes. */
  const start = async (draw) => {
    listeners.push(draw);
    if (addin) {
      addin.settings.subscribe(() => {
        if (wantedLanguage() !== current.language) speak(wantedLanguage());
      });
    }
    await speak(wantedLanguage());
  };

  const put = (node, children) => {
    for (const child of children.flat(Infinity)) {
      if (child !== null && child !== undefined && child !== false) node.append(child);
    }
    return node;
  };

  /** An element: attributes by name, listeners as on..., text and elements as children. */
  const element = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (typeof value === "function") node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : value);
    }
    return put(node, children);
  };

  const fill = (node, ...children) => {
    node.replaceChildren();
    return put(node, children);
  };

  /** Letters without case and marks, so that "arpa" finds "Ärpä" and "σ" finds "ς". */
  const fold = (text) =>
    text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/ł/g, "l").replace(/ς/g, "σ");

  const heap = (f) => [f.name, f.id, f.summary, f.family, ...f.arguments.map((a) => `${a.name} ${a.name.replace(/_/g, " ")}`)];

  /** The functions that hold every word of a query; those whose name holds it come first. */
  const search = (functions, query) => {
    const words = fold(query).split(/\s+/).filter(Boolean);
    const named = (f) => words.every((w) => fold(f.name).includes(w));
    const found = functions.filter((f) => {
      const text = fold(heap(f).join(" "));
      return words.every((w) => text.includes(w));
    });
    return words.length ? [...found.filter(named), ...found.filter((f) => !named(f))] : found;
  };

  /** The name as it is typed in Excel with this add-in, for the name of the catalogue. */
  const typed = (id) => (current.help.functions.find((f) => f.id === id) || { name: id }).name;

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = element("textarea", { class: "unseen", "aria-hidden": "true", tabindex: "-1" });
      const before = document.activeElement;
      area.value = text;
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy"); // Excel's web views may not grant the clipboard
      area.remove();
      if (before) before.focus();
      return done;
    }
  };

  /** A number as a cell without a format shows it: the decimal mark of the language, no groups. */
  const number = (value, digits) =>
    new Intl.NumberFormat(current.language, { maximumSignificantDigits: digits, useGrouping: false }).format(value);

  globalThis.ClvPages = {
    LANGUAGES,
    addin,
    copy,
    element,
    fill,
    fold,
    help: () => current.help,
    language: () => current.language,
    number,
    say,
    search,
    start,
    typed,
    word,
  };
})();
