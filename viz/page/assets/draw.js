// The picture: boxes, frames, wires and labels as SVG, drawn anew when what is open changes.

const drawn = {
  boxes: new Map(),
  frames: new Map(),
  wires: new Map(),
  tags: new Map(),
  layout: null,
};

function draw() {
  const focus = document.activeElement?.dataset?.id;
  const layout = layOut();
  drawn.layout = layout;
  const fill = (kind, ids, make) => {
    drawn[kind] = new Map(ids.map((id) => [id, make(id)]));
    byId(kind).replaceChildren(...drawn[kind].values());
  };
  fill("frames", [...layout.frames.keys()], (id) => frameOf(id, layout.frames.get(id)));
  fill("wires", [...layout.wires.keys()], (id) => wireElement(edges.get(id), layout.wires.get(id)));
  const tagged = [...layout.wires.keys()].filter((id) => edges.get(id).tag);
  fill("tags", tagged, (id) => tagElement(edges.get(id), layout.wires.get(id).label));
  fill("boxes", boxesSeen(), (id) => boxElement(id, layout.boxes.get(id)));
  for (const [id, place] of layout.frames) {
    const handle = handleOf(id, place);
    drawn.frames.set(id, handle);
    byId("boxes").append(handle);
  }
  if (focus) elementOf(focus)?.focus({ preventScroll: true });
}

/** What stands for a vertex or group in the picture: its box, or the heading of its frame. */
const elementOf = (id) => drawn.boxes.get(id) ?? drawn.frames.get(id);

/** Its place there. */
const placeOf = (id) => drawn.layout.boxes.get(id) ?? drawn.layout.frames.get(id);

const rectOf = (kind, x, y, width, height, rx) =>
  svg("rect", { class: kind, x, y, width, height, rx });

const textOf = (kind, x, y, text, anchor) =>
  svg("text", { class: kind, x, y, "text-anchor": anchor }, text);

/** The class that says what kind of box it is. */
function kindOf(id) {
  const { kind, output } = thing(id);
  return (kind === "group" ? "module" : kind) + (output ? " output" : "");
}

/** A box: leaves are round, results dashed, outputs have a double rim, modules lie in a pile. */
function boxElement(id, { x, y, width, height }) {
  const { title, what, rows, hint, kind, output } = thing(id);
  const element = svg(
    "g",
    {
      id,
      class: `node ${kindOf(id)}`,
      "data-id": id,
      tabindex: 0,
      role: "button",
      "aria-label": groups.has(id) ? `${hint}; collapsed` : `${kind}: ${hint}`,
      transform: `translate(${x} ${y})`,
    },
    svg("title", {}, hint),
  );
  element.append(...outline(kind, output, width, height));
  const edge = output ? RIM : 0;
  const middle = width / 2;
  element.append(
    textOf("title", middle, edge + 19, title, "middle"),
    textOf("what", middle, edge + 36, what, "middle"),
    svg("path", { class: "rule", d: `M${edge + PAD} ${edge + HEAD}H${width - edge - PAD}` }),
  );
  element.append(bigTitle(groups.get(id)?.heading ?? title, width, height));
  if (groups.has(id)) element.append(toggle(id, edge + 8, edge + 6, "+"));
  let part = "";
  rows.forEach(([label, text, tone], i) => {
    part = label || part; // a long value goes on in rows without a label
    const base = edge + HEAD + ROW * (i + 1) - 2;
    const line = svg("g", { class: `row of-${part.replace(/\W/g, "-")}` });
    if (label) line.append(textOf("label", edge + PAD, base, label, "start"));
    line.append(textOf(tone, width - edge - PAD, base, text, "end"));
    element.append(line);
  });
  return element;
}

/** The title alone, as large as the box allows: what can be read from far away. */
function bigTitle(title, width, height) {
  const size = Math.min(0.55 * height, 40, (14 * (width - 16)) / textWidth(title, 14, true));
  return bigText(title, "middle", width / 2, height / 2 + 0.36 * size, size);
}

function bigText(words, anchor, x, y, size) {
  const text = textOf("big", x, y, words, anchor);
  text.style.fontSize = `${size}px`;
  return text;
}

function outline(kind, output, width, height) {
  const corner = kind === "leaf" ? 20 : 3;
  const shapes = [];
  if (kind === "group") {
    shapes.push(rectOf("sheet", 8, 8, width, height, 3), rectOf("sheet", 4, 4, width, height, 3));
  }
  if (!output) return [...shapes, rectOf("box", 0, 0, width, height, corner)];
  const [w, h] = [width - 2 * RIM, height - 2 * RIM];
  return [
    ...shapes,
    rectOf("rim", 0, 0, width, height, corner + 2),
    rectOf("box", RIM, RIM, w, h, corner),
  ];
}

/** The sign that opens or collapses a module: a plus or a minus in a small square. */
function toggle(id, x, y, sign) {
  return svg(
    "g",
    { class: "toggle", "data-toggle": id, transform: `translate(${x} ${y})` },
    rectOf("sign", 0, 0, 14, 14, 3),
    svg("path", { class: "stroke", d: sign === "+" ? "M3 7H11M7 3V11" : "M3 7H11" }),
  );
}

/** The frame around an open group; its heading is drawn above everything, see handleOf. */
function frameOf(id, { x, y, width, height }) {
  return svg("g", { class: `frame ${groundOf(id)}` }, rectOf("ground", x, y, width, height, 8));
}

/** The class for the ground inside a group: by its depth, or by the order of a derivative. */
function groundOf(id) {
  const { order } = groups.get(id);
  return order
    ? `order-${Math.min(3, order)}`
    : `depth-${Math.min(4, groupsAround(id).length + 1)}`;
}

/** The heading of an open group, which collapses it. */
function handleOf(id, { x, y, width }) {
  const { heading, hint } = groups.get(id);
  return svg(
    "g",
    {
      id,
      class: "handle",
      "data-id": id,
      tabindex: 0,
      role: "button",
      "aria-expanded": "true",
      "aria-label": `${hint}; open`,
      transform: `translate(${x + 8} ${y + 6})`,
    },
    svg("title", {}, hint),
    rectOf("ground", -4, -4, headingWidth(id) - 8, 22, 4),
    toggle(id, 0, 0, "-"),
    textOf("heading", 20, 11, heading, "start"),
    bigText(
      heading,
      "start",
      0,
      21,
      Math.min(28, (14 * (width - 16)) / textWidth(heading, 14, true)),
    ),
  );
}

function wireElement(edge, { points }) {
  const d = curve(points);
  return svg(
    "g",
    { id: edge.id, class: "edge", "data-edge": edge.id },
    svg("title", {}, edge.tag ? edge.tag[3] : edge.product),
    svg("path", { class: "wire", d, "marker-end": "url(#arrow)" }),
    svg("path", { class: "pulse", d }),
  );
}

function tagElement(edge, [x, y]) {
  const [product, contribution, tone, hint] = edge.tag;
  const [width, height] = tagSize(edge.id);
  const two = height > 20;
  const text = textOf("", x, two ? y - 3 : y + 4, "", "middle");
  if (product) text.append(svg("tspan", { class: "product" }, product), " ");
  text.append(svg("tspan", two ? { class: tone, x, dy: 15 } : { class: tone }, contribution));
  const ground = rectOf("ground", x - width / 2, y - height / 2, width, height, 4);
  const around = shared(edge);
  const kind = around === OUTSIDE ? "tag" : `tag ${groundOf(around)}`;
  return svg("g", { class: kind, "data-edge": edge.id }, svg("title", {}, hint), ground, text);
}
