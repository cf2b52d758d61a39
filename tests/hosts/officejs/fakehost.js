/* Stands where Excel stands, below Microsoft's own custom-functions runtime: hands calls over through
 * its bridge and takes the results. HOST.begin(calls) -> ids, HOST.result(id) -> {value} or {error, message},
 * HOST.calculate(calls) -> all results, HOST.cancel(ids).
 * A call is {name, args, cell}; an error cell in args is {type: "CustomFunctionError", code}.
 * HOST.requests tells what the page sent to the server: the page's fetch is watched, not replaced.
 */
(function () {
  "use strict";
  const INVOKE = 1000, CANCEL = 1001; // types of message from host to page
  const CANCELABLE = 1, ERRORS_ALLOWED = 4; // flags of a call
  const CODES = { 1: "#N/A", 5: "#DIV/0!", 6: "#NUM!", 7: "#VALUE!", 8: "#NULL!" };
  const cells = new Map(); // id -> {promise, settle}
  let last = 0;

  function settled(result) {
    const [id, good, value, code] = Array.isArray(result)
      ? result : [result.id, !result.failed, result.value, result.errorCode];
    const waiting = cells.get(id);
    if (!waiting) return;
    waiting.busy = false;
    waiting.settle(good ? { value } : { error: CODES[code] || `internal ${code}`, message: value });
  }

  const bridge = {
    sendMessageToHost(text) {
      const { id, type, message } = JSON.parse(text);
      if (type !== 1) return;
      const body = typeof message.body === "string" ? JSON.parse(message.body) : message.body;
      const actions = body.Actions || [];
      for (const action of actions) {
        if (/^SetInvocation(Array)?Results$/.test(action.Name || "")) action.ArgumentInfo.Arguments[0].forEach(settled);
      }
      const answer = { Results: actions.map((action) => ({ ActionId: action.Id, Value: null })) };
      const reply = { id, type: 2, message: { statusCode: 200, headers: {}, body: JSON.stringify(answer) } };
      setTimeout(() => bridge.onMessageFromHost(JSON.stringify(reply)));
    },
  };

  function send(type, messages) {
    const entries = messages.map((message) => ({
      messageCategory: 1, messageType: type, targetId: "", message: JSON.stringify(message), id: ++last,
    }));
    bridge.onMessageFromHost(JSON.stringify({ type: 3, message: { entries } }));
  }

  function begin(calls) {
    const messages = calls.map(({ name, args, cell }) => {
      const invocationId = ++last;
      let settle;
      const promise = new Promise((resolve) => { settle = resolve; });
      cells.set(invocationId, { promise, settle, busy: true });
      return { invocationId, functionName: name, parameterValues: args, address: cell || "Sheet1!A1",
        flags: CANCELABLE | ERRORS_ALLOWED };
    });
    send(INVOKE, messages);
    return messages.map((message) => message.invocationId);
  }

  const result = (id) => cells.get(id).promise;
  const requests = [];
  let underWay = 0;

  window._richApiNativeBridge = bridge;
  window.HOST = {
    begin, result, requests,
    mostAtOnce: 0, // requests under way
    calculate: (calls) => Promise.all(begin(calls).map(result)),
    cancel: (ids) => send(CANCEL, ids.map((invocationId) => ({ invocationId }))),
    busy: () => [...cells.values()].filter((cell) => cell.busy).length,
    forget: () => { requests.length = 0; cells.clear(); },
  };

  // The runtime rests half a second after each delivery of results, to spare Excel: nobody needs it here.
  const later = window.setTimeout;
  const rests = (work) => String(work).includes("clearInProgressContestSyncExpectedFinishedTime");
  window.setTimeout = (work, ms, ...rest) => later(work, ms >= 500 && rests(work) ? 20 : ms, ...rest);

  const real = window.fetch;
  window.fetch = async (url, options = {}) => {
    const seen = { url: String(url), type: options.headers && options.headers["Content-Type"], body: options.body,
      headers: { ...options.headers }, status: 0, aborted: false };
    if (options.method === "POST") requests.push(seen);
    underWay++;
    window.HOST.mostAtOnce = Math.max(window.HOST.mostAtOnce, underWay);
    try {
      const answer = await real(url, options);
      seen.status = answer.status;
      return answer;
    } catch (fault) {
      seen.aborted = fault.name === "AbortError";
      throw fault;
    } finally {
      underWay--;
    }
  };
})();
