// What Python wrote into the page, and how its parts hang together.

const OUTSIDE = ""; // stands for the picture as a whole, as if it were a group

const data = JSON.parse(byId("data").textContent);

const vertices = new Map(data.vertices.map((each) => [each.id, each]));
const groups = new Map(data.groups.map((each) => [each.id, each]));
const edges = new Map(data.edges.map((each) => [each.id, each]));
const turned = new Set(data.turned);

const inputs = new Map(data.vertices.map((each) => [each.id, []]));
const uses = new Map(data.vertices.map((each) => [each.id, []]));
for (const edge of data.edges) {
  inputs.get(edge.target).push(edge);
  uses.get(edge.source).push(edge);
}

/** A vertex or a group. */
const thing = (id) => vertices.get(id) ?? groups.get(id);

/** The group that it stands in. */
const around = (id) => thing(id).group ?? OUTSIDE;

/** The groups around a vertex or group, from the outermost on. */
const groupsAround = remembered((id) => {
  const found = [];
  for (let at = around(id); at !== OUTSIDE; at = around(at)) found.unshift(at);
  return found;
});

/** What stands directly in `group` and is, or holds, the vertex; null where it is not inside. */
function memberOf(group, vertex) {
  const all = [OUTSIDE, ...groupsAround(vertex), vertex];
  const place = all.indexOf(group);
  return place < 0 || place === all.length - 1 ? null : all[place + 1];
}

/** The innermost group that holds both ends of an edge. */
function shared({ source, target }) {
  const all = [OUTSIDE, ...groupsAround(source)];
  return all.findLast((group) => group === OUTSIDE || groupsAround(target).includes(group));
}

/** A function of one id that works out each answer once. */
function remembered(find) {
  const known = new Map();
  return (id) => {
    if (!known.has(id)) known.set(id, find(id));
    return known.get(id);
  };
}
