// Long wires made straight: over as many layers as there is room, in line with their ends.

/** Move the cells of every chain onto few straight pieces, without moving anything else. */
function straighten(layers, chains, gaps) {
  const place = new Map();
  for (const layer of layers) layer.forEach((cell, i) => place.set(cell, [layer, i]));
  const room = (cell) => {
    const [layer, i] = place.get(cell);
    const low = i ? layer[i - 1].x + apart(layer[i - 1], cell, gaps) : -Infinity;
    const high = i + 1 < layer.length ? layer[i + 1].x - apart(cell, layer[i + 1], gaps) : Infinity;
    return [low, high];
  };
  for (let round = 0; round < 2; round++)
    for (const chain of chains.values()) straightenOne(chain, room);
}

function straightenOne(chain, room) {
  let run = [];
  let [low, high] = [-Infinity, Infinity];
  const ends = [...chain[0].up, ...chain.at(-1).down]
    .filter((tie) => tie.cell.node)
    .map((tie) => tie.cell.x + tie.shift);
  const close = () => {
    const mean = run.reduce((sum, cell) => sum + cell.x, 0) / run.length;
    // In line with one of its ends, where that can be had.
    const wanted =
      ends
        .filter((x) => low <= x && x <= high)
        .sort((a, b) => Math.abs(a - mean) - Math.abs(b - mean))[0] ?? mean;
    const x = Math.min(Math.max(wanted, low), high);
    for (const cell of run) cell.x = x;
  };
  for (const cell of chain) {
    const [from, to] = room(cell);
    if (run.length && Math.max(low, from) > Math.min(high, to)) {
      close();
      [run, low, high] = [[], -Infinity, Infinity];
    }
    run.push(cell);
    [low, high] = [Math.max(low, from), Math.min(high, to)];
  }
  close();
}
