/* The functions in the task pane: a search, the help of one function, a form that writes its formula. */
"use strict";

(() => {
  const { copy, element, fill, help, language, say, search } = globalThis.ClvPages;
  const { build, notation, operand, seenFrom } = globalThis.ClvFormula;
  const { about, badge, choices, chosen, facts } = globalThis.ClvReference;
  const host = globalThis.ClvHost;
  const $ = (id) => document.getElementById(id);

  let announce = () => undefined;
  let found = [];
  let active = 0;
  let open = null; // id of the function whose form is open
  let target = null; // the cell that the formula will go to, as far as it is known

  const marks = () => notation(host.decimal() || (language() === "en" ? "." : ","));
  const excelLanguage = () =>
    (globalThis.Office && Office.context && Office.context.displayLanguage || language()).slice(0, 2).toLowerCase();

  // --- the list ---

  const option = (f, index) => element("li", {
    role: "option", id: `option-${index}`, "aria-selected": index === active ? "true" : "false",
    onclick: () => show(f.id),
  }, element("span", { class: "name" }, f.name), element("span", { class: "summary" }, f.summary));

  const drawList = () => {
    const query = $("search").value;
    found = search(help().functions, query);
    active = Math.max(0, Math.min(active, found.length - 1));
    const families = [...new Set(found.map((f) => f.family))];
    const index = new Map(found.map((f, i) => [f, i]));
    if (query.trim()) fill($("list"), found.map(option));
    else {
      fill($("list"), families.map((family, i) => element("li", { role: "presentation" },
        element("ul", { role: "group", "aria-labelledby": `family-${i}` },
          element("li", { role: "presentation", class: "family", id: `family-${i}` }, family),
          found.filter((f) => f.family === family).map((f) => option(f, index.get(f)))))));
    }
    $("list").hidden = !found.length;
    $("search").setAttribute("aria-expanded", found.length ? "true" : "false");
    $("found").textContent = found.length
      ? say("pane.found", { count: found.length }) : say("pane.found_none", { query });
    mark(false);
  };

  const mark = (scroll) => {
    for (const node of $("list").querySelectorAll("[role=option]")) {
      const here = node.id === `option-${active}`;
      node.setAttribute("aria-selected", here ? "true" : "false");
      if (here && scroll) node.scrollIntoView({ block: "nearest" });
    }
    if (found.length) $("search").setAttribute("aria-activedescendant", `option-${active}`);
    else $("search").removeAttribute("aria-activedescendant");
  };

  const onSearchKey = (event) => {
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key in moves && found.length) {
      active = Math.max(0, Math.min(found.length - 1, active + moves[event.key]));
      mark(true);
    } else if (event.key === "Enter" && found.length) show(found[active].id);
    else if (event.key === "Escape" && $("search").value) {
      $("search").value = "";
      active = 0;
      drawList();
    } else return;
    event.preventDefault();
  };

  // --- one function ---

  const current = () => help().functions.find((f) => f.id === open) || null;

  const field = (arg) => {
    const id = `arg-${arg.name}`;
    const attributes = {
      "aria-describedby": `${id}-facts ${id}-problem`, "aria-required": arg.optional ? null : "true",
      oninput: () => { complain(arg, ""); drawPreview(); },
    };
    const select = chosen(arg);
    const input = select ? choices(arg, id, attributes)
      : element("input", { id, type: "text", autocomplete: "off", spellcheck: "false", ...attributes });
    const pick = !select && host.excel() && element("button", {
      type: "button", class: "quiet", "aria-label": say("pane.use_selection_for", { argument: arg.name }),
      onclick: () => takeSelection(arg),
    }, say("pane.use_selection"));
    return element("div", { class: "field" },
      element("div", { class: "over" },
        element("label", { for: id }, element("code", {}, arg.name)), badge(arg)),
      element("div", { class: "entry" }, input, pick),
      element("p", { id: `${id}-facts`, class: "facts" }, facts(arg)),
      element("p", { id: `${id}-problem`, class: "problem" }));
  };

  const complain = (arg, sentence) => {
    const node = $(`arg-${arg.name}`);
    if (sentence) node.setAttribute("aria-invalid", "true");
    else node.removeAttribute("aria-invalid");
    $(`arg-${arg.name}-problem`).textContent = sentence;
  };

  const problem = (key) => {
    const { decimal } = marks();
    return say(key, { number: `0${decimal}4`, decimal });
  };

  /** The operands of the form: {operands, first: the first field that is not understood}. */
  const operands = (f, sheet) => {
    const read = f.arguments.map((arg) =>
      [arg, operand(seenFrom($(`arg-${arg.name}`).value.trim(), sheet), arg, marks(), excelLanguage())]);
    return { read, broken: read.filter(([, o]) => o.problem) };
  };

  const drawPreview = () => {
    const f = current();
    if (!f) return;
    const { read } = operands(f, target ? target.sheet : null);
    const local = read.map(([arg, o]) => (o.problem ? (!arg.optional || $(`arg-${arg.name}`).value ? "…" : "") : o.local));
    $("preview").textContent = build(f.name, local, marks().list);
  };

  const drawTarget = () => {
    const node = $("target");
    if (node) node.textContent = target ? say("pane.target", { cell: target.address }) : "";
  };

  const show = (id, focus = true) => {
    open = id;
    const f = current();
    if (!f) return;
    $("gallery").hidden = true;
    $("details").hidden = false;
    fill($("details"),
      element("button", { type: "button", class: "quiet back", onclick: close }, say("pane.back")),
      element("h2", { id: "details-name", tabindex: "-1" }, f.name),
      element("p", { class: "summary" }, f.summary),
      element("p", { class: "signature" }, element("code", {}, f.call)),
      element("form", { id: "form", novalidate: true, "aria-labelledby": "details-name", onsubmit: insert },
        f.arguments.map(field),
        element("div", { class: "write" },
          element("div", { class: "result" },
            element("span", { id: "preview-name", class: "label" }, say("pane.preview")),
            element("output", { id: "preview", "aria-labelledby": "preview-name", "aria-live": "off" }),
            element("p", { id: "target", class: "facts" })),
          element("div", { class: "actions" },
            element("button", { type: "submit", class: "main", disabled: !host.excel() }, say("pane.insert")),
            element("button", { type: "button", onclick: copyFormula }, say("pane.copy_formula"))),
          element("div", { id: "confirm", role: "group", "aria-labelledby": "confirm-text", hidden: true }))),
      element("h3", {}, say("pane.about")), about(f));
    drawPreview();
    drawTarget();
    if (focus) {
      globalThis.scrollTo(0, 0);
      $("details-name").focus();
    }
  };

  const close = () => {
    open = null;
    $("details").hidden = true;
    $("gallery").hidden = false;
    $("search").focus();
    mark(true);
  };

  const takeSelection = async (arg) => {
    try {
      const address = await host.selection();
      const node = $(`arg-${arg.name}`);
      node.value = seenFrom(address, null);
      complain(arg, "");
      drawPreview();
      announce("pane.selection_taken", { argument: arg.name, cells: address });
    } catch (error) {
      announce("pane.selection_failed", { reason: reason(error) }, true);
    }
  };

  const reason = (error) => String((error && (error.message || error.code)) || error);

  /** Words for every field that is not understood; whether all are. */
  const checked = ({ broken }) => {
    for (const [arg, { problem: key }] of broken) complain(arg, problem(key));
    if (broken.length) $(`arg-${broken[0][0].name}`).focus();
    return !broken.length;
  };

  const formulaFor = (f, sheet) => {
    const form = operands(f, sheet);
    return checked(form) ? build(f.name, form.read.map(([, o]) => o.english), ",") : null;
  };

  const insert = async (event) => {
    event.preventDefault();
    const f = current();
    $("confirm").hidden = true;
    if (!host.excel() || !formulaFor(f, null)) return;
    try {
      const cell = await host.activeCell();
      if (cell.content === "") await put(f, cell);
      else askFirst(f, cell);
    } catch (error) {
      announce("pane.insert_failed", { reason: reason(error) }, true);
    }
  };

  const put = async (f, cell) => {
    const formula = formulaFor(f, cell.sheet);
    if (!formula) return;
    await host.write(cell.address, formula);
    announce("pane.inserted", { function: f.name, cell: cell.address });
  };

  const askFirst = (f, cell) => {
    const content = cell.content.length > 60 ? `${cell.content.slice(0, 57)}...` : cell.content;
    const end = () => {
      $("confirm").hidden = true;
      $("form").querySelector("[type=submit]").focus();
    };
    const replace = async () => {
      try {
        const now = await host.activeCell();
        if (now.address !== cell.address || now.content !== cell.content) askFirst(f, now); // another cell by now
        else {
          await put(f, cell);
          end();
        }
      } catch (error) {
        announce("pane.insert_failed", { reason: reason(error) }, true);
      }
    };
    fill($("confirm"),
      element("p", { id: "confirm-text" }, say("pane.occupied", { cell: cell.address, content })),
      element("div", { class: "actions" },
        element("button", { type: "button", onclick: replace }, say("pane.replace")),
        element("button", { type: "button", onclick: end }, say("pane.keep"))));
    $("confirm").hidden = false;
    $("confirm").querySelector("button:last-of-type").focus();
    announce("pane.occupied", { cell: cell.address, content });
  };

  const copyFormula = async () => {
    const f = current();
    const form = operands(f, target ? target.sheet : null);
    if (!checked(form)) return;
    const local = build(f.name, form.read.map(([, o]) => o.local), marks().list);
    announce(await copy(local) ? "pane.formula_copied" : "pane.copy_failed");
  };

  const followSelection = async () => {
    try {
      target = await host.activeCell();
    } catch {
      target = null; // a chart is selected, or a cell is being edited
    }
    drawTarget();
    drawPreview();
  };

  /** Draw everything again in the language of now, keeping what was typed. */
  const draw = () => {
    drawList();
    if (!open) return;
    const kept = [...$("details").querySelectorAll("input, select")].map((node) => [node.id, node.value]);
    const focused = document.activeElement ? document.activeElement.id : "";
    show(open, false);
    for (const [id, value] of kept) if ($(id)) $(id).value = value;
    if (focused && $(focused)) $(focused).focus();
    drawPreview();
  };

  const start = (message) => {
    announce = message;
    $("search").addEventListener("input", () => { active = 0; drawList(); });
    $("search").addEventListener("keydown", onSearchKey);
    $("details").addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      if (!$("confirm").hidden) $("confirm").querySelector("button:last-of-type").click();
      else close();
    });
  };

  const withExcel = async () => {
    draw();
    await followSelection();
    await host.onSelection(followSelection);
  };

  globalThis.ClvGallery = { draw, start, withExcel };
})();
