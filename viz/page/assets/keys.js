// The keyboard, and clicks on the picture.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** From a box along an edge in the direction of an arrow key; sideways to the nearest box. */
function neighbour(id, [dx, dy]) {
  const from = middleOf(id);
  const ahead = (others) => {
    const ways = others
      .filter((other) => other !== id)
      .map((other) => {
        const [x, y] = middleOf(other);
        const along = (x - from[0]) * dx + (y - from[1]) * dy;
        const aside = Math.abs((x - from[0]) * dy) + Math.abs((y - from[1]) * dx);
        return { other, along, cost: along + 2 * aside };
      })
      .filter(({ along }) => along > 4);
    return ways.sort((a, b) => a.cost - b.cost)[0]?.other;
  };
  const tied = edgesSeen()
    .map((edge) => [seen(edge.source), seen(edge.target)])
    .filter((pair) => pair.includes(id))
    .flat();
  return ahead(tied.filter((other) => drawn.boxes.has(other))) ?? ahead([...drawn.boxes.keys()]);
}

function middleOf(id) {
  const { x, y, width, height } = placeOf(id);
  return [x + width / 2, y + height / 2];
}

const SHORTCUTS = {
  "/": () => {
    box.focus();
    box.select();
  },
  "+": () => zoom(1.25, undefined, undefined, true),
  "=": () => zoom(1.25, undefined, undefined, true),
  "-": () => zoom(0.8, undefined, undefined, true),
  0: () => fit(true),
  f: () => fit(true),
  n: () => step(1),
  p: () => step(-1),
  Home: () => goTo(0),
  End: () => {
    justPlayed = false;
    goTo(stops.length);
  },
  r: () => turn(),
  t: () => changeTheme(),
  "?": () => byId("help").click(),
  Escape: () => escape(),
};

/** Close what was opened last. */
function escape() {
  if (!panel.hidden) byId("close").click();
  else if (state.leaf !== null) choosePaths(null);
  else if (box.value) clearSearch();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  const typing =
    target.matches("input, select") && (target.type !== "range" || event.key in ARROWS);
  const id = target.dataset?.id;
  if (typing && event.key !== "Escape") return;
  if (id !== undefined && onBox(event, id)) event.preventDefault();
  else if (
    event.key in ARROWS &&
    (target === stage || target === document.body || id !== undefined)
  ) {
    const [dx, dy] = ARROWS[event.key];
    pan(-60 * dx, -60 * dy);
    event.preventDefault();
  } else if (event.key === " " && !target.matches("button, summary")) {
    play();
    event.preventDefault();
  } else if (event.key in SHORTCUTS) {
    SHORTCUTS[event.key]();
    event.preventDefault();
  }
}

/** A key on a box or on a group's heading; whether it meant something there. */
function onBox(event, id) {
  if (event.key === "Enter") select(id);
  else if (event.key === "o" && (groups.has(id) || groupsAround(id).length))
    toggleGroup(groups.has(id) ? id : groupsAround(id).at(-1));
  else if (event.key in ARROWS && !event.shiftKey && drawn.boxes.has(id)) {
    const next = neighbour(id, ARROWS[event.key]);
    if (next === undefined) return true;
    elementOf(next).focus({ preventScroll: true });
    if (state.selected !== null) select(next);
  } else return false;
  return true;
}

function onClick(event) {
  const toggled = event.target.closest("[data-toggle]");
  if (toggled) return toggleGroup(toggled.dataset.toggle);
  const edge = event.target.closest("[data-edge]")?.dataset.edge;
  if (edge) return selectEdge(edge);
  const element = event.target.closest("[data-id]");
  if (element) return select(element.dataset.id);
  if (state.selected !== null) select(null);
}

function handleKeys() {
  addEventListener("keydown", onKey);
  stage.addEventListener("click", onClick);
  stage.addEventListener("dblclick", (event) => {
    const id = event.target.closest("[data-id]")?.dataset.id;
    if (groups.has(id) && !event.target.closest("[data-toggle]")) toggleGroup(id);
  });
  stage.addEventListener("focusin", (event) => {
    const id = event.target.dataset?.id;
    if (id !== undefined && event.target.matches(":focus-visible")) reveal(placeOf(id));
  });
  byId("in").addEventListener("click", () => SHORTCUTS["+"]());
  byId("out").addEventListener("click", () => SHORTCUTS["-"]());
  byId("fit").addEventListener("click", () => fit(true));
  byId("turn").addEventListener("click", turn);
  byId("theme").addEventListener("click", changeTheme);
}
