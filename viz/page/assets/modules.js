// Modules: open one, collapse one, or all down to a depth.

const MOST_SEEN = 60; // boxes with which a page begins; more stay in their modules
const FEW = 10; // with fewer a page says too little: it then begins with up to ...
const MANY = 400; // ... so many

const deepest = Math.max(0, ...data.groups.map((each) => groupsAround(each.id).length + 1));

/** Open as many levels as can be looked at. */
function openAtFirst() {
  let deeper = Infinity; // boxes with one level more
  for (let depth = deepest; depth >= 0; depth--) {
    openTo(depth);
    const boxes = boxesSeen().length;
    if (boxes > MOST_SEEN && depth > 0) {
      deeper = boxes;
      continue;
    }
    if (boxes < FEW && deeper <= MANY) openTo(++depth);
    if (depth < deepest) say("Some modules are collapsed: + opens one, Modules all");
    return;
  }
}

/** Open or collapse one group; what was focused stays in sight. */
function toggleGroup(id) {
  const opening = !state.open.has(id);
  const before = placeOf(seen(id));
  if (opening) state.open.add(id);
  else state.open.delete(id);
  redraw();
  // What was clicked stays under the hand that clicked it.
  const after = placeOf(seen(id));
  pan((before.x - after.x) * camera.scale, (before.y - after.y) * camera.scale);
  if (state.selected !== null) select(opening ? state.selected : seen(state.selected));
  elementOf(id)?.focus({ preventScroll: true });
}

function showDepth() {
  const depths = [...Array(deepest + 1).keys()];
  const same = depths.find((depth) =>
    data.groups.every((each) => state.open.has(each.id) === groupsAround(each.id).length < depth),
  );
  byId("depth").value = same === undefined ? "" : String(same);
}

function handleModules() {
  if (!groups.size) return;
  byId("modules").hidden = false;
  const named = (depth) =>
    depth === 0 ? "all collapsed" : depth === deepest ? "all open" : `depth ${depth}`;
  byId("depth").append(
    html("option", { value: "", disabled: "", hidden: "" }, "some open"),
    ...[...Array(deepest + 1).keys()].map((depth) =>
      html("option", { value: depth }, named(depth)),
    ),
  );
  byId("depth").addEventListener("change", (event) => {
    openTo(Number(event.target.value));
    if (!state.turned) chooseTurn();
    redraw();
    showTurn();
    fit(true);
    if (state.selected !== null) select(seen(state.selected));
  });
}
