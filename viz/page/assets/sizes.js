// How large boxes and labels are, measured in the face that this browser really uses.

const FACE = getComputedStyle(document.documentElement).getPropertyValue("--face");
const HEAD = 44;
const ROW = 17;
const PAD = 12;
const RIM = 4; // between the two lines around an output
const TOGGLE = 20; // the sign that opens a collapsed group

const brush = document.createElement("canvas").getContext("2d");

function textWidth(text, size, bold = false) {
  brush.font = `${bold ? "bold " : ""}${size}px ${FACE}`;
  return brush.measureText(text).width;
}

/** Width and height of the box of a vertex or a collapsed group, rim included. */
const boxSize = remembered((id) => {
  const { title, what, rows, output } = thing(id);
  const labels = Math.max(0, ...rows.map(([label]) => textWidth(label, 12)));
  const texts = Math.max(0, ...rows.map(([, text]) => textWidth(text, 12, true)));
  const inside = Math.max(
    84,
    textWidth(title, 14, true) + (groups.has(id) ? 2 * TOGGLE : 0),
    textWidth(what, 12),
    labels + PAD + texts,
  );
  const rim = output ? 2 * RIM : 0;
  return [Math.ceil(inside) + 2 * PAD + rim, HEAD + ROW * rows.length + 8 + rim];
});

/** Width and height of what stands on an edge: in two lines where the picture runs rightward. */
function tagSize(id) {
  const { tag } = edges.get(id);
  if (!tag) return [10, 6];
  const [product, contribution] = tagWidths(id);
  if (state.rightward && product) return [Math.ceil(Math.max(product, contribution)) + 8, 32];
  return [Math.ceil(product + contribution) + 8, 18];
}

const tagWidths = remembered((id) => {
  const [product, contribution] = edges.get(id).tag;
  return [product ? textWidth(`${product} `, 12) : 0, textWidth(contribution, 12, true)];
});

/** How much room the heading over an open group takes. */
const headingWidth = remembered((id) => textWidth(groups.get(id).heading, 12, true) + 40);
