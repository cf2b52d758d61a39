/* The worksheet functions of the add-in, in Excel: every function of CLV_CONFIG is associated with
 * one wrapper, which asks the formula server and gives back a value or an error with its sentence.
 *
 * The server puts `const CLV_CONFIG = {...};` and client_ranges.js before this text. Plain script, no
 * build: Excel for Windows, Mac and the web, and the start page, run it as it stands.
 *
 * How a call goes:  wrapper -> submit (arguments read, ranges hashed) -> join (answered from the
 * cache, or one job for all identical calls) -> flush (jobs of 10 ms become plans) -> pump (at most
 * four requests at once) -> deliver (sent, sent again where that can help) -> every waiter settles.
 */
(function (root) {
  "use strict";

  const config = CLV_CONFIG;
  const limits = config.limits;
  const { argument, framed, utf8, Range, Recent, TooManyCells } = ClvRanges; // client_ranges.js
  const LANGUAGES = Object.keys(config.texts);
  const WINDOW_MS = 10; // how long calls are gathered: Excel hands a recalculation over in one go
  const MAX_REQUESTS = 4; // at once: hundreds of parallel requests fail in the browser itself
  const MAX_HEAVY = 2; // of them with large ranges, so that small calls always find room
  const HEAVY_CELLS = 50000;
  const DATA_CELLS = 4000000; // of ranges kept to repeat a CLV.DATA call
  const CACHE_COUNT = 50000;
  const CACHE_CELLS = 2000000;
  const MAX_ROUNDS = 3; // of sending a range that the server does not know
  const TRIES = 5;
  const TRYING_MS = 30000;
  const TIMEOUT_MS = limits.timeoutMs || 90000;
  const LOG_LENGTH = 200;
  const MEGABYTE = 1048576;

  const address = (() => {
    const script = typeof document === "undefined" ? null : document.currentScript;
    // A proxy may serve the add-in under another name than the server knows: the script's is right.
    return script && script.src ? new URL(".", script.src).href.replace(/\/$/, "") : config.address;
  })();

  // ---------------------------------------------------------------- small tools

  /** Subscribers of something that changes; told at most once a moment, however often it changes. */
  function topic(current) {
    const listeners = new Set();
    let timer = 0;
    function tell() {
      timer = 0;
      for (const listener of [...listeners]) {
        try { listener(current()); } catch (fault) { console.error(fault); }
      }
    }
    return {
      subscribe(listener) { listeners.add(listener); return () => { listeners.delete(listener); }; },
      announce() { if (!timer && listeners.size) timer = setTimeout(tell, 30); },
    };
  }

  const sleep = (ms, signal) => new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });

  // ---------------------------------------------------------------- settings, language, sentences

  const SETTINGS_KEY = "clv_xl.settings";
  let settings = { language: null, headers: null, token: null };

  function accepted(changes) {
    const next = { ...settings };
    if ("language" in changes) next.language = LANGUAGES.includes(changes.language) ? changes.language : null;
    if ("headers" in changes) next.headers = [0, 1, 2].includes(changes.headers) ? changes.headers : null;
    if ("token" in changes) next.token = typeof changes.token === "string" && changes.token.trim() || null;
    return next;
  }

  function keptSettings() {
    try {
      return accepted(JSON.parse(root.localStorage.getItem(SETTINGS_KEY)) || {});
    } catch (fault) {
      return settings; // none kept
    }
  }

  function adopt(next) {
    const before = settings.token;
    settings = next;
    if (settings.token !== before) forget(); // somebody else, perhaps
    settingsTopic.announce();
  }

  const settingsTopic = topic(() => ({ ...settings }));
  settings = keptSettings();
  if (root.addEventListener) {
    root.addEventListener("storage", (event) => { // another page of ours, such as the task pane
      if (event.key === SETTINGS_KEY) adopt(keptSettings());
    });
  }

  function language() {
    if (settings.language) return settings.language;
    let host = "";
    try {
      const office = root.Office && root.Office.context;
      host = office && office.displayLanguage;
    } catch (fault) { /* Office is not ready yet */ }
    return spokenOf(host || (root.navigator && root.navigator.language) || "en");
  }

  let lastSpoken = ["", "en"]; // every call asks, and the answer hardly ever changes

  function spokenOf(host) {
    if (host !== lastSpoken[0]) {
      const short = String(host).slice(0, 2).toLowerCase();
      lastSpoken = [host, LANGUAGES.includes(short) ? short : "en"];
    }
    return lastSpoken[1];
  }

  function sentence(key, params) {
    const name = "addin." + key;
    const text = (config.texts[language()] || {})[name] || config.texts.en[name] || key;
    return text.replace(/\{(\w+)\}/g, (place, word) => (word in params ? String(params[word]) : place));
  }

  /** An error as it travels inside this script; becomes a CustomFunctions.Error at the very end. */
  const problem = (code, key, params = {}) =>
    ({ code, key, sentence: sentence(key, { address, ...params }) });

  const megabytes = (bytes) => (bytes / MEGABYTE).toFixed(bytes < 10 * MEGABYTE ? 1 : 0);

  // ---------------------------------------------------------------- the log of errors

  // Excel shows a sentence for #VALUE! and #N/A alone, so all of them are kept here for the task pane.
  const logged = new Map();
  const logTopic = topic(() => log.entries());
  const log = {
    entries: () => [...logged.values()].reverse().map((entry) => ({ ...entry })),
    clear() { logged.clear(); logTopic.announce(); },
    subscribe: logTopic.subscribe,
  };

  function note(cell, name, error) {
    const key = cell + "\n" + error.sentence;
    const before = logged.get(key);
    logged.delete(key); // and in again at the end: the newest stands last
    logged.set(key, {
      time: Date.now(), cell, function: name, code: error.code, sentence: error.sentence,
      count: before ? before.count + 1 : 1,
    });
    if (logged.size > LOG_LENGTH) logged.delete(logged.keys().next().value);
    logTopic.announce();
  }

  // ---------------------------------------------------------------- connection and sign-in

  let state = { status: "unknown", address, since: Date.now(), user: null, version: null };
  const stateTopic = topic(() => ({ ...state }));

  function reached(status, facts = {}) {
    const changed = status !== state.status || Object.keys(facts).some((name) => facts[name] !== state[name]);
    if (!changed) return;
    const since = status === state.status ? state.since : Date.now();
    state = { ...state, ...(status === "unauthorised" ? { user: null } : {}), ...facts, status, since };
    stateTopic.announce();
  }

  const signInProblem = () => problem("#N/A", "client_sign_in");
  let ticket = null; // {token, until} of Microsoft Entra ID
  let session = 1; // counts changes of who calls: what began in an earlier one is not kept
  let ticketComing = null; // one question to Office at a time, whoever asks
  let refusedAt = 0; // a person who closed the sign-in window is not asked again for every batch

  /** Somebody else may call from now on: nothing that the earlier one sent or was told is used again.
   *
   * Jobs under way still answer the cells that asked for them, and no others.
   */
  function forget() {
    session++; // with it the server knows none of the ranges any more
    ticket = null;
    ticketComing = null;
    cache.clear();
    uploads.clear();
    healing.clear();
    inFlight.clear();
    for (const jobs of uploading.values()) queue.push(...jobs);
    uploading.clear();
    if (queue.length && !timer) timer = setTimeout(flush, 0);
  }

  /** When a token ends, in milliseconds; its signature is the server's affair. */
  function expiry(token) {
    try {
      const payload = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
      return JSON.parse(atob(payload)).exp * 1000 || 0;
    } catch (fault) {
      return Date.now() + 300000;
    }
  }

  async function askOffice() {
    const office = root.Office && root.Office.auth || root.OfficeRuntime && root.OfficeRuntime.auth;
    if (!office) throw signInProblem();
    const late = new Promise((_, reject) => { setTimeout(reject, 60000, signInProblem()); });
    const prompt = Date.now() - refusedAt > 60000;
    const asking = session;
    try {
      const asked = office.getAccessToken({ allowSignInPrompt: prompt, allowConsentPrompt: prompt });
      const token = await Promise.race([asked, late]);
      if (asking === session) ticket = { token, until: expiry(token) - 120000 };
      return token;
    } catch (fault) {
      if (prompt) refusedAt = Date.now();
      reached("unauthorised");
      throw signInProblem();
    }
  }

  async function authorisation() {
    if (config.auth === "token") return settings.token ? { Authorization: "Bearer " + settings.token } : {};
    if (config.auth !== "entra") return {};
    if (!ticket || ticket.until < Date.now()) {
      if (!ticketComing) {
        const coming = askOffice().finally(() => { if (ticketComing === coming) ticketComing = null; });
        ticketComing = coming;
      }
      return { Authorization: "Bearer " + await ticketComing };
    }
    return { Authorization: "Bearer " + ticket.token };
  }

  async function check() {
    refusedAt = 0; // somebody pressed the button: ask again
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), 10000);
    try {
      const headers = await authorisation();
      const answer = await fetch(address + "/v1/me", { headers, signal: controller.signal, cache: "no-store" });
      if (answer.ok) {
        const me = await answer.json();
        reached("ok", { user: me.user || null, version: me.version || null });
      } else if (answer.status === 401 || answer.status === 403) {
        if (answer.status === 401) forget(); else ticket = null;
        reached("unauthorised");
      } else {
        reached("unreachable");
      }
    } catch (fault) {
      if (!fault || !fault.key) reached("unreachable"); // else the sign-in failed, which is said already
    } finally {
      clearTimeout(timer);
    }
    return { ...state };
  }

  // ---------------------------------------------------------------- arguments

  const leftOut = (value) => value === null || value === undefined;

  /** The arguments of a call, read in place; the header setting stands where the call leaves it open. */
  function argumentsOf(fn, args) {
    // A blank cell in a required place is kept: the server says "blank" and not "missing".
    while (args.length > (fn.least || 0) && leftOut(args[args.length - 1])) args.pop();
    if (fn.headers >= 0 && settings.headers !== null && leftOut(args[fn.headers])) {
      while (args.length <= fn.headers) args.push(null);
      args[fn.headers] = settings.headers;
    }
    for (let i = 0; i < args.length; i++) args[i] = argument(args[i]);
    return args;
  }

  // ---------------------------------------------------------------- waiters: one for each call

  // A recalculation makes ten thousand calls at a stroke, and most of what a call costs in the page is
  // the copying of what it keeps alive. So a waiter has fields and no closures of its own, a job
  // without ranges shares one empty list, and a call is written down once: as the key of its job.
  const NONE = Object.freeze([]);
  let waiting = []; // in the order in which they began; those that settled are swept out
  let sweeper = 0;

  /** One cell (or caller) that waits; settles once, with {value} or {error}, whatever happens. */
  class Waiter {
    constructor(cellAddress, fn, finish) {
      this.cell = cellAddress; this.fn = fn; this.finish = finish; // finish(outcome, waiter)
      this.done = false; this.job = null; this.invocation = null; this.resolve = null; this.reject = null;
      this.deadline = Date.now() + TIMEOUT_MS;
      waiting.push(this);
      if (!sweeper) sweeper = setInterval(sweep, Math.min(1000, TIMEOUT_MS / 4));
    }
    promise() {
      return new Promise((resolve, reject) => { this.resolve = resolve; this.reject = reject; });
    }
    settle(outcome) {
      if (this.done) return;
      if (this.cell === null) { /* asked by this script itself */ }
      else if (outcome.error) note(this.cell, this.fn.id, outcome.error);
      else if (outcome.flaws) for (const flaw of outcome.flaws) note(this.cell, this.fn.id, flaw);
      this.end(outcome);
    }
    leave(error) { // cancelled or timed out, while others may still wait for the same job
      if (this.done) return;
      const job = this.job;
      if (error.key === "client_cancelled") this.end({ error }); // nobody looks: not worth a line in the log
      else this.settle({ error });
      if (job) abandon(job);
    }
    end(outcome) {
      this.done = true;
      this.job = null;
      // Microsoft's runtime keeps each invocation for good: with its handler it would keep the call too.
      if (this.invocation) this.invocation.onCanceled = null;
      this.invocation = null;
      this.finish(outcome, this);
    }
  }

  const cancelling = (waiter) => () => waiter.leave(problem("#N/A", "client_cancelled"));

  function sweep() {
    const now = Date.now();
    for (const waiter of waiting) {
      if (!waiter.done && waiter.deadline <= now) {
        waiter.leave(problem("#N/A", "client_timeout", { seconds: Math.round(TIMEOUT_MS / 1000) }));
      }
    }
    waiting = waiting.filter((waiter) => !waiter.done);
    if (!waiting.length) { clearInterval(sweeper); sweeper = 0; }
  }

  // ---------------------------------------------------------------- jobs: identical calls are one

  const DATA_TEXT = /^\s*clv:orders:[0-9a-f]{32,64}:(\d+)\s*$/i;
  const cellsOf = ({ value }) => (Array.isArray(value) ? value.length * value[0].length : 1);
  const cache = new Recent(CACHE_COUNT, CACHE_CELLS, cellsOf); // key -> outcome
  const inFlight = new Map(); // key -> job
  const uploads = new Recent(64, DATA_CELLS, (call) => call.cells); // text of CLV.DATA -> the call that made it
  const healing = new Map(); // text of CLV.DATA -> promise of its columns being stored again
  const functions = new Map(config.functions.map((fn) => [fn.id.toUpperCase(), fn]));

  const functionOf = (name) => functions.get(String(name).toUpperCase())
    || { id: String(name), most: 255, headers: -1, stores: true, spills: false };

  const isRange = (value) => value instanceof Range;
  const isDataText = (value) => typeof value === "string" && DATA_TEXT.test(value);
  const rangesOf = (values) => chosen(values, isRange);
  const dataTexts = (values) => chosen(values, isDataText);
  const total = (ranges) => ranges.reduce((sum, range) => sum + range.cells, 0);

  /** What a test holds for; most calls have neither ranges nor texts of CLV.DATA. */
  function chosen(list, test) {
    for (const item of list) if (test(item)) return list.filter(test);
    return NONE;
  }

  /** Ask for a call; `args` is the caller's no more. */
  function submit(fn, args, waiter) {
    try {
      prepared(fn, argumentsOf(fn, args), waiter);
    } catch (fault) {
      waiter.settle({ error: fault instanceof TooManyCells
        ? problem("#VALUE!", "client_too_many_cells", { count: fault.count, most: limits.cells })
        : problem("#VALUE!", "client_failed", { status: fault }) });
    }
  }

  function prepared(fn, values, waiter) {
    const ranges = rangesOf(values);
    if (ranges === NONE || ranges.every((range) => range.hash)) { join(fn, values, ranges, waiter); return; }
    Promise.all(ranges.map((range) => range.ready))
      .then(() => join(fn, values, ranges, waiter))
      .catch((fault) => waiter.settle({ error: problem("#VALUE!", "client_failed", { status: fault }) }));
  }

  function join(fn, values, ranges, waiter) {
    if (waiter.done) return;
    const spoken = language();
    const key = spoken + " " + fn.id + " " + JSON.stringify(values);
    const known = fn.stores ? undefined : cache.get(key);
    if (known) { waiter.settle(known); return; }
    let job = inFlight.get(key);
    if (job) {
      job.waiters.push(waiter);
      job.left++;
    } else {
      job = { fn, values, ranges, key, language: spoken, heavy: isHeavy(fn, values, ranges),
        waiters: [waiter], left: 1, rounds: 0, healed: false, request: null, session };
      inFlight.set(key, job);
      enqueue(job);
    }
    waiter.job = job;
  }

  /** The arguments of a job as they are sent: its key without language and function. */
  const textOf = (job) => job.key.slice(job.language.length + job.fn.id.length + 2);

  /** What a number or a range adds to the work of a call that multiplies them; small ranges have rows. */
  const amount = (value) => (typeof value === "number" ? Math.max(value, 0) : isRange(value) ? value.cells
    : value && value.rows ? value.rows.length * value.rows[0].length : 1);

  /** A call with a large range, or one that works as long: neither may keep a cell waiting. */
  function isHeavy(fn, values, ranges) {
    const effort = fn.effort && fn.effort[1].reduce((cells, place) => cells * amount(values[place]), fn.effort[0]);
    return effort > HEAVY_CELLS || ranges !== NONE && total(ranges) > HEAVY_CELLS
      || dataTexts(values).some((text) => 3 * DATA_TEXT.exec(text)[1] > HEAVY_CELLS);
  }

  const over = (job) => !job.left; // nobody waits for it any more

  function complete(job, outcome) {
    if (over(job)) return; // everybody has left: another job may have its key by now
    if (inFlight.get(job.key) === job) inFlight.delete(job.key);
    const current = job.session === session;
    if (current && !outcome.error && isDataText(outcome.value)) {
      const call = { fn: job.fn, values: job.values, cells: total(job.ranges) };
      uploads.set(outcome.value.trim().toLowerCase(), call);
    }
    // #N/A may pass (data not there yet, server busy); every other outcome follows from the arguments.
    if (current && !job.fn.stores && !(outcome.error && (outcome.passing || outcome.error.code === "#N/A"))) {
      cache.set(job.key, outcome);
    }
    job.left = 0;
    for (const waiter of job.waiters) waiter.settle(outcome);
  }

  /** A waiter left: without any other the job is dropped, and a request of such jobs is cut off. */
  function abandon(job) {
    job.left--;
    if (!over(job)) return;
    if (inFlight.get(job.key) === job) inFlight.delete(job.key);
    if (job.request && job.request.jobs.every(over)) job.request.controller.abort();
  }

  /** The columns behind a text of CLV.DATA are lost: store them again, then ask once more. */
  function heal(job, error) {
    const lost = dataTexts(job.values).map((text) => text.trim().toLowerCase());
    const calls = lost.map((text) => uploads.get(text));
    if (job.healed || !calls.length || calls.includes(undefined)) return false;
    job.healed = true;
    job.request = null;
    Promise.all(lost.map((text, i) => storedAgain(text, calls[i]))).then((outcomes) => {
      if (outcomes.some((outcome) => outcome.error)) complete(job, { error });
      else if (!over(job)) enqueue(job);
    });
    return true;
  }

  function storedAgain(text, { fn, values }) {
    if (!healing.has(text)) {
      const outcome = new Promise((resolve) => { prepared(fn, values, new Waiter(null, fn, resolve)); });
      const stored = outcome.finally(() => { if (healing.get(text) === stored) healing.delete(text); });
      healing.set(text, stored);
    }
    return healing.get(text);
  }

  // ---------------------------------------------------------------- plans: which jobs travel together

  // Texts of calls are counted threefold (a letter has up to three bytes), sections as they are.
  const TEXT_BUDGET = Math.min(8 * MEGABYTE, limits.bodyBytes / 3);
  let queue = [];
  let timer = 0;
  const lightPlans = [];
  const heavyPlans = [];
  const uploading = new Map(); // hash -> jobs that wait until another request has sent it
  let running = 0;
  let heavyRunning = 0;

  function enqueue(job) {
    queue.push(job);
    if (queue.length >= limits.calls) flush();
    else if (!timer) timer = setTimeout(flush, WINDOW_MS);
  }

  const unsent = (range) => range.known !== session; // as far as this page remembers
  const missing = (job) => chosen(job.ranges, unsent);

  /** Bytes of these ranges, but for those that are counted already. */
  function bytesOf(ranges, counted) {
    let sum = 0;
    for (const range of ranges) if (!counted || !counted.has(range.hash)) sum += range.size;
    return sum;
  }

  function flush() {
    clearTimeout(timer);
    timer = 0;
    const jobs = queue;
    queue = [];
    const plans = new Map(); // lane -> the plan that still has room
    for (const job of jobs) {
      if (over(job)) continue;
      const wanted = missing(job);
      const size = bytesOf(wanted, null) + 3 * job.key.length + 1000;
      if (size > limits.bodyBytes) {
        complete(job, { error: problem("#VALUE!", "client_too_large",
          { size: megabytes(size), most: megabytes(limits.bodyBytes) }) });
        continue;
      }
      // Large ranges travel apart from small calls; those that share one travel together.
      const lane = job.language + (job.heavy ? " " + (wanted.length ? wanted[0].hash : job.fn.id) : "");
      let plan = plans.get(lane);
      if (!plan || plan.jobs.length >= limits.calls || plan.text + job.key.length > TEXT_BUDGET
        || plan.sections + bytesOf(wanted, plan.hashes) + 3 * (plan.text + job.key.length) + 1000 > limits.bodyBytes) {
        plan = { jobs: [], heavy: job.heavy, text: 0, sections: 0, hashes: new Set() };
        plans.set(lane, plan);
        (job.heavy ? heavyPlans : lightPlans).push(plan);
      }
      plan.sections += bytesOf(wanted, plan.hashes);
      plan.text += job.key.length + 100;
      for (const range of wanted) plan.hashes.add(range.hash);
      plan.jobs.push(job);
    }
    pump();
  }

  function pump() {
    while (running < MAX_REQUESTS) {
      const plan = lightPlans.shift() || (heavyRunning < MAX_HEAVY ? heavyPlans.shift() : undefined);
      if (!plan) return;
      launch(plan);
    }
  }

  /** Put the ranges of a job into a request, unless another one is sending them just now: it waits then. */
  function loaded(job, sections) {
    const wanted = missing(job);
    const elsewhere = wanted.find((range) => uploading.has(range.hash) && !sections.has(range.hash));
    if (elsewhere) { uploading.get(elsewhere.hash).push(job); return false; }
    for (const range of wanted) {
      sections.set(range.hash, range);
      uploading.set(range.hash, uploading.get(range.hash) || []);
    }
    return true;
  }

  function launch(plan) {
    const request = { jobs: [], sections: new Map(), controller: new AbortController(), heavy: plan.heavy, session };
    for (const job of plan.jobs) {
      if (over(job)) continue;
      if (job.ranges !== NONE && !loaded(job, request.sections)) continue;
      job.request = request;
      request.jobs.push(job);
    }
    if (!request.jobs.length) return;
    running++;
    heavyRunning += request.heavy ? 1 : 0;
    deliver(request)
      .catch((fault) => { // a mistake of this script: still no cell may stay busy
        for (const job of request.jobs) complete(job, failure(problem("#N/A", "client_failed", { status: fault })));
      })
      .finally(() => {
        running--;
        heavyRunning -= request.heavy ? 1 : 0;
        // After a change of session what is noted there are the requests of others.
        for (const hash of request.session === session ? request.sections.keys() : NONE) {
          const waiting = uploading.get(hash) || [];
          uploading.delete(hash);
          for (const job of waiting) queue.push(job);
        }
        if (queue.length && !timer) timer = setTimeout(flush, 0);
        pump();
      });
  }

  // ---------------------------------------------------------------- requests

  const failure = (error) => ({ error, passing: true }); // of the way to the server: never cached

  function bodyOf(request, groups) {
    const spoken = request.jobs[0].language;
    const calls = [...groups].map(([name, jobs]) =>
      `{"function":${JSON.stringify(name)},"calls":[${jobs.map(textOf).join(",")}]}`).join(",");
    const json = `{"language":"${spoken}","groups":[${calls}]`;
    if (!request.sections.size) return { type: "application/json", body: json + "}" };
    const sections = [...request.sections.values()].map((range) => range.section());
    let head = utf8.encode(json + `,"sections":[${sections.map((bytes) => bytes.length)}]}`);
    const gap = -head.length & 7;
    if (gap) head = utf8.encode(json + `,"sections":[${sections.map((bytes) => bytes.length)}]}` + " ".repeat(gap));
    const body = new Uint8Array(sections.reduce((sum, bytes) => sum + bytes.length, 16 + head.length));
    framed(body, "CLVBATC1", head);
    let at = 16 + head.length;
    for (const bytes of sections) { body.set(bytes, at); at += bytes.length; }
    return { type: "application/vnd.clv.batch", body };
  }

  async function deliver(request) {
    const groups = new Map();
    for (const job of request.jobs) {
      const held = groups.get(job.fn.id);
      if (held) held.push(job); else groups.set(job.fn.id, [job]);
    }
    let answer;
    try {
      answer = await post(bodyOf(request, groups), request.controller.signal);
    } catch (error) {
      if (!error || !error.key) throw error;
      for (const job of request.jobs) complete(job, failure(error));
      return;
    }
    const { content, length } = answer;
    const fits = [...groups.values()].every((jobs, g) =>
      content.groups[g] && Array.isArray(content.groups[g].results) && content.groups[g].results.length === jobs.length);
    if (!fits) {
      const error = problem("#N/A", "client_failed", { status: 200 });
      for (const job of request.jobs) complete(job, failure(error));
      return;
    }
    const unknown = new Set(content.unknown || []);
    for (const [hash, range] of request.sections) {
      if (unknown.has(hash)) continue;
      range.known = request.session;
      range.bytes = null; // can be made again from the cells, should the server lose them
    }
    [...groups.values()].forEach((jobs, g) => {
      const results = content.groups[g].results;
      jobs.forEach((job, i) => received(job, results[i], length));
    });
  }

  /** Send a body until it is answered; network faults and 503 are tried again, nothing else is. */
  async function post({ type, body }, signal) {
    const started = Date.now();
    // Known to be away: one try is enough, else a long queue would wait for each of its requests.
    const tries = state.status === "unreachable" ? 1 : TRIES;
    for (let attempt = 1; ; attempt++) {
      let problemNow, wait = 500 * 2.5 ** (attempt - 1) * (0.75 + Math.random() / 2);
      const headers = { "Content-Type": type, ...await authorisation() };
      try {
        const answer = await fetch(address + "/v1/batch", { method: "POST", headers, body, signal, cache: "no-store" });
        const text = await answer.text(); // a server that dies in the middle is a network fault here
        if (answer.status !== 503) return read(answer, text);
        reached("ok");
        problemNow = said(text) || problem("#N/A", "client_busy");
        wait = Math.max(wait, retryAfter(answer));
      } catch (fault) {
        if (fault && fault.key) throw fault;
        if (signal.aborted) throw problem("#N/A", "client_cancelled");
        problemNow = problem("#N/A", "client_unreachable");
      }
      if (attempt >= tries || Date.now() - started + wait > TRYING_MS) {
        if (problemNow.key === "client_unreachable") reached("unreachable");
        throw problemNow;
      }
      await sleep(wait, signal);
      if (signal.aborted) throw problem("#N/A", "client_cancelled");
    }
  }

  function retryAfter(answer) {
    const text = answer.headers.get("Retry-After") || "";
    const seconds = /^\d+$/.test(text.trim()) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
    return seconds > 0 ? 1000 * seconds : 0;
  }

  /** The error that a refused request states, if it is one of ours and not a proxy's page. */
  function said(text) {
    try {
      const { error, key, sentence: words } = JSON.parse(text);
      if (typeof error === "string" && typeof words === "string") return { code: error, key: key || "refused", sentence: words };
    } catch (fault) { /* not JSON */ }
    return null;
  }

  function read(answer, text) {
    if (answer.ok) {
      reached("ok");
      let content;
      try { content = JSON.parse(text); } catch (fault) { content = null; }
      if (content && Array.isArray(content.groups)) return { content, length: text.length };
    } else if (answer.status === 401) {
      forget(); // the ticket too: it may be too old, whatever it says
      reached("unauthorised");
      throw signInProblem();
    } else if (answer.status === 403) {
      reached("unauthorised");
    }
    throw said(text) || problem("#N/A", "client_failed", { status: answer.status });
  }

  // ---------------------------------------------------------------- results

  const stated = (result) => ({ code: result.error, key: result.key || "", sentence: result.sentence || "" });

  function received(job, result, length) {
    job.request = null;
    if (over(job)) return;
    if (result === null || typeof result !== "object") {
      complete(job, { value: result });
    } else if (result.unknown) {
      for (const range of job.ranges) range.known = 0;
      if (++job.rounds > MAX_ROUNDS) complete(job, failure(problem("#N/A", "client_lost_data")));
      else enqueue(job);
    } else if (result.error) {
      const error = stated(result);
      if (error.key !== "data_lost" || !heal(job, error)) complete(job, { error });
    } else if (length > limits.resultBytes && JSON.stringify(result.rows).length > limits.resultBytes) {
      complete(job, { error: problem("#VALUE!", "client_result_too_large", { most: megabytes(limits.resultBytes) }) });
    } else {
      complete(job, spilled(result.rows));
    }
  }

  /** Rows with their error cells worded; `flaws` are the errors for the log, each sentence once. */
  function spilled(rows) {
    const flaws = new Map();
    const value = rows.map((row) => row.map((item) => {
      if (item === null || typeof item !== "object") return item;
      const error = stated(item);
      if (flaws.size < 20) flaws.set(error.sentence, error);
      return error;
    }));
    return { value, flaws: [...flaws.values()] };
  }

  // ---------------------------------------------------------------- Excel's side

  const CODES = {
    "#VALUE!": "invalidValue", "#N/A": "notAvailable", "#DIV/0!": "divisionByZero", "#NUM!": "invalidNumber",
    "#NULL!": "nullReference", "#NAME?": "invalidName", "#REF!": "invalidReference",
  };

  function excelError({ code, sentence: words }) {
    const known = root.CustomFunctions.ErrorCode;
    return new root.CustomFunctions.Error(known[CODES[code]] || known.invalidValue, words);
  }

  const excelCell = (item) =>
    (item === null ? "" : typeof item === "object" ? excelError(item) : item); // null would show as 0

  // A rejection with another code is shown as #VALUE!: the runtime has no number for it. It keeps the code
  // of an error that is a result.
  const REJECTED = new Set(["#VALUE!", "#N/A", "#DIV/0!", "#NUM!", "#NULL!"]);

  function toExcel({ value, error }, { fn, resolve, reject }) {
    // A result declared a matrix is handed over as one, even where it is a single cell.
    const alone = (item) => (fn.spills ? [[item]] : item);
    if (error && (REJECTED.has(error.code) || !CODES[error.code])) reject(excelError(error));
    else if (error) resolve(alone(excelError(error)));
    else if (Array.isArray(value)) resolve(value.map((row) => row.map(excelCell)));
    else resolve(alone(excelCell(value)));
  }

  function wrapper(fn) {
    return function (...args) {
      const invocation = args.pop() || {};
      const waiter = new Waiter(invocation.address || "", fn, toExcel);
      const promise = waiter.promise();
      waiter.invocation = invocation;
      invocation.onCanceled = cancelling(waiter);
      submit(fn, args, waiter);
      return promise;
    };
  }

  // At once and not after some event: Excel asks for values as soon as the page has loaded.
  if (root.CustomFunctions && root.CustomFunctions.associate) {
    for (const fn of config.functions) root.CustomFunctions.associate(fn.id, wrapper(fn));
  }

  // ---------------------------------------------------------------- for the task pane and the start page

  function toCaller({ value, error }, { resolve, reject }) {
    if (error) reject({ ...error });
    else resolve(Array.isArray(value) ? value.map((row) => [...row]) : value);
  }

  function call(name, args, options = {}) {
    const fn = functionOf(name);
    const waiter = new Waiter(options.cell || "", fn, toCaller);
    const promise = waiter.promise();
    if (options.signal) options.signal.addEventListener("abort", cancelling(waiter), { once: true });
    if (options.signal && options.signal.aborted) cancelling(waiter)();
    else submit(fn, [...args], waiter);
    return promise;
  }

  root.ClvAddin = Object.freeze({
    version: config.version,
    config,
    call,
    log: Object.freeze(log),
    settings: Object.freeze({
      get: () => ({ ...settings }),
      set(changes) {
        adopt(accepted(changes));
        try { root.localStorage.setItem(SETTINGS_KEY, JSON.stringify(settings)); } catch (fault) { /* this session only */ }
      },
      subscribe: settingsTopic.subscribe,
    }),
    connection: Object.freeze({ state: () => ({ ...state }), check, subscribe: stateTopic.subscribe }),
  });
})(globalThis);
