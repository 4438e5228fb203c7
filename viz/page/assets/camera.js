// What part of the picture is in the window.

const stage = byId("stage");
const world = byId("world");
const camera = { x: 0, y: 0, scale: 1 };
let fitted = true; // all of the picture was asked for, and nothing else since
const SMALLEST = 0.03;
const LARGEST = 4;
const READABLE = 0.32; // below this scale boxes show their titles only
const LEGIBLE = 0.45; // below this scale a picture is not shown whole without being asked
const GLIDING = 300; // with more boxes the picture jumps where it would glide
const MARGIN = 20;

function look({ x, y, scale }, glide = false) {
  Object.assign(camera, { x, y, scale: Math.min(LARGEST, Math.max(SMALLEST, scale)) });
  world.classList.toggle("gliding", glide && drawn.boxes.size <= GLIDING);
  world.style.transform = `translate(${camera.x}px, ${camera.y}px) scale(${camera.scale})`;
  byId("picture").classList.toggle("far", camera.scale < READABLE);
}

/** The scale at which all of the picture is in the window; at most its natural size and a half. */
function fitting({ width, height }) {
  const [w, h] = [stage.clientWidth - 2 * MARGIN, stage.clientHeight - 2 * MARGIN];
  return Math.min(1.5, w / width, h / height);
}

/** Show all of the picture. */
function fit(glide = false) {
  const { width, height } = drawn.layout;
  const scale = fitting(drawn.layout);
  const x = (stage.clientWidth - width * scale) / 2;
  const y = (stage.clientHeight - height * scale) / 2;
  look({ x, y, scale }, glide);
  fitted = true;
}

function pan(dx, dy, glide = false) {
  fitted = false;
  look({ ...camera, x: camera.x + dx, y: camera.y + dy }, glide);
}

/** Zoom by a factor; the point (x, y) of the window stays where it is. */
function zoom(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2, glide = false) {
  const scale = Math.min(LARGEST, Math.max(SMALLEST, camera.scale * factor));
  const ratio = scale / camera.scale;
  fitted = false;
  look({ x: x - (x - camera.x) * ratio, y: y - (y - camera.y) * ratio, scale }, glide);
}

/** Move the picture as little as shows a place of it whole, or its middle where it is too large. */
function reveal({ x, y, width, height }) {
  const { scale } = camera;
  const shift = (start, size, room) => {
    const [from, to] = [start * scale, (start + size) * scale];
    if (to - from > room - 2 * MARGIN) return [(room - from - to) / 2, (room - from - to) / 2];
    return [MARGIN - from, room - MARGIN - to];
  };
  const within = (at, [low, high]) => Math.min(Math.max(at, low), high);
  const sheet = sheetHeight();
  look(
    {
      x: within(camera.x, shift(x, width, stage.clientWidth)),
      y: within(camera.y, shift(y, height, stage.clientHeight - sheet)),
      scale,
    },
    true,
  );
}

/** How much of the picture the card covers, where the window is narrow and it lies over it. */
function sheetHeight() {
  const panel = byId("panel");
  return panel.hidden || getComputedStyle(panel).position !== "absolute" ? 0 : panel.offsetHeight;
}

/** When the window changes its size all is shown again, or what is in the middle stays there. */
function watchSize() {
  let [w, h] = [stage.clientWidth, stage.clientHeight];
  new ResizeObserver(() => {
    if (fitted && fitting(drawn.layout) >= LEGIBLE) fit(true);
    else pan((stage.clientWidth - w) / 2, (stage.clientHeight - h) / 2);
    [w, h] = [stage.clientWidth, stage.clientHeight];
    if (state.selected !== null) reveal(placeOf(seen(state.selected)));
  }).observe(stage);
}

/** Drag to move, wheel and two fingers to zoom. */
function handleCamera() {
  const fingers = new Map();
  let moved = 0;
  stage.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const box = stage.getBoundingClientRect();
      const lines = event.deltaMode ? 30 : 1;
      zoom(
        Math.exp(-event.deltaY * lines * 0.0015),
        event.clientX - box.left,
        event.clientY - box.top,
      );
    },
    { passive: false },
  );
  stage.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    moved = 0;
  });
  stage.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const [dx, dy] = [event.clientX - before[0], event.clientY - before[1]];
    moved += Math.abs(dx) + Math.abs(dy);
    if (moved < 4) return; // a click of an unsteady hand
    stage.setPointerCapture(event.pointerId);
    stage.classList.add("dragged");
    if (fingers.size === 2) pinch(fingers, event);
    else pan(dx, dy);
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  const end = (event) => {
    fingers.delete(event.pointerId);
    stage.classList.remove("dragged");
  };
  stage.addEventListener("pointerup", end);
  stage.addEventListener("pointercancel", end);
  // The click that ends a drag is none.
  stage.addEventListener(
    "click",
    (event) => {
      if (moved >= 4) event.stopPropagation();
      moved = 0;
    },
    true,
  );
  // A browser that scrolls to a box, for Tab or for its own search, moves the camera instead.
  stage.addEventListener("scroll", () => {
    const [dx, dy] = [stage.scrollLeft, stage.scrollTop];
    if (!dx && !dy) return;
    stage.scrollTo(0, 0);
    pan(-dx, -dy);
  });
  watchSize();
}

function pinch(fingers, event) {
  const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
  const apart = (at) => Math.hypot(at[0] - other[0], at[1] - other[1]) || 1;
  const box = stage.getBoundingClientRect();
  const factor = apart([event.clientX, event.clientY]) / apart(fingers.get(event.pointerId));
  zoom(factor, (event.clientX + other[0]) / 2 - box.left, (event.clientY + other[1]) / 2 - box.top);
}
