// What stands in for Excel around either server's own client script, and the work that is timed.
// The same for both; evaluated in a page of the server's own origin.
(() => {
  "use strict";
  const functions = {};
  globalThis.CustomFunctions = {
    associate(id, body) {
      if (typeof id === "object") Object.assign(functions, id);
      else functions[id] = body;
    },
    Error: class extends Error {
      constructor(code, message) { super(message); this.code = code; }
    },
    ErrorCode: {
      invalidValue: "#VALUE!", notAvailable: "#N/A", divisionByZero: "#DIV/0!",
      invalidNumber: "#NUM!", nullReference: "#NULL!", invalidName: "#NAME?", invalidReference: "#REF!",
    },
  };

  // Numbers that are the same in every run and on both servers (a linear congruential generator).
  let state = 12345;
  const drawn = (n) => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) % n;

  // [customer, day, amount] of a log: days of 2022 to 2025, cents.
  function orders(rows, customers, seed) {
    state = seed;
    return Array.from({ length: rows }, () =>
      ["CUST-" + (100000 + drawn(customers)), 44562 + drawn(1461), drawn(5000000) / 100]);
  }
  const column = (rows, k) => rows.map((row) => [row[k]]);
  const cell = (shape, value) => (shape === "matrix" ? [[value]] : value);

  // Each work: (shape) -> {before: calls that end first, calls}; a call is [function, ...arguments].
  const works = {
    scalars(side, { cells, seed }) {
      const value = (v) => cell(side.shape, v);
      return { calls: Array.from({ length: cells }, (_, i) =>
        [side.names.clv, value(50 + (i + seed * cells) / 1000), value(3), value(3)]) };
    },
    basics(side, { rows, seed }) {
      const log = orders(rows, rows * 0.15, seed);
      if (side.rival) return { calls: [[side.names.basics, log]] };
      return { calls: [
        [side.names.frequency, column(log, 0), column(log, 1)], [side.names.aov, column(log, 2)],
      ] };
    },
    summary(side, { rows, seed }) {
      const log = orders(rows, rows * 0.15, seed);
      if (side.rival) return { calls: [[side.names.basics, log]] };
      return { calls: [[side.names.summary, [["customer", "date", "amount"], ...log]]] };
    },
    shared(side, { rows, cells, seed }) {
      const log = orders(rows, rows * 0.15, seed);
      const days = Array.from({ length: cells }, (_, i) => 46022 - i);
      if (side.rival) return { calls: days.map((day) => [side.names.frequency, log, [[day]]]) };
      return {
        before: [side.names.data, column(log, 0), column(log, 1), column(log, 2)],
        calls: days.map((day) => (text) => [side.names.frequency, text, text, "Y", day]),
      };
    },
  };

  const settled = (promise) => promise.then((value) => ({ value }), (error) => ({ error }));
  let row = 0;
  const invocation = () => ({ address: `Sheet1!A${++row}`, parameterAddresses: [] });

  async function timed(side, work, options) {
    const { before, calls } = works[work](side, options);
    const cells = calls.map(invocation);
    const start = performance.now();
    let text = null;
    if (before) text = await functions[before[0]](...before.slice(1), invocation());
    const upload = performance.now() - start;
    const answers = await Promise.all(calls.map((call, i) => {
      const [name, ...args] = typeof call === "function" ? call(text) : call;
      return settled(functions[name](...args, cells[i]));
    }));
    const ms = performance.now() - start;
    const failed = answers.filter((answer) => "error" in answer);
    const plain = ({ value }) => (Array.isArray(value) ? value : [[value]]);
    const good = answers.filter((answer) => "value" in answer);
    return {
      ms, upload, calls: calls.length, failed: failed.length,
      why: failed.length ? String(failed[0].error && failed[0].error.message || failed[0].error) : "",
      first: good.length ? plain(good[0]) : null,
      last: good.length ? plain(good[good.length - 1]) : null,
    };
  }

  globalThis.BENCH = {
    functions, answer: null,
    start(side, work, options) {
      document.title = "busy";
      BENCH.answer = null;
      timed(side, work, options).then(
        (found) => { BENCH.answer = found; document.title = "done"; },
        (error) => { BENCH.answer = { fault: String(error && error.stack || error) }; document.title = "done"; });
    },
  };
})();
