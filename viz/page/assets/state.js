// What is open, selected, chosen: the only things that change.

const state = {
  open: new Set(), // ids of groups
  rightward: false, // inputs on the left instead of on top
  turned: false, // whether the reader has chosen that
  selected: null, // id of a vertex or group
  leaf: null, // id of the leaf whose paths are shown
  found: new Set(), // ids of vertices and groups that the search is about
  step: data.steps.length - 1, // the last step that has been done; -1: none
};

/** Where a vertex or group is to be seen: itself, or the outermost collapsed group around it. */
function seen(id) {
  return groupsAround(id).find((group) => !state.open.has(group)) ?? id;
}

/** The boxes in the picture, in topological order. */
function boxesSeen() {
  return [...new Set(data.vertices.map((vertex) => seen(vertex.id)))];
}

/** The edges in the picture: those that do not end where they begin. */
function edgesSeen() {
  return data.edges.filter((edge) => seen(edge.source) !== seen(edge.target));
}

/** Open groups down to this depth and collapse the others. */
function openTo(depth) {
  state.open = new Set(
    data.groups.filter((each) => groupsAround(each.id).length < depth).map((each) => each.id),
  );
}

/** Open everything around a vertex or group; whether anything had to be opened. */
function uncover(id) {
  const closed = groupsAround(id).filter((group) => !state.open.has(group));
  for (const group of closed) state.open.add(group);
  return closed.length > 0;
}
