// The computation played as one does it by hand: forward vertex by vertex, then back again.

const BEAT = 1100; // milliseconds for a step while playing

const reached = new Map(); // the step at which a value, a gradient ("g" + id), a contribution appears
data.steps.forEach(([phase, about], i) => {
  reached.set(phase === "forward" || edges.has(about) ? about : `g${about}`, i);
});

// When the gradients of all parameters in a group are known.
const settled = new Map();
for (const { id, kind } of data.vertices)
  for (const group of kind === "leaf" ? groupsAround(id) : [])
    settled.set(group, Math.max(settled.get(group) ?? -1, reached.get(`g${id}`) ?? -1));

let stops = []; // the steps that can be seen in the picture as it is
let timer = null;

/** The steps of what is in the picture; what happens inside collapsed modules is passed over. */
function findStops() {
  const inside = (about) => {
    const at = seen(about);
    return at === about || groups.get(at)?.last === about;
  };
  stops = [];
  data.steps.forEach(([, about], i) => {
    const edge = edges.get(about);
    if (edge ? seen(edge.source) !== seen(edge.target) : inside(about)) stops.push(i);
  });
  const forward = stops.filter((i) => data.steps[i][0] === "forward").length;
  byId("forth").style.flex = String(forward);
  byId("back").style.flex = String(stops.length - forward);
  byId("back").hidden = stops.length === forward;
  byId("slider").max = String(stops.length);
}

/** How many stops have been done. */
const stopsDone = () => stops.filter((i) => i <= state.step).length;

/** Go to where `count` stops have been done. */
function goTo(count, follow = true) {
  const at = Math.max(0, Math.min(stops.length, count));
  // The end is the end of all steps, those that cannot be seen here as well.
  state.step = at === stops.length ? data.steps.length - 1 : at === 0 ? -1 : stops[at - 1];
  showStep();
  const id = at > 0 && at < stops.length ? data.steps[stops[at - 1]][1] : null;
  if (follow && id !== null) revealStep(id);
}

function revealStep(id) {
  const edge = edges.get(id);
  reveal(placeOf(seen(edge ? edge.source : id)));
}

const done = (key) => (reached.get(key) ?? -1) <= state.step;

/** Give every box and edge the look that it has after the present step. */
function showStep() {
  const at = stopsDone();
  const playing = at > 0 && (state.step < data.steps.length - 1 || justPlayed);
  const [phase, about] = at > 0 ? data.steps[stops[at - 1]] : ["", ""];
  const text = textOfStep(phase, about);
  const now = playing ? about : "";
  const edge = edges.get(now);
  for (const [id, element] of drawn.boxes) {
    const last = groups.get(id)?.last ?? id;
    element.classList.toggle("todo", !done(last));
    element.classList.toggle("ungraded", !done(`g${last}`));
    element.classList.toggle("unsettled", (settled.get(id) ?? -1) > state.step);
    mark(
      element,
      edge ? id === seen(edge.source) && phase === "backward" : now !== "" && id === seen(now),
      phase,
    );
  }
  for (const [id, element] of drawn.wires) {
    const feeding = phase === "forward" && now !== "" && seen(edges.get(id).target) === seen(now);
    mark(element, feeding || id === now, phase);
  }
  for (const [id, element] of drawn.tags) {
    element.classList.toggle("ungraded", !done(id));
    element.classList.toggle("now", id === now);
  }
  showPlace(at, phase, text, playing, edge);
}

/** What happens in a step, in words. */
function textOfStep(phase, about) {
  if (edges.has(about)) return edges.get(about).flow;
  return vertices.get(about)?.[phase === "forward" ? "how" : "sum"] ?? "";
}

function mark(element, on, phase) {
  element.classList.toggle("now", on);
  element.classList.toggle("forward", on && phase === "forward");
  element.classList.toggle("backward", on && phase === "backward");
}

/** The slider, the count and the line of text, with the local derivative under it. */
function showPlace(at, phase, text, playing, edge) {
  const slider = byId("slider");
  slider.value = String(at);
  slider.setAttribute(
    "aria-valuetext",
    at ? `step ${at} of ${stops.length}, ${phase}: ${text}` : "before the first step",
  );
  byId("count").textContent = `${at} / ${stops.length}`;
  const sentence = byId("sentence");
  sentence.className = playing ? phase : "quiet";
  byId("why").textContent = playing ? (edge?.local ?? "") : data.notes.join(" ");
  sentence.textContent = playing ? text : at ? legend() : "Nothing is computed yet.";
  byId("first").disabled = byId("previous").disabled = at === 0;
  byId("last").disabled = byId("next").disabled = at === stops.length;
}

let justPlayed = false; // the last step was come to by steps, and keeps its line of text

function step(by) {
  justPlayed = true;
  goTo(stopsDone() + by);
}

function play() {
  if (timer !== null) return pause();
  if (stopsDone() === stops.length) goTo(0, false);
  timer = setInterval(() => {
    step(1);
    if (stopsDone() === stops.length) pause();
  }, BEAT);
  step(1);
  showPlay();
}

function pause() {
  clearInterval(timer);
  timer = null;
  showPlay();
}

function showPlay() {
  byId("play").textContent = timer === null ? "Play" : "Pause";
  byId("play").setAttribute("aria-pressed", String(timer !== null));
}

function handleSteps() {
  const stopping = (act) => () => {
    if (timer !== null) pause();
    act();
  };
  byId("first").addEventListener(
    "click",
    stopping(() => goTo(0)),
  );
  byId("last").addEventListener(
    "click",
    stopping(() => {
      justPlayed = false;
      goTo(stops.length);
    }),
  );
  byId("previous").addEventListener(
    "click",
    stopping(() => step(-1)),
  );
  byId("next").addEventListener(
    "click",
    stopping(() => step(1)),
  );
  byId("play").addEventListener("click", play);
  byId("slider").addEventListener("input", (event) => {
    if (timer !== null) pause();
    justPlayed = true;
    goTo(Number(event.target.value));
  });
  showPlay();
}
