/* Cells pasted from a spreadsheet: tab-separated text becomes rows, rows become values. Nothing is guessed: the
   decimal mark and the dates are the reader's choice, and what was not understood is told. No page in here. */
"use strict";

(() => {
  const { serial } = globalThis.ClvFormula;

  /** The rows of tab-separated text; a field in quotes may hold tabs, line ends and doubled quotes. */
  const rowsOf = (text) => {
    const rows = [[]];
    const field = /(?:"((?:[^"]|"")*)"(?=\t|\r?\n|$)|([^\t\r\n]*))(\t|\r?\n|\r|$)/y;
    while (field.lastIndex < text.length) {
      const [, inQuotes, plain, end] = field.exec(text);
      rows[rows.length - 1].push(inQuotes === undefined ? plain : inQuotes.replace(/""/g, '"'));
      if (end !== "\t" && field.lastIndex < text.length) rows.push([]);
      else if (end === "\t" && field.lastIndex === text.length) rows[rows.length - 1].push("");
    }
    const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
    return width ? rows.map((row) => [...row, ...Array(width - row.length).fill("")]) : [];
  };

  const numberForm = (mark, gap) => new RegExp(
    `^([+-]?)([0-9]{1,3}(?:${gap}[0-9]{3})+|[0-9]+|(?=${mark}[0-9]))(${mark}[0-9]*)?(e[+-]?[0-9]+)?\\s?(%?)$`, "i");
  const NUMBERS = { ".": numberForm("\\.", ","), ",": numberForm(",", "[. \u00a0\u202f']") };

  /** The number that a text is with this decimal mark, or null: 1,234.56 or 1 234,56 or 40%. */
  const numberOf = (text, decimal) => {
    const found = NUMBERS[decimal].exec(text.replace(/\u2212/g, "-"));
    if (!found) return null;
    const [, sign, whole, part = "", power = "", percent] = found;
    if (power && percent) return null;
    const value = Number(`${sign}${whole.replace(/[^0-9]/g, "")}${part.replace(",", ".")}${percent ? "e-2" : power}`);
    return Number.isFinite(value) ? value : null;
  };

  const FORMS = {
    date: [/^(?<y>[0-9]{4})-(?<m>[0-9]{1,2})-(?<d>[0-9]{1,2})$/, /^(?<d>[0-9]{1,2})\.(?<m>[0-9]{1,2})\.(?<y>[0-9]{4})$/],
    dmy: [/^(?<d>[0-9]{1,2})\/(?<m>[0-9]{1,2})\/(?<y>[0-9]{4})$/],
    mdy: [/^(?<m>[0-9]{1,2})\/(?<d>[0-9]{1,2})\/(?<y>[0-9]{4})$/],
  };

  /** The serial number of a date in the form chosen, or null. */
  const dateOf = (text, type) => {
    const found = FORMS[type].map((form) => form.exec(text)).find(Boolean);
    if (!found) return null;
    const [year, month, day] = [found.groups.y, found.groups.m, found.groups.d].map(Number);
    const date = new Date(Date.UTC(year, month - 1, day));
    return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1900
      ? serial([year, month, day]) : null;
  };

  const looksDated = (text) => /^[0-9]+[-./]/.test(text) && Object.keys(FORMS).some((type) => dateOf(text, type) !== null);

  /** One cell: {kind, value}; type is auto, text, date, dmy or mdy. */
  const cellOf = (raw, type, decimal) => {
    const text = raw.trim();
    if (!text) return { kind: "blank", value: null };
    if (type === "text") return { kind: "text", value: raw };
    if (type !== "auto") {
      const day = dateOf(text, type);
      if (day !== null) return { kind: "date", value: day };
    }
    const number = numberOf(text, decimal);
    if (number !== null) return { kind: "number", value: number };
    if (/^(true|false)$/i.test(text)) return { kind: "boolean", value: /^true$/i.test(text) };
    return { kind: "text", value: raw };
  };

  const lastOf = (cells) => {
    let end = cells.length;
    while (end && cells[end - 1].kind === "blank") end -= 1;
    return end;
  };

  /** A column as it was understood: its cells, how many of each kind, and what looks like something else. */
  const columnOf = (raws, type, decimal) => {
    const cells = raws.map((raw) => cellOf(raw, type, decimal));
    const counts = { number: 0, date: 0, text: 0, boolean: 0, blank: 0 };
    for (const { kind } of cells.slice(0, lastOf(cells))) counts[kind] += 1;
    const other = decimal === "," ? "." : ",";
    const doubts = [];
    const tell = (key, test) => {
      const rows = cells.flatMap((cell, i) => (test(cell, raws[i].trim(), i) ? [i] : []));
      if (rows.length) doubts.push({ key, count: rows.length, row: rows[0] + 1, cell: raws[rows[0]].trim() });
    };
    if (type === "auto") {
      tell("start.doubt_number", (cell, text) => cell.kind === "text" && numberOf(text, other) !== null);
      tell("start.doubt_date", (cell, text) => cell.kind !== "blank" && looksDated(text));
    } else if (type !== "text") {
      tell("start.doubt_no_date", (cell, text, i) =>
        cell.kind === "number" || ((cell.kind === "text" || cell.kind === "boolean") && i > 0));
    }
    return { cells, counts, doubts, type };
  };

  /** The day of a serial number as 2024-02-10. */
  const isoOf = (value) => new Date((value - 25569) * 86400000).toISOString().slice(0, 10);

  const letters = (index) => (index < 26 ? "" : letters(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26));

  globalThis.ClvPaste = { cellOf, columnOf, dateOf, isoOf, letters, numberOf, rowsOf };
})();
