/* Cells and ranges as they travel: what Excel hands over read into plain cells, ranges compared with
 * recent ones, written as bytes and hashed. The server puts this text between CLV_CONFIG and
 * functions.js, which uses it.
 */
const ClvRanges = (function (root, limits) {
  "use strict";

  const SMALL_CELLS = 32; // ranges below travel inside the call: their hash would be longer
  const RECENT_CELLS = 2000000; // of ranges kept for comparing
  const LONGEST_TEXT = 32767; // of a cell of Excel: the server refuses the whole request for a longer one

  // ---------------------------------------------------------------- cells

  const ERROR_CODES = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!"];
  const WAITING_CODES = ["#BUSY!", "#GETTING_DATA", "#CONNECT!"];
  const errorCell = (code) =>
    ({ error: ERROR_CODES.includes(code) ? code : WAITING_CODES.includes(code) ? "#N/A" : "#VALUE!" });

  // Half a surrogate pair is no Unicode: the server would refuse the whole request for one such cell.
  const wellFormed = (text) =>
    /[\ud800-\udfff]/.test(text)
      ? text.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (c) => (c.length === 2 ? c : "\ufffd"))
      : text;

  /** A cell as the server takes it: number, text, boolean, null or {error}. */
  function cell(value) {
    switch (typeof value) {
      case "number": return value - value === 0 ? value : value !== value ? null : errorCell("#NUM!");
      case "string": return value === "" ? null : value.length > LONGEST_TEXT ? errorCell("#VALUE!") : wellFormed(value);
      case "boolean": return value;
      case "object":
        if (value === null) return null;
        if (typeof value.code === "string") return errorCell(value.code); // CustomFunctions.Error, {code}
        if (typeof value.error === "string") return errorCell(value.error);
        if (value.type === "Empty") return null;
        if (value.type === "Error" || value.basicType === "Error") return errorCell(value.basicValue);
        // Formatted numbers and linked types carry the plain value they stand for.
        if ("basicValue" in value && typeof value.basicValue !== "object") return cell(value.basicValue);
        return errorCell("#VALUE!");
      case "undefined": return null;
      default: return errorCell("#VALUE!");
    }
  }

  // ---------------------------------------------------------------- ranges as bytes

  const NUMBER = 0, BLANK = 1, TEXT = 2, BOOLEAN = 3, ERROR = 4; // tags of the column format
  const utf8 = new TextEncoder();

  function encodeColumn(rows, j, height) {
    const numbers = new Float64Array(height);
    let i = 0;
    for (; i < height; i++) { // most columns are numbers from top to bottom
      const value = rows[i][j];
      if (typeof value !== "number" || value - value !== 0) break;
      numbers[i] = value;
    }
    if (i === height) return { numbers, tags: null, codes: null, labels: [], errors: [] };
    const tags = new Uint8Array(height);
    const codes = new Int32Array(height).fill(-1);
    const labels = new Map();
    const errors = new Map();
    let valued = i > 0;
    const code = (map, key) => {
      let known = map.get(key);
      if (known === undefined) { known = map.size; map.set(key, known); }
      return known;
    };
    for (; i < height; i++) {
      let value = rows[i][j];
      if (typeof value !== "string" || value === "" || value.length > LONGEST_TEXT) value = cell(value);
      numbers[i] = NaN;
      if (typeof value === "number") { numbers[i] = value; valued = true; }
      else if (value === null) tags[i] = BLANK;
      else if (typeof value === "string") { tags[i] = TEXT; codes[i] = code(labels, value); }
      else if (typeof value === "boolean") { tags[i] = BOOLEAN; numbers[i] = value ? 1 : 0; valued = true; }
      else { tags[i] = ERROR; codes[i] = code(errors, value.error); }
    }
    const coded = labels.size + errors.size > 0;
    return {
      numbers: coded && !valued ? null : numbers, tags, codes: coded ? codes : null,
      labels: [...labels.keys()].map(wellFormed), errors: [...errors.keys()].map((e) => [e, "input_error", {}]),
    };
  }

  /** The bytes of a range, the same for equal cells, as clv_xl/orders/columnfile.py writes them. */
  function encode(rows, height, width) {
    const parts = [];
    let size = 0;
    const place = (array) => {
      if (array === null) return null;
      const at = size;
      parts.push([at, array]);
      size += (array.byteLength + 7) & ~7;
      return at;
    };
    const columns = [];
    for (let j = 0; j < width; j++) {
      const { numbers, tags, codes, labels, errors } = encodeColumn(rows, j, height);
      const at = { numbers: place(numbers), tags: place(tags), codes: place(codes) };
      // Keys in the order of the alphabet: the header is part of what is hashed.
      columns.push({ codes: at.codes, errors, labels, name: String(j), numbers: at.numbers, rows: height, tags: at.tags });
    }
    const json = JSON.stringify({ columns, meta: {} })
      .replace(/[\u007f-\uffff]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
    const head = utf8.encode(json + " ".repeat(-json.length & 7));
    const bytes = new Uint8Array(16 + head.length + size);
    framed(bytes, "CLVDATA1", head);
    for (const [at, array] of parts) {
      bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), 16 + head.length + at);
    }
    return bytes;
  }

  /** Write eight letters, the length of the header and the header to the front of `bytes`. */
  function framed(bytes, letters, head) {
    bytes.set(utf8.encode(letters), 0);
    new DataView(bytes.buffer).setUint32(8, head.length, true); // upper half stays 0: a header has less than 4 GB
    bytes.set(head, 16);
  }

  // ---------------------------------------------------------------- SHA-256

  const firstBits = (x) => ((x - Math.floor(x)) * 0x100000000) | 0; // 32 bits behind the point
  const PRIMES = [];
  for (let n = 2; PRIMES.length < 64; n++) if (PRIMES.every((p) => n % p)) PRIMES.push(n);
  const ROUND_KEYS = Int32Array.from(PRIMES.slice(0, 64), (p) => firstBits(Math.cbrt(p)));
  const FIRST_STATE = Int32Array.from(PRIMES.slice(0, 8), (p) => firstBits(Math.sqrt(p)));

  /** SHA-256 after FIPS 180-4, for small sections and for pages without crypto.subtle (plain http). */
  function ownSha256(bytes) {
    const padded = (bytes.length + 72) & ~63; // room for the mark and the length
    const tail = new Uint8Array(padded - (bytes.length & ~63));
    tail.set(bytes.subarray(bytes.length & ~63));
    tail[bytes.length & 63] = 0x80;
    const tailView = new DataView(tail.buffer);
    tailView.setUint32(tail.length - 8, Math.floor(bytes.length / 0x20000000));
    tailView.setUint32(tail.length - 4, (bytes.length << 3) >>> 0);
    const hash = Int32Array.from(FIRST_STATE);
    const w = new Int32Array(64);
    const block = (view, at) => {
      for (let t = 0; t < 16; t++) w[t] = view.getInt32(at + 4 * t);
      for (let t = 16; t < 64; t++) {
        const x = w[t - 15], y = w[t - 2];
        const s0 = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3;
        const s1 = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10;
        w[t] = w[t - 16] + s0 + w[t - 7] + s1 | 0;
      }
      let [a, b, c, d, e, f, g, h] = hash;
      for (let t = 0; t < 64; t++) {
        const s1 = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
        const t1 = h + s1 + (e & f ^ ~e & g) + ROUND_KEYS[t] + w[t] | 0;
        const s0 = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
        const t2 = s0 + (a & b ^ a & c ^ b & c) | 0;
        h = g; g = f; f = e; e = d + t1 | 0; d = c; c = b; b = a; a = t1 + t2 | 0;
      }
      hash[0] += a; hash[1] += b; hash[2] += c; hash[3] += d;
      hash[4] += e; hash[5] += f; hash[6] += g; hash[7] += h;
    };
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + 64 <= bytes.length; at += 64) block(view, at);
    for (let at = 0; at < tail.length; at += 64) block(tailView, at);
    return Array.from(hash, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  const subtle = root.crypto && root.crypto.subtle;
  const hexadecimal = (buffer) => Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, "0")).join("");

  // ---------------------------------------------------------------- recent ranges

  /** A rectangle of cells that travels as a section of its own. */
  class Range {
    constructor(rows, height, width) {
      this.rows = rows; this.height = height; this.width = width; this.cells = height * width;
      this.bytes = encode(rows, height, width);
      this.size = this.bytes.length;
      this.hash = "";
      this.known = 0; // the session in which the server took it
      this.ready = null; // a promise while the hash is computed elsewhere
      // A question to crypto.subtle costs more than a small hash of our own.
      if (!subtle || this.size <= 4096) { this.hash = ownSha256(this.bytes); }
      else {
        const bytes = this.bytes;
        this.ready = subtle.digest("SHA-256", bytes).then(hexadecimal, () => ownSha256(bytes))
          .then((hash) => { this.hash = hash; });
      }
    }
    section() { return this.bytes || encode(this.rows, this.height, this.width); }
    toJSON() { return { range: this.hash }; }
  }

  /** Map that forgets what was not used for long, bounded by count and by cells.
   *
   * Two generations: what is asked for again moves into the young one, and when that holds half of
   * what is allowed, the old one goes. A single map that drops its first key gets slow by the many
   * keys dropped before, as engines leave a hole for each.
   */
  class Recent {
    constructor(count, cells, cellsOf) {
      this.count = count / 2; this.most = cells / 2; this.cellsOf = cellsOf;
      this.cells = 0; this.young = new Map(); this.old = new Map();
    }
    get(key) {
      const young = this.young.get(key);
      if (young !== undefined || this.old.size === 0) return young;
      const old = this.old.get(key);
      if (old !== undefined) this.set(key, old);
      return old;
    }
    set(key, value) {
      const before = this.young.get(key);
      this.cells += this.cellsOf(value) - (before === undefined ? 0 : this.cellsOf(before));
      this.young.set(key, value);
      if (this.young.size > this.count || this.cells > this.most) {
        this.old = this.young;
        this.young = new Map();
        this.cells = 0;
      }
    }
    clear() { this.cells = 0; this.young = new Map(); this.old = new Map(); }
  }

  // A few cells as text -> ranges that agree in these; all of one size.
  const recent = new Recent(Infinity, RECENT_CELLS, (alikes) => alikes.length * alikes[0].cells);

  function fingerprint(rows, height, width) {
    let print = height + "x" + width;
    const step = Math.max(1, Math.floor(height / 7));
    for (let i = 0; i < height; i += step) {
      const value = rows[i][i % width];
      print += "|" + (value === null || value === undefined ? "" : typeof value === "object" ? "?" : String(value).slice(0, 24));
    }
    return print;
  }

  function alike(a, b) { // the slow half of comparing two cells: blanks and errors come in several forms
    const p = cell(a), q = cell(b);
    return p === q || (p !== null && q !== null && typeof p === "object" && typeof q === "object" && p.error === q.error);
  }

  function sameCells(some, others, width) {
    if (some === others) return true;
    for (let i = 0; i < some.length; i++) {
      const a = some[i], b = others[i];
      for (let j = 0; j < width; j++) if (a[j] !== b[j] && !alike(a[j], b[j])) return false;
    }
    return true;
  }

  /** The range of these cells: one met before, so that it is hashed and sent once, or a new one. */
  function rangeOf(rows, height, width) {
    const print = fingerprint(rows, height, width);
    const alikes = recent.get(print) || [];
    const met = alikes.find((range) => sameCells(range.rows, rows, width));
    if (met) return met;
    const range = new Range(rows, height, width);
    // Edits of a cell that the print does not hold all end up here: they are bounded too.
    const room = Math.max(0, Math.floor(RECENT_CELLS / 2 / range.cells) - 1);
    recent.set(print, [...alikes.slice(Math.max(0, alikes.length - room)), range]);
    return range;
  }

  /** Thrown for a range that the server would refuse, before work is spent on its bytes. */
  class TooManyCells extends Error {
    constructor(count) { super(String(count)); this.count = count; }
  }

  /** An argument as Excel hands it over: a cell, [[cell]], or the rows of a range. */
  function argument(value) {
    if (!Array.isArray(value)) return cell(value);
    if (value.length === 1 && Array.isArray(value[0]) && value[0].length === 1) return cell(value[0][0]);
    const rows = value.map((row) => (Array.isArray(row) ? row : [row]));
    const height = rows.length;
    const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
    if (height * width <= 1) return height && width ? cell(rows[0][0]) : null;
    if (height * width > limits.cells) {
      throw new TooManyCells(height * width);
    }
    if (height * width >= SMALL_CELLS) return rangeOf(rows, height, width);
    return { rows: rows.map((row) => Array.from({ length: width }, (_, j) => cell(row[j]))) };
  }

  return Object.freeze({ argument, framed, utf8, Range, Recent, TooManyCells });
})(globalThis, CLV_CONFIG.limits);
