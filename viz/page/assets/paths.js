// The paths from a chosen leaf to the outputs: a gradient is the sum of what flows over each.

/** The vertices and edges on the paths from `leaf` to an output, and how many paths there are. */
function pathsFrom(leaf) {
  const reached = new Map([[leaf, 1n]]); // how many ways lead here from the leaf
  for (const { id } of data.vertices)
    for (const { source } of inputs.get(id))
      if (reached.has(source)) reached.set(id, (reached.get(id) ?? 0n) + reached.get(source));
  const useful = new Set();
  for (const { id, output } of data.vertices.toReversed())
    if (reached.has(id) && (output || uses.get(id).some(({ target }) => useful.has(target))))
      useful.add(id);
  const over = data.edges.filter(({ source, target }) => useful.has(source) && useful.has(target));
  const outputs = data.vertices.filter(({ id, output }) => output && useful.has(id));
  const count = outputs.reduce((sum, { id }) => sum + reached.get(id), 0n);
  return { vertices: useful, edges: new Set(over.map(({ id }) => id)), count, outputs };
}

/** Highlight the paths from the chosen leaf, and say how many there are. */
function showPaths() {
  const picture = byId("picture");
  picture.classList.toggle("paths", state.leaf !== null);
  byId("leaf").value = state.leaf ?? "";
  const {
    vertices: on,
    edges: over,
    count,
    outputs,
  } = state.leaf
    ? pathsFrom(state.leaf)
    : { vertices: new Set(), edges: new Set(), count: 0n, outputs: [] };
  const boxes = new Set([...on].map(seen));
  for (const [id, element] of drawn.boxes) element.classList.toggle("path", boxes.has(id));
  for (const kind of ["wires", "tags"])
    for (const [id, element] of drawn[kind]) element.classList.toggle("path", over.has(id));
  if (!state.leaf) return;
  const { title } = thing(state.leaf);
  const ends = outputs.map((each) => each.title).join(", ");
  const lead = count === 1n ? "1 path leads" : `${count} paths lead`;
  say(ends ? `${lead} from ${title} to ${ends}` : `No path leads from ${title} to an output`);
}

function choosePaths(leaf) {
  state.leaf = leaf || null;
  if (!state.leaf) say("");
  if (state.leaf && uncover(state.leaf)) redraw();
  showPaths();
}

const say = (text) => {
  byId("status").textContent = text;
};

/** The leaves to choose from. */
function handlePaths() {
  const leaves = data.vertices.filter(({ kind }) => kind === "leaf");
  byId("leaf").append(...leaves.map(({ id, title }) => html("option", { value: id }, title)));
  byId("leaf").addEventListener("change", (event) => choosePaths(event.target.value));
}
