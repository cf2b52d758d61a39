/* The workbook, as far as the task pane touches it. Nothing here changes a cell but `write`. */
"use strict";

(() => {
  const { parted } = globalThis.ClvFormula;
  const PATIENCE = 10000; // office.js outside Excel may never answer
  let excel = false;
  let decimal = null;

  const run = (work) => globalThis.Excel.run(work);

  const ready = async () => {
    if (!globalThis.Office || !globalThis.Office.onReady) return false;
    const late = new Promise((done) => { setTimeout(() => done({ host: null }), PATIENCE); });
    const info = await Promise.race([globalThis.Office.onReady(), late]);
    excel = Boolean(info && info.host === "Excel" && globalThis.Excel);
    if (excel) await readDecimal();
    return excel;
  };

  const readDecimal = async () => {
    try {
      decimal = await run(async (context) => {
        const application = context.workbook.application;
        application.load("decimalSeparator");
        await context.sync();
        return application.decimalSeparator;
      });
    } catch {
      decimal = null; // an Excel before ExcelApi 1.11: the language of the pane decides
    }
  };

  /** The address of the selected range, with its sheet. */
  const selection = () => run(async (context) => {
    const range = context.workbook.getSelectedRange();
    range.load("address");
    await context.sync();
    return range.address;
  });

  /** The active cell: {address, sheet, cells, content}; the content is "" for an empty one. */
  const activeCell = () => run(async (context) => {
    const range = context.workbook.getActiveCell();
    range.load("address,formulas");
    await context.sync();
    return { address: range.address, ...parted(range.address), content: String(range.formulas[0][0]) };
  });

  const write = (address, formula) => run(async (context) => {
    const { sheet, cells } = parted(address);
    context.workbook.worksheets.getItem(sheet).getRange(cells).formulas = [[formula]];
    await context.sync();
  });

  const goTo = (address) => run(async (context) => {
    const { sheet, cells } = parted(address);
    const sheets = context.workbook.worksheets;
    const from = sheet ? sheets.getItem(sheet) : sheets.getActiveWorksheet();
    from.activate();
    from.getRange(cells).select();
    await context.sync();
  });

  const recalculate = () => run(async (context) => {
    context.workbook.application.calculate("Full");
    await context.sync();
  });

  const onSelection = async (listener) => {
    try {
      await run(async (context) => {
        context.workbook.onSelectionChanged.add(async () => listener());
        await context.sync();
      });
    } catch {
      // without the event the target is read when the formula is inserted
    }
  };

  /** Excel's own theme wins over the system's: a dark Excel on a light desktop. */
  const theme = () => {
    const colours = globalThis.Office && globalThis.Office.context && globalThis.Office.context.officeTheme;
    const found = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec((colours && colours.bodyBackgroundColor) || "");
    if (!found) return null;
    const [red, green, blue] = found.slice(1).map((part) => parseInt(part, 16));
    return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? "dark" : "light";
  };

  globalThis.ClvHost = {
    activeCell, decimal: () => decimal, excel: () => excel, goTo, onSelection, ready, recalculate, selection, theme,
    write,
  };
})();
