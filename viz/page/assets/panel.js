// The card beside the picture: all that is known of one vertex or group, or how to read it all.

const panel = byId("panel");
let explaining = false; // whether it says how to read the picture

/** Select a vertex or group and show its card; null selects nothing. */
function select(id, focus = false) {
  state.selected = id;
  markSelected();
  if (id !== null) fillCard(id);
  explaining = false;
  showPanel();
  if (id === null) return;
  reveal(placeOf(seen(id)));
  if (focus) elementOf(seen(id))?.focus({ preventScroll: true });
}

/** Show what an edge brings back: in the card of where it goes to. */
function selectEdge(id) {
  select(seen(edges.get(id).source));
  const line = byId("card").querySelector(`[data-edge=${id}]`);
  line?.classList.add("marked");
  line?.scrollIntoView({ block: "nearest" });
}

/** The panel is there for as long as there is something in it. */
function showPanel() {
  panel.hidden = state.selected === null && !explaining;
  byId("help").setAttribute("aria-expanded", String(explaining));
}

function markSelected() {
  const at = state.selected === null ? null : seen(state.selected);
  for (const [id, element] of [...drawn.boxes, ...drawn.frames]) {
    element.classList.toggle("selected", id === at);
    if (element.classList.contains("node")) element.setAttribute("aria-pressed", String(id === at));
  }
  for (const [id, element] of drawn.wires) {
    const { source, target } = edges.get(id);
    element.classList.toggle(
      "selected",
      at !== null && (seen(source) === at || seen(target) === at),
    );
  }
}

function fillCard(id) {
  const { name, what, rows, facts, how, sum } = thing(id);
  const parts = [html("h2", {}, name), html("p", { class: "what" }, what)];
  if (how) parts.push(html("p", { class: "how" }, how));
  const list = html("dl", {});
  for (const [label, texts, tone] of joined(rows))
    list.append(
      html("dt", {}, label),
      html("dd", { class: tone }, ...texts.map((text) => html("span", { class: "piece" }, text))),
    );
  const said = new Set([what, ...joined(rows).map(([label]) => label)]); // no word twice
  for (const [label, text] of facts)
    if (!said.has(label) && !said.has(text))
      list.append(html("dt", {}, label), html("dd", {}, text));
  parts.push(list);
  if (sum) parts.push(html("p", { class: "sum" }, sum));
  parts.push(...buttonsOf(id));
  const away = edgesSeen().filter((edge) => seen(edge.source) === id);
  const towards = edgesSeen().filter((edge) => seen(edge.target) === id);
  const flowing = data.edges.some((edge) => edge.tag);
  parts.push(...flows(flowing ? "Used by: what comes back" : "Used by", away, "target"));
  parts.push(...flows(flowing ? "Inputs: what goes back to them" : "Inputs", towards, "source"));
  byId("card").replaceChildren(...parts);
}

/** Rows that belong together, for a long value is broken into several. */
function joined(rows) {
  const found = [];
  for (const [label, text, tone] of rows)
    if (label) found.push([label, [text], tone]);
    else found.at(-1)[1].push(text);
  return found;
}

function buttonsOf(id) {
  const buttons = [];
  const button = (text, onclick) =>
    buttons.push(html("button", { type: "button", onclick }, text), " ");
  if (groups.has(id)) button(state.open.has(id) ? "Collapse" : "Open", () => toggleGroup(id));
  else if (groupsAround(id).length)
    button("Collapse its module", () => toggleGroup(groupsAround(id).at(-1)));
  if (thing(id).kind === "leaf") {
    const on = state.leaf === id;
    button(on ? "Hide its paths" : "Show its paths", () => {
      choosePaths(on ? null : id);
      fillCard(id);
    });
  }
  return buttons.length ? [html("p", {}, ...buttons)] : [];
}

/** The edges on one side, with the local derivative and the product of each. */
function flows(heading, found, end) {
  if (!found.length) return [];
  const items = found.map((edge) => {
    const other = edge[end];
    const link = html(
      "button",
      { type: "button", class: "link", onclick: () => select(seen(other), true) },
      thing(seen(other)).title,
    );
    const parts = [link, html("small", {}, ` as ${edge.port}`)];
    if (edge.local) parts.push(html("p", { class: "local" }, edge.local));
    if (edge.tag)
      parts.push(
        html(
          "p",
          { class: "product" },
          html("small", {}, legendOf(edge)),
          html("span", { class: edge.tag[2] }, edge.product),
        ),
      );
    return html("li", { "data-edge": edge.id }, ...parts);
  });
  return [html("h3", {}, heading), html("ul", {}, ...items)];
}

const legendOf = (edge) =>
  edge.product.includes("\u00d7") ? "upstream \u00d7 local = " : "contribution ";

/** How to read the picture. */
function introduce() {
  const shapes = [
    ["leaf", "a leaf: where a value enters"],
    ["operation", "an operation, with its result"],
    ["result", "one result of several"],
    ["output", "an output: here backward starts"],
    ["group", "a collapsed module; + opens it"],
  ]
    .filter(([kind]) => kind !== "result" || data.vertices.some((each) => each.kind === "result"))
    .filter(([kind]) => kind !== "group" || groups.size);
  const keys = [
    ["n p", "one step on, one back"],
    ["Space", "play, pause"],
    ["Tab Enter", "next box, open its card"],
    ["Arrows", "along the edges; without a box, move"],
    ["+ - 0", "zoom, fit"],
    ["/", "search"],
    ["r t", "turn, theme"],
    ...(groups.size ? [["o", "open or collapse the module"]] : []),
    ["Esc", "close"],
  ];
  const list = html("dl", {});
  for (const [key, what] of keys)
    list.append(
      html("dt", {}, ...key.split(" ").flatMap((each) => [html("kbd", {}, each), " "])),
      html("dd", {}, what),
    );
  byId("card").replaceChildren(
    html("h2", {}, "How to read it"),
    html("p", {}, legend()),
    ...data.notes.map((note) => html("p", { class: "note" }, note)),
    html(
      "ul",
      { class: "shapes" },
      ...shapes.map(([kind, text]) => html("li", {}, sample(kind), text)),
    ),
    html("h3", {}, "Keys"),
    list,
  );
}

const legend = () => data.legend[state.rightward ? "right" : "down"];

/** A small box of one kind, for the legend. */
function sample(kind) {
  const output = kind === "output";
  const name = kind === "group" ? "module" : output ? "operation output" : kind;
  const shapes = outline(output ? "operation" : kind, output, 44, 26).map((shape) => {
    if (kind === "leaf") shape.setAttribute("rx", 11);
    return shape;
  });
  return svg(
    "svg",
    { width: 58, height: 38, viewBox: "-2 -2 58 38", "aria-hidden": "true" },
    svg("g", { class: name }, ...shapes),
  );
}

function handlePanel() {
  byId("close").addEventListener("click", () => {
    const last = state.selected;
    select(null);
    if (last !== null) elementOf(seen(last))?.focus({ preventScroll: true });
  });
  byId("help").addEventListener("click", () => {
    const again = explaining;
    select(null);
    if (again) return;
    introduce();
    explaining = true;
    showPanel();
    panel.focus();
  });
}
