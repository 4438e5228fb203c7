// Where everything stands. Python has said which layer each thing is in and in what order,
// for each group on its own; here sizes are added up, from the innermost groups outwards.
//
// "Along" is the way from inputs to outputs, "across" the other: down and right in a picture
// that runs downwards, right and down in one that runs to the right.

const HEADING = 24; // over the inside of an open group
const INSET = 12; // around it

/** Boxes by id {x, y, width, height}, frames likewise, wires by edge {points, label}, the size. */
function layOut() {
  const inner = new Map();
  const open = data.groups.filter((each) => state.open.has(each.id) && seen(each.id) === each.id);
  for (const { id } of open.toReversed()) inner.set(id, arrange(id, inner));
  inner.set(OUTSIDE, arrange(OUTSIDE, inner));
  return put(inner, [OUTSIDE, ...open.map((each) => each.id)]);
}

const gapsNow = () =>
  state.rightward
    ? { nodes: 20, wires: 8, layer: 15, port: 20 }
    : { nodes: 26, wires: 14, layer: 17, port: 26 };

/** [across, along] of [width, height], and back. */
const flip = ([a, b]) => (state.rightward ? [b, a] : [a, b]);

/** The inside of one group: cells with their x, layers with start and thickness, size, ports. */
function arrange(group, inner) {
  if (!data.layers[group].length) return { nodes: new Map(), across: 0, along: 0 }; // an empty graph
  const gaps = gapsNow();
  const layers = data.layers[group].map((ids, number) =>
    ids.map((id) => cellOf(id, number, group, inner)),
  );
  const nodes = new Map(
    layers
      .flat()
      .filter((cell) => cell.node)
      .map((cell) => [cell.id, cell]),
  );
  const chains = chainsOf(layers);
  for (const [id, chain] of chains) tie(id, chain, group, nodes);
  for (const cell of nodes.values()) share(cell, layers, gaps);
  spread(layers, gaps);
  straighten(layers, chains, gaps);
  const all = layers.flat();
  const left = Math.min(...all.map((cell) => cell.x - cell.width / 2));
  for (const cell of all) cell.x -= left;
  const width = Math.max(...all.map((cell) => cell.x + cell.width / 2));
  const rows = rowsOf(layers, gaps);
  const depth = rows.at(-1).start + rows.at(-1).size;
  const frame = framed(group, width, depth);
  const above = borderPorts(layers[0], frame);
  const below = borderPorts(layers.at(-1), frame);
  return { nodes, chains, rows, above, below, ...frame };
}

/** A cell of a layer: the box of a vertex or group, or the place where an edge goes through. */
function cellOf(id, layer, group, inner) {
  const cell = { id, layer, node: !edges.has(id), x: 0, up: [], down: [], above: [], below: [] };
  if (cell.node) {
    const open = inner.get(id);
    [cell.width, cell.size] = open ? [open.across, open.along] : flip(boxSize(id));
    cell.open = open;
  } else {
    [cell.width, cell.size] = labelledIn(edges.get(id), group, layer) ? flip(tagSize(id)) : [8, 0];
  }
  return cell;
}

/** Whether this is the layer for the edge's label: the first in the group that holds both ends. */
function labelledIn(edge, group, layer) {
  const [source, target] = ends(edge).map((end) => memberOf(group, end));
  if (source === null || target === null || source === target) return false;
  return data.layers[group][layer - 1]?.includes(source) ?? false;
}

/** The ends of an edge in the order in which they are laid out. */
function ends(edge) {
  return turned.has(edge.id) ? [edge.target, edge.source] : [edge.source, edge.target];
}

/** The cells of each edge, in the order of the layers. */
function chainsOf(layers) {
  const chains = new Map();
  for (const layer of layers)
    for (const cell of layer) {
      if (cell.node) continue;
      if (!chains.has(cell.id)) chains.set(cell.id, []);
      chains.get(cell.id).push(cell);
    }
  return chains;
}

/** Note for each end in this group which wires come and go, and tie the cells of the chain. */
function tie(id, chain, group, nodes) {
  const [source, target] = ends(edges.get(id)).map((end) => nodes.get(memberOf(group, end)));
  if (source) source.below.push({ edge: id, cell: chain[0] });
  if (target) target.above.push({ edge: id, cell: chain.at(-1) });
  for (let i = 1; i < chain.length; i++) {
    chain[i].up.push({ cell: chain[i - 1], shift: 0, pull: 1 });
    chain[i - 1].down.push({ cell: chain[i], shift: 0, pull: 1 });
  }
}

/** Where each wire enters and leaves a box, counted from its middle; ties follow from it. */
function share(cell, layers, gaps) {
  cell.ports = { above: new Map(), below: new Map() };
  for (const side of ["above", "below"]) {
    const wires = cell[side];
    const step = Math.min(gaps.port, (cell.width - 24) / Math.max(1, wires.length));
    wires.sort(
      (a, b) => layers[a.cell.layer].indexOf(a.cell) - layers[b.cell.layer].indexOf(b.cell),
    );
    wires.forEach(({ edge, cell: wire }, i) => {
      const at = cell.open ? cell.open[side].get(edge) : step * (i - (wires.length - 1) / 2);
      cell.ports[side].set(edge, at);
      const near = Math.abs(wire.layer - cell.layer) === 1;
      if (!near) return; // a long wire without cells of its own
      const pull = pullOf(edges.get(edge));
      wire[side === "above" ? "down" : "up"].push({ cell, shift: at, pull });
      cell[side === "above" ? "up" : "down"].push({ cell: wire, shift: -at, pull });
    });
  }
}

/** How much an edge pulls its ends into line: parameters keep beside the way of the values. */
const pullOf = ({ source }) => (vertices.get(source).kind === "leaf" ? 0.2 : 1);

/** Start and thickness of every layer. */
function rowsOf(layers, gaps) {
  let end = 0;
  return layers.map((layer, i) => {
    const size = Math.max(0, ...layer.map((cell) => cell.size));
    if (i) {
      // Wires that go far sideways get more room, so that they are not flat.
      const far = Math.max(
        0,
        ...layer.flatMap((cell) => cell.up.map((t) => Math.abs(t.cell.x + t.shift - cell.x))),
      );
      end +=
        (size || layers[i - 1].some((cell) => cell.size) ? gaps.layer : 6) + Math.min(40, far / 12);
    }
    const row = { start: end, size };
    end += size;
    return row;
  });
}

/** The size with the frame around, and where the inside begins in it, both [across, along]. */
function framed(group, width, depth) {
  if (group === OUTSIDE) return { across: width, along: depth, inset: [0, 0] };
  const room = headingWidth(group);
  if (state.rightward) {
    const along = Math.max(depth + 2 * INSET, room);
    return {
      across: width + 2 * INSET + HEADING,
      along,
      inset: [INSET + HEADING, (along - depth) / 2],
    };
  }
  const across = Math.max(width + 2 * INSET, room);
  return {
    across,
    along: depth + 2 * INSET + HEADING,
    inset: [(across - width) / 2, INSET + HEADING],
  };
}

/** Where edges go through one side of an open group, by edge, counted from its middle. */
function borderPorts(layer, { inset, across }) {
  const wires = layer.filter((cell) => !cell.node);
  return new Map(wires.map((cell) => [cell.id, inset[0] + cell.x - across / 2]));
}
