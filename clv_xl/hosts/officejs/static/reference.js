/* What is told about a function, on both pages: convention, formula, result, errors, examples, source. */
"use strict";

(() => {
  const { element, say } = globalThis.ClvPages;

  const pair = (key, ...content) => [element("dt", {}, say(key)), element("dd", {}, ...content)];

  const list = (items) => element("ul", {}, items.map((item) => element("li", {}, item)));

  /** The terms beside what fills the form. */
  const about = (f) => element("dl", { class: "about" },
    pair("explain.convention", f.convention),
    pair("explain.formula", element("code", {}, f.formula)),
    pair("explain.result", f.returns),
    f.errors.length > 0 && pair("pane.errors", list(f.errors.map((e) => [element("code", {}, e.code), ` ${e.when}`]))),
    f.examples.length > 0 && pair("explain.example", list(f.examples.map((e) =>
      [element("code", {}, e.shown), f.spills ? "" : ` → ${e.value}`]))),
    pair("explain.source", f.source));

  /** Meaning, domain, unit and default of an argument, each a sentence of its own. */
  const facts = (arg) => [
    element("span", {}, arg.meaning), " ",
    element("span", { class: "must" }, say("explain.must_be", { expected: arg.domain })), " ",
    arg.unit && element("span", { class: "must" }, say("explain.unit", { unit: arg.unit })), " ",
    arg.default && element("span", { class: "must" }, say("explain.default", { value: arg.default })),
  ];

  const badge = (arg) =>
    element("span", { class: "badge" }, say(arg.optional ? "pane.optional" : "pane.required"));

  /** The choices of a keyword or a truth value; the first one leaves the argument out. */
  const choices = (arg, id, attributes) => {
    const words = arg.kind === "Flag" ? ["TRUE", "FALSE"].map((value) => ({ value })) : arg.choices;
    const empty = say(arg.optional ? "pane.leave_out" : "pane.choose");
    return element("select", { id, ...attributes }, element("option", { value: "" }, empty),
      words.map(({ value, meaning }) =>
        element("option", { value }, meaning && meaning !== value ? `${value} – ${meaning}` : value)));
  };

  const chosen = (arg) => arg.kind === "Keyword" || arg.kind === "Flag";

  globalThis.ClvReference = { about, badge, choices, chosen, facts };
})();
