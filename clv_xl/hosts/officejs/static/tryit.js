/* "Try it": a function on cells pasted from a spreadsheet, answered as Excel would be. */
"use strict";

(() => {
  const { addin, copy, element, fill, help, language, number, say } = globalThis.ClvPages;
  const { read } = globalThis.ClvFormula;
  const { cellOf, columnOf, dateOf, isoOf, letters, numberOf, rowsOf } = globalThis.ClvPaste;
  const { badge, choices, chosen, facts } = globalThis.ClvReference;
  const $ = (id) => document.getElementById(id);
  const SHOWN_ROWS = 8;
  const SHOWN_ANSWER = 200;
  const TYPES = ["auto", "date", "dmy", "mdy", "text"];

  let rows = []; // the pasted texts
  let types = []; // what the reader says each column holds
  let columns = []; // what was understood
  let answer = null; // {value} or {error}, of the form as it stood
  let turn = 0;
  let decimal = null; // the reader's choice; the language's mark until then

  const mark = () => decimal || (language() === "en" ? "." : ",");
  const current = () => help().functions.find((f) => f.id === $("function").value) || help().functions[0];
  const local = (value) => String(value).replace(".", mark());

  // --- the pasted cells ---

  const understand = () => {
    rows = rowsOf($("cells").value);
    const width = rows.length ? rows[0].length : 0;
    types = Array.from({ length: width }, (_, i) => types[i] || "auto");
    columns = types.map((type, i) => columnOf(rows.map((row) => row[i]), type, mark()));
  };

  const head = (i) => {
    const first = columns[i].cells[0];
    return first && first.kind === "text" ? `${letters(i)}: ${String(first.value).slice(0, 30)}` : letters(i);
  };

  const typeSelect = (i) => {
    const select = element("select", {
      id: `type-${i}`, "aria-label": say("start.type_of", { column: letters(i) }),
      onchange: () => { types[i] = select.value; drawCells(); $(`type-${i}`).focus(); },
    }, TYPES.map((type) => element("option", { value: type }, say(`start.type_${type}`))));
    select.value = types[i];
    return select;
  };

  const counted = ({ counts }) => Object.entries(counts).filter(([, count]) => count)
    .map(([kind, count]) => say(`start.count_${kind}`, { count })).join(", ");

  const shownCell = (cell, raw) => {
    if (cell.kind === "blank") return "";
    if (cell.kind === "date") return `${isoOf(cell.value)} = ${cell.value}`;
    return cell.kind === "number" ? number(cell.value, 15) : raw;
  };

  const drawCells = () => {
    understand();
    $("understood").hidden = !columns.length;
    const doubts = columns.flatMap((column, i) =>
      column.doubts.map((doubt) => say(doubt.key, { ...doubt, column: letters(i) })));
    fill($("doubts"), doubts.map((words) => element("li", {}, words)));
    $("doubts").hidden = !doubts.length;
    fill($("table"),
      element("thead", {},
        element("tr", {}, element("td"), columns.map((_, i) => element("th", { scope: "col" }, letters(i)))),
        element("tr", {}, element("td"), columns.map((_, i) => element("td", {}, typeSelect(i)))),
        element("tr", {}, element("td"), columns.map((column) => element("td", { class: "facts" }, counted(column))))),
      element("tbody", {}, rows.slice(0, SHOWN_ROWS).map((row, r) => element("tr", {},
        element("th", { scope: "row" }, String(r + 1)),
        row.map((raw, c) => element("td", { class: columns[c].cells[r].kind }, shownCell(columns[c].cells[r], raw)))))));
    $("more-rows").textContent = rows.length > SHOWN_ROWS
      ? say("start.more_rows", { count: rows.length - SHOWN_ROWS }) : "";
    drawColumnChoices();
  };

  // --- the arguments ---

  const drawColumnChoices = () => {
    for (const select of document.querySelectorAll("#arguments select[data-columns]")) {
      const arg = current().arguments.find((a) => `try-${a.name}` === select.id);
      const kept = select.value;
      const whole = arg.kind !== "ColumnOf";
      const list = whole && columns.length
        ? [["all", say("start.whole_table", { last: letters(columns.length - 1) })]]
        : columns.map((_, i) => [String(i), say("start.column", { column: head(i) })]);
      fill(select, element("option", { value: "" }, say(arg.optional ? "pane.leave_out" : "pane.choose")),
        list.map(([value, words]) => element("option", { value }, words)));
      select.value = list.some(([value]) => value === kept) ? kept : whole && columns.length ? "all" : "";
    }
  };

  const input = (arg, id) => {
    const described = { "aria-describedby": `${id}-facts ${id}-problem`, "aria-required": arg.optional ? null : "true" };
    if (chosen(arg)) return choices(arg, id, described);
    if (arg.entry === "pasted") return element("select", { id, "data-columns": true, ...described });
    const plain = { id, autocomplete: "off", spellcheck: "false", ...described };
    return arg.entry === "typed"
      ? element("textarea", { ...plain, rows: "2" }) : element("input", { type: "text", ...plain });
  };

  const field = (arg) => {
    const id = `try-${arg.name}`;
    return element("div", { class: "field" },
      element("div", { class: "over" }, element("label", { for: id }, element("code", {}, arg.name)), badge(arg)),
      input(arg, id),
      element("p", { id: `${id}-facts`, class: "facts" }, facts(arg),
        arg.entry === "typed" && say("start.small")),
      element("p", { id: `${id}-problem`, class: "problem" }));
  };

  const drawForm = () => {
    const f = current();
    $("function-summary").textContent = f.summary;
    $("pasting").hidden = !f.arguments.some((arg) => arg.entry === "pasted");
    fill($("arguments"), f.arguments.map(field));
    drawCells();
  };

  const complain = (arg, words) => {
    $(`try-${arg.name}-problem`).textContent = words;
    if (words) $(`try-${arg.name}`).setAttribute("aria-invalid", "true");
    else $(`try-${arg.name}`).removeAttribute("aria-invalid");
  };

  class Problem extends Error {}

  const values = (column) => column.cells.map((cell) => [cell.value]);

  /** The value of an argument as Office.js hands it over; null where it is left out. */
  const valueOf = (arg) => {
    const text = $(`try-${arg.name}`).value;
    if (!text.trim()) {
      if (arg.optional) return null;
      throw new Problem(say("pane.problem_required"));
    }
    if (arg.kind === "Flag") return text === "TRUE";
    if (chosen(arg) || arg.entry === "text") return text;
    if (arg.kind === "ColumnOf") return values(columns[Number(text)]);
    if (arg.entry === "pasted") return rows.map((_, r) => columns.map((column) => column.cells[r].value));
    if (arg.entry === "typed") {
      const cells = rowsOf(text).map((row) => row.map((raw) => cellOf(raw, "auto", mark()).value));
      return cells.length === 1 && cells[0].length === 1 ? cells[0][0] : cells;
    }
    const value = arg.kind === "Date" ? dateOf(text.trim(), "date") : null;
    const found = value === null ? numberOf(text.trim(), mark()) : value;
    if (found === null) {
      throw new Problem(say(arg.kind === "Date" ? "start.problem_date" : "start.problem_number", { number: local(0.4) }));
    }
    return found;
  };

  const readForm = () => {
    let first = null;
    const args = current().arguments.map((arg) => {
      try {
        complain(arg, "");
        return valueOf(arg);
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        complain(arg, problem.message);
        first = first || arg;
        return null;
      }
    });
    if (first) $(`try-${first.name}`).focus();
    while (args.length && args[args.length - 1] === null) args.pop();
    return first ? null : args;
  };

  // --- the answer ---

  const shownValue = (value, digits) => {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return number(value, digits);
    if (typeof value === "object") return value.code || value.error || String(value);
    return String(value);
  };

  const answerTable = (table) => element("div", { class: "scroll", tabindex: "0", role: "group", "aria-labelledby": "answer-title" },
    element("table", { class: "cells" }, element("tbody", {}, table.slice(0, SHOWN_ANSWER).map((row) => element("tr", {},
      row.map((value) => element("td", { class: typeof value, "data-value": JSON.stringify(value) }, shownValue(value, 10))))))));

  const drawAnswer = () => {
    $("answer").hidden = !answer;
    if (!answer) return;
    const { value, error } = answer;
    $("copy-answer").hidden = Boolean(error);
    $("answer-note").textContent = "";
    if (error) {
      fill($("answer-value"), element("p", { class: "bad" },
        element("code", { class: "code" }, error.code || ""), ` ${error.sentence || error.message || ""}`));
    } else if (Array.isArray(value)) {
      fill($("answer-value"), answerTable(value));
      const more = value.length - SHOWN_ANSWER;
      $("answer-note").textContent = `${more > 0 ? `${say("start.more_rows", { count: more })} ` : ""}${say("start.dates_note")}`;
    } else {
      fill($("answer-value"), element("output", { "data-value": JSON.stringify(value) }, shownValue(value, 15)));
    }
  };

  const calculate = async (event) => {
    event.preventDefault();
    const args = readForm();
    if (!args) return;
    const own = ++turn;
    $("answer").hidden = false;
    fill($("answer-value"), element("p", {}, say("start.calculating")));
    let found;
    try {
      found = { value: await addin.call(current().id, args) };
    } catch (error) {
      found = { error };
    }
    if (own !== turn) return;
    answer = found;
    drawAnswer();
  };

  const copyAnswer = async () => {
    const table = Array.isArray(answer.value) ? answer.value : [[answer.value]];
    const text = (value) => (typeof value === "number" ? local(value) : shownValue(value, 15));
    const done = await copy(table.map((row) => row.map(text).join("\t")).join("\n"));
    $("answer-note").textContent = say(done ? "start.copied" : "pane.copy_failed");
  };

  // --- the example of a function ---

  const clear = () => {
    turn += 1;
    answer = null;
    drawAnswer();
  };

  const rowsFrom = async (part) => {
    if (part.rows) return part.rows;
    if (!part.call) return [[part.cell]];
    const id = help().functions.find((f) => f.name === part.call.name).id;
    const args = await Promise.all(part.call.args.map((inner) => inner && (inner.rows || inner.cell)));
    const value = await addin.call(id, args);
    return Array.isArray(value) ? value : [[value]];
  };

  const text = (value) => (typeof value === "number" ? local(value) : value === null ? "" : String(value));
  const tsv = (table) => table.map((row) => row.map(text).join("\t")).join("\n");

  /** A column of dates as dates, so that the sample reads like a sheet. */
  const dated = (table, i) => table.map((row) => row.map((cell, c) =>
    (c === i && typeof cell === "number" ? isoOf(cell) : cell)));

  const sample = async () => {
    const f = current();
    const parsed = f.examples.length ? read(f.examples[0].formula) : null;
    let table = [];
    const chosenColumns = {};
    types = [];
    for (const [i, arg] of f.arguments.entries()) {
      const node = $(`try-${arg.name}`);
      const part = parsed && parsed.args[i];
      node.value = "";
      if (!part) continue;
      if (arg.kind === "ColumnOf") {
        const at = table.length ? table[0].length : 0;
        const cells = arg.content === "dates" ? dated(part.rows, 0) : part.rows;
        table = cells.map((row, r) => [...(table[r] || []), ...row]);
        types[at] = arg.content === "dates" ? "date" : "auto";
        chosenColumns[arg.name] = String(at);
      } else if (arg.entry === "pasted") {
        table = await rowsFrom(part);
        const at = table[0].indexOf("date");
        if (at >= 0) table = dated(table, at);
        types = table[0].map((_, c) => (c === at ? "date" : "auto"));
      } else if (arg.entry === "typed") node.value = tsv(await rowsFrom(part));
      else if (part.call) node.value = String((await rowsFrom(part))[0][0]);
      else if (arg.kind === "Date") node.value = isoOf(part.cell);
      else node.value = chosen(arg) || arg.entry === "text" ? String(part.cell) : part.text.replace(".", mark());
      complain(arg, "");
    }
    $("cells").value = tsv(table);
    drawCells();
    for (const [name, value] of Object.entries(chosenColumns)) $(`try-${name}`).value = value;
  };

  const tellSample = async () => {
    $("try-form").dataset.sample = "under way";
    clear();
    try {
      await sample();
    } catch (error) {
      answer = { error };
      drawAnswer();
    }
    $("try-form").dataset.sample = "done";
  };

  // --- all of it ---

  const choose = (id) => {
    $("function").value = id;
    clear();
    drawForm();
  };

  /** Draw everything in the language of now, keeping what was typed. */
  const draw = () => {
    const f = $("function").value;
    const families = [...new Set(help().functions.map((g) => g.family))];
    fill($("function"), families.map((family) => element("optgroup", { label: family },
      help().functions.filter((g) => g.family === family).map((g) => element("option", { value: g.id }, g.name)))));
    if (f) $("function").value = f;
    const kept = [...$("arguments").querySelectorAll("input, select, textarea")].map((node) => [node.id, node.value]);
    for (const radio of document.querySelectorAll("[name=decimal]")) radio.checked = radio.value === mark();
    drawForm();
    for (const [id, value] of kept) if ($(id)) $(id).value = value;
    drawAnswer();
  };

  const start = () => {
    $("function").addEventListener("change", () => { clear(); drawForm(); });
    $("cells").addEventListener("input", drawCells);
    $("sample").addEventListener("click", tellSample);
    $("try-form").addEventListener("submit", calculate);
    $("copy-answer").addEventListener("click", copyAnswer);
    for (const radio of document.querySelectorAll("[name=decimal]")) {
      radio.addEventListener("change", () => { decimal = radio.value; drawCells(); });
    }
  };

  globalThis.ClvTryIt = { choose, draw, start };
})();
