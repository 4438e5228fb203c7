// From the insides of groups to one picture: places counted from its corner, and wires.

/** Put every group's inside where the group stands, outer ones first, and draw the wires. */
function put(inner, open) {
  const start = new Map([[OUTSIDE, [0, 0]]]); // of the inside, [across, along]
  const boxes = new Map();
  const frames = new Map();
  for (const group of open) {
    const inside = inner.get(group);
    const [across, along] = start.get(group);
    for (const cell of inside.nodes.values()) {
      const row = inside.rows[cell.layer];
      const corner = [
        across + cell.x - cell.width / 2,
        along + row.start + (row.size - cell.size) / 2,
      ];
      const place = rectangle(corner, [cell.width, cell.size]);
      cell.corner = corner;
      if (!cell.open) boxes.set(cell.id, place);
      else {
        frames.set(cell.id, place);
        start.set(cell.id, [corner[0] + cell.open.inset[0], corner[1] + cell.open.inset[1]]);
      }
    }
  }
  const wires = new Map();
  for (const edge of edgesSeen()) wires.set(edge.id, wireOf(edge, inner, start));
  const outside = inner.get(OUTSIDE);
  const [width, height] = flip([outside.across, outside.along]);
  return { boxes, frames, wires, width, height };
}

function rectangle(corner, size) {
  const [x, y] = flip(corner);
  const [width, height] = flip(size);
  return { x, y, width, height };
}

/** The points of an edge, from its source to its target, and the middle of its label. */
function wireOf(edge, inner, start) {
  const [upper, lower] = ends(edge);
  const up = insides(upper, edge);
  const down = insides(lower, edge);
  const points = [];
  let label = null;
  const top = up.at(-1); // the group that holds both ends
  up.forEach((group) => {
    const cell = inner.get(group).nodes.get(memberOf(group, upper));
    points.push(port(cell, "below", edge.id));
    label = through(edge.id, inner.get(group), start.get(group), points, group === top) ?? label;
  });
  down.toReversed().forEach((group) => {
    if (group !== top) through(edge.id, inner.get(group), start.get(group), points, false);
    const cell = inner.get(group).nodes.get(memberOf(group, lower));
    points.push(port(cell, "above", edge.id));
  });
  if (turned.has(edge.id)) points.reverse();
  return { points: points.map(flip), label: flip(label) };
}

/** The groups in which an end's part of the wire runs, from within: up to the one of both. */
function insides(end, edge) {
  const all = [OUTSIDE, ...groupsAround(seen(end))];
  return all.slice(all.indexOf(shared(edge))).reverse();
}

/** Where an edge meets the box of a cell. */
function port(cell, side, edge) {
  const across = cell.corner[0] + cell.width / 2 + cell.ports[side].get(edge);
  return [across, cell.corner[1] + (side === "below" ? cell.size : 0)];
}

/** Add an edge's points in one group; returns the middle of its first cell, for the label. */
function through(edge, inside, [across, along], points, labelled) {
  const chain = inside.chains.get(edge) ?? [];
  for (const cell of chain) {
    const row = inside.rows[cell.layer];
    points.push(
      [across + cell.x, along + row.start],
      [across + cell.x, along + row.start + row.size],
    );
  }
  if (!labelled || !chain.length) return null;
  const row = inside.rows[chain[0].layer];
  return [across + chain[0].x, along + row.start + row.size / 2];
}

/** A smooth path that runs along at every point. */
function curve(points) {
  const n = (x) => Math.round(x * 10) / 10;
  let [x, y] = points[0];
  let path = `M${n(x)} ${n(y)}`;
  for (const [nx, ny] of points.slice(1)) {
    const [dx, dy] = [nx - x, ny - y];
    if (Math.abs(dx) < 0.05 && Math.abs(dy) < 0.05) continue; // an arrow's tip needs a direction
    if (Math.abs(dx) < 0.05 || Math.abs(dy) < 0.05) path += `L${n(nx)} ${n(ny)}`;
    else if (state.rightward)
      path += `C${n(x + dx / 2)} ${n(y)} ${n(x + dx / 2)} ${n(ny)} ${n(nx)} ${n(ny)}`;
    else path += `C${n(x)} ${n(y + dy / 2)} ${n(nx)} ${n(y + dy / 2)} ${n(nx)} ${n(ny)}`;
    [x, y] = [nx, ny];
  }
  return path;
}
