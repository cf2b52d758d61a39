/* The part of office.js that the task pane uses, over a workbook of two sheets kept in BOOK. Served in the
   place of Microsoft's office.js; queues like it: nothing is known or done before context.sync(). */
"use strict";

const BOOK = {
  active: "Sheet1",
  selected: { "Sheet1": "A1", "My sheet": "A1" },
  formulas: {}, // "Sheet1!A1" -> formula or value
  decimal: (0.5).toLocaleString(navigator.language)[1],
  writes: [],
  calculated: [],
  failing: null, // message of the next error
  listeners: [],
};

/** Select cells as a person would, and tell the pane. */
BOOK.select = async (sheet, cells) => {
  BOOK.active = sheet;
  BOOK.selected[sheet] = cells;
  for (const listener of BOOK.listeners) await listener({});
};

const named = (sheet) => (/^\w+$/.test(sheet) ? sheet : `'${sheet}'`);

class FakeRange {
  constructor(queue, place) {
    this.queue = queue;
    this.place = place; // () -> [sheet, cells]
    this.seen = {};
  }

  load() {
    this.queue.push(() => {
      const [sheet, cells] = this.place();
      this.seen = { address: `${named(sheet)}!${cells}`, formulas: [[BOOK.formulas[`${sheet}!${cells}`] ?? ""]] };
    });
  }

  get address() { return this.known("address"); }

  get formulas() { return this.known("formulas"); }

  set formulas(rows) {
    this.queue.push(() => {
      const key = this.place().join("!");
      BOOK.formulas[key] = rows[0][0];
      BOOK.writes.push([key, rows[0][0]]);
    });
  }

  known(name) {
    if (!(name in this.seen)) throw new Error(`PropertyNotLoaded: ${name}`);
    return this.seen[name];
  }

  select() {
    this.queue.push(() => { const [sheet, cells] = this.place(); BOOK.active = sheet; BOOK.selected[sheet] = cells; });
  }
}

class FakeSheet {
  constructor(queue, name) { this.queue = queue; this.name = name; }

  getRange(cells) { return new FakeRange(this.queue, () => [this.name, cells]); }

  activate() { this.queue.push(() => { BOOK.active = this.name; }); }
}

globalThis.Excel = {
  async run(work) {
    const queue = [];
    const application = {
      load() { queue.push(() => { application.decimalSeparator = BOOK.decimal; }); },
      calculate(kind) { queue.push(() => BOOK.calculated.push(kind)); },
    };
    const selected = () => [BOOK.active, BOOK.selected[BOOK.active]];
    const workbook = {
      application,
      getSelectedRange: () => new FakeRange(queue, selected),
      getActiveCell: () => new FakeRange(queue, () => [BOOK.active, selected()[1].split(":")[0]]),
      worksheets: {
        getItem(name) {
          queue.push(() => { if (!(name in BOOK.selected)) throw new Error("ItemNotFound"); });
          return new FakeSheet(queue, name);
        },
        getActiveWorksheet: () => new FakeSheet(queue, BOOK.active),
      },
      onSelectionChanged: { add(listener) { queue.push(() => BOOK.listeners.push(listener)); } },
    };
    return work({
      workbook,
      async sync() {
        if (BOOK.failing) {
          const message = BOOK.failing;
          BOOK.failing = null;
          throw new Error(message);
        }
        for (const step of queue.splice(0)) step();
      },
    });
  },
};

globalThis.Office = {
  context: { displayLanguage: navigator.language, officeTheme: globalThis.FAKE_THEME },
  onReady: (then) => {
    const info = { host: "Excel", platform: "OfficeOnline" };
    if (then) then(info);
    return Promise.resolve(info);
  },
};
