// The rest of Excel that the rival's client asks for, answered at once; given to both servers' pages.
globalThis.Office = {
  onReady(then) {
    const info = { host: "Excel", platform: "OfficeOnline" };
    if (then) then(info);
    return Promise.resolve(info);
  },
  context: { requirements: { isSetSupported: () => true }, contentLanguage: "en-US", displayLanguage: "en-US" },
};
globalThis.Excel = {
  RequestContext: class {
    constructor() {
      this.workbook = { name: "Book1", load() {} };
      const format = { shortDatePattern: "M/d/yyyy", load() {} };
      this.application = { cultureInfo: { name: "en-US", datetimeFormat: format, load() {} } };
    }
    sync() { return Promise.resolve(); }
  },
};
