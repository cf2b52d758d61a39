/* Formulas: what a person types into a field becomes an operand in Office.js's English notation and in
   the notation of their Excel. Pure functions, no page. */
"use strict";

(() => {
  const ENGLISH = { list: ",", decimal: ".", column: "," };
  const COMMA = { list: ";", decimal: ",", column: "\\" };
  // As Finnish, Polish and Greek Excel write them; Georgian Excel has the English words.
  const LOCAL_WORDS = {
    fi: { TRUE: "TOSI", FALSE: "EPÄTOSI", DATE: "PÄIVÄYS" },
    pl: { TRUE: "PRAWDA", FALSE: "FAŁSZ", DATE: "DATA" },
    el: { TRUE: "ΑΛΗΘΗΣ", FALSE: "ΨΕΥΔΗΣ" },
  };

  const CELL = "\\$?[A-Z]{1,3}\\$?[0-9]{1,7}";
  const AREA = `(?:${CELL}(?::${CELL}|#)?|\\$?[A-Z]{1,3}:\\$?[A-Z]{1,3}|\\$?[0-9]{1,7}:\\$?[0-9]{1,7})`;
  const WORD = "[\\p{L}_\\\\][\\p{L}\\p{N}_.\\\\]*";
  const SHEET = `(?:'(?:[^']|'')+'|(?:\\[[^\\[\\]']+\\])?[\\p{L}\\p{N}_.]+)!`;
  const COLUMNS = "\\[[^\\[\\]]*(?:\\[[^\\[\\]]*\\][^\\[\\]]*)*\\]";
  const ADDRESS = new RegExp(`^(?:${SHEET})?${AREA}$`, "iu");
  const NAMED = new RegExp(`^(?:${SHEET})?${WORD}(?:${COLUMNS})?$`, "u");

  const notation = (decimal) => (decimal === "," ? COMMA : ENGLISH);

  /** A number as typed, in English; null when it is none in this notation. */
  const plainNumber = (text, { decimal }) => {
    const mark = decimal === "," ? "," : "\\.";
    const joined = text.replace(/(?<=[0-9])[  \u202f](?=[0-9]{3}(?![0-9]))/g, "").replace(/\s+%$/, "%");
    const form = new RegExp(`^[+-]?(?:[0-9]+(?:${mark}[0-9]*)?|${mark}[0-9]+)(?:e[+-]?[0-9]+)?%?$`, "i");
    return form.test(joined) ? joined.replace(decimal, ".").replace(/^\+/, "") : null;
  };

  /** Year, month and day of a date typed as 2024-02-10 or 10.2.2024; null when there is no such day. */
  const dateParts = (text) => {
    const iso = /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})$/.exec(text);
    const dotted = /^([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})$/.exec(text);
    if (!iso && !dotted) return null;
    const [year, month, day] = (iso ? iso.slice(1) : dotted.slice(1).reverse()).map(Number);
    const date = new Date(Date.UTC(year, month - 1, day));
    const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1900;
    return real ? [year, month, day] : null;
  };

  /** The serial number of a day in the 1900 date system; from 1 March 1900 on it counts as the calendar does. */
  const serial = ([year, month, day]) => {
    const days = Math.round(Date.UTC(year, month - 1, day) / 86400000) + 25569;
    return days < 61 ? days - 1 : days; // the date system has a 29 February 1900
  };

  const swap = (text, from, to) => {
    const parts = text.split(/("(?:[^"]|"")*")/);
    const marks = { [from.column]: to.column, [from.decimal]: to.decimal };
    return parts.map((p, i) => (i % 2 ? p : p.replace(/[,.\\]/g, (m) => marks[m] || m))).join("");
  };

  const quoted = (text) => `"${text.replace(/"/g, '""')}"`;
  const same = (text) => ({ english: text, local: text });

  /** An operand for what was typed into the field of an argument, or {problem: key of a text}. */
  const operand = (typed, arg, how, language) => {
    const text = typed.trim();
    if (!text) return arg.optional ? { english: "", local: "" } : { problem: "pane.problem_required" };
    const words = LOCAL_WORDS[language] || {};
    if (arg.kind === "Flag" && /^(true|false)$/i.test(text)) {
      return { english: text.toUpperCase(), local: words[text.toUpperCase()] || text.toUpperCase() };
    }
    if (arg.kind === "Keyword") return same(quoted(text));
    if (ADDRESS.test(text)) return same(text);
    const list = /^\{[^{}]*\}$/.test(text);
    if (arg.entry === "text" || (arg.content === "words" && !list)) {
      return same(/^".*"$/s.test(text) ? text : quoted(text));
    }
    const number = plainNumber(text, how);
    if (number !== null) return { english: number, local: number.replace(".", how.decimal) };
    const day = dateParts(text);
    if (day) {
      return { english: `DATE(${day.join(",")})`, local: `${words.DATE || "DATE"}(${day.join(how.list)})` };
    }
    if (list) return { english: swap(text, how, ENGLISH), local: text };
    if (text.startsWith("@") || /^clv:/.test(text)) return same(quoted(text));
    if (NAMED.test(text)) return same(text);
    return { problem: "pane.problem_operand" };
  };

  const withoutTail = (list) => {
    let end = list.length;
    while (end && list[end - 1] === "") end -= 1;
    return list.slice(0, end);
  };

  const build = (name, operands, separator) => `=${name}(${withoutTail(operands).join(separator)})`;

  /** Sheet and cells of an address as Excel gives it: 'My sheet'!A1:B2. */
  const parted = (address) => {
    const at = address.lastIndexOf("!");
    const sheet = at < 0 ? "" : address.slice(0, at).replace(/^'|'$/g, "").replace(/''/g, "'");
    return { sheet, cells: address.slice(at + 1) };
  };

  /** The address without its sheet where that is the sheet of the formula. */
  const seenFrom = (address, sheet) => {
    const place = parted(address);
    const own = sheet && place.sheet.toLowerCase() === sheet.toLowerCase();
    return own && ADDRESS.test(address) ? place.cells : address;
  };

  /** Split at a mark that stands outside quotes, braces and brackets. */
  const split = (text, mark) => {
    const parts = [""];
    let depth = 0;
    let inside = false;
    for (const letter of text) {
      if (letter === '"') inside = !inside;
      else if (!inside && "({".includes(letter)) depth += 1;
      else if (!inside && ")}".includes(letter)) depth -= 1;
      if (letter === mark && !inside && !depth) parts.push("");
      else parts[parts.length - 1] += letter;
    }
    return parts;
  };

  const constant = (text) => {
    if (/^".*"$/s.test(text)) return text.slice(1, -1).replace(/""/g, '"');
    if (/^(true|false)$/i.test(text)) return /^true$/i.test(text);
    return Number(text.replace("%", "e-2"));
  };

  /** The parts of a formula of constants: {name, args}, an argument being {cell, text}, {rows}, {call} or null. */
  const read = (formula) => {
    const found = /^=?([A-Z][\w.]*)\((.*)\)$/is.exec(formula);
    if (!found) return null;
    const args = found[2] === "" ? [] : split(found[2], ",");
    return { name: found[1], args: args.map((text) => {
      if (text === "") return null;
      if (text.startsWith("{")) {
        return { rows: split(text.slice(1, -1), ";").map((row) => split(row, ",").map(constant)) };
      }
      const call = read(text);
      return call ? { call } : { cell: constant(text), text };
    }) };
  };

  globalThis.ClvFormula = { build, dateParts, notation, operand, parted, plainNumber, read, seenFrom, serial };
})();
