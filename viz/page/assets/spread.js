// Places across the layers: near to what each cell is tied to, none over another.
//
// A cell is {x, width, node, up, down}; up and down are ties {cell, shift, pull}: the tied cell
// wants this one at cell.x + shift, and pulls so hard. The order in each layer is given and stays.

const WORK = 200_000; // cells to be placed in all sweeps together, about

/** Give every cell of the layers its x, the centre. */
function spread(layers, gaps) {
  for (const layer of layers) pack(layer, gaps);
  const cells = layers.reduce((sum, layer) => sum + layer.length, 0);
  const sweeps = Math.max(4, Math.min(60, Math.floor(WORK / (4 * cells))));
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const layer of layers) place(layer, gaps, (cell) => cell.up);
    for (const layer of layers.toReversed()) place(layer, gaps, (cell) => cell.down);
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const turn = sweep % 2 ? layers.toReversed() : layers;
    for (const layer of turn) place(layer, gaps, (cell) => [...cell.up, ...cell.down]);
  }
}

/** The least distance between the centres of two cells next to one another. */
function apart(a, b, gaps) {
  return (a.width + b.width) / 2 + (a.node && b.node ? gaps.nodes : gaps.wires);
}

/** A first place: side by side around 0. */
function pack(layer, gaps) {
  let x = 0;
  layer.forEach((cell, i) => {
    if (i) x += apart(layer[i - 1], cell, gaps);
    cell.x = x;
  });
  for (const cell of layer) cell.x -= x / 2;
}

/**
 * Move a layer's cells to where their ties want them, as near as their order and widths allow:
 * the least sum of weighted squares, found by pooling neighbours that push one another.
 */
function place(layer, gaps, ties) {
  const pools = [];
  let offset = 0; // of a cell from the first one, when all are packed
  layer.forEach((cell, i) => {
    if (i) offset += apart(layer[i - 1], cell, gaps);
    cell.offset = offset;
    const wanted = ties(cell);
    const pull = wanted.reduce((sum, tie) => sum + tie.pull, 0);
    // A wire between wires is to be straight before all else.
    const weight = !cell.node && wanted.some((tie) => !tie.cell.node) ? 8 : pull || 0.01;
    const target = pull
      ? wanted.reduce((sum, tie) => sum + tie.pull * (tie.cell.x + tie.shift), 0) / pull
      : cell.x;
    let pool = { weight, mean: target - offset, cells: [cell] };
    while (pools.length && pools.at(-1).mean >= pool.mean) {
      const before = pools.pop();
      const sum = before.weight + pool.weight;
      pool = {
        weight: sum,
        mean: (before.weight * before.mean + pool.weight * pool.mean) / sum,
        cells: before.cells.concat(pool.cells),
      };
    }
    pools.push(pool);
  });
  for (const pool of pools) for (const cell of pool.cells) cell.x = pool.mean + cell.offset;
}
