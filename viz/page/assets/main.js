// The beginning: everything is shown as it is when all has been computed.

/** Draw the picture anew, after something was opened, collapsed or turned. */
function redraw() {
  draw();
  findStops();
  showStep();
  markSelected();
  showFound();
  showPaths();
  showDepth();
}

/** From downwards to rightwards, or back. */
function turn() {
  state.rightward = !state.rightward;
  state.turned = true;
  redraw();
  showTurn();
  fit(true);
}

function showTurn() {
  byId("turn").textContent = state.rightward ? "\u2193" : "\u2192";
  byId("turn").setAttribute(
    "aria-label",
    state.rightward ? "Let it run downwards" : "Let it run to the right",
  );
}

/** Downwards or to the right: as it can be seen larger. Large pictures stay as they are. */
function chooseTurn() {
  if (boxesSeen().length > 300) return;
  const scales = [false, true].map((rightward) => {
    state.rightward = rightward;
    return fitting(layOut());
  });
  state.rightward = scales[1] > 1.1 * scales[0];
}

/** At first all is shown, or, where that could not be read, the inputs. */
function begin() {
  fit();
  if (camera.scale >= LEGIBLE) return;
  const scale = 0.75;
  const { x, y, width, height } = placeOf(boxesSeen()[0]);
  const middle = (start, size, room) => room / 2 - (start + size / 2) * scale;
  look({
    x: state.rightward ? MARGIN : middle(x, width, stage.clientWidth),
    y: state.rightward ? middle(y, height, stage.clientHeight) : MARGIN,
    scale,
  });
  fitted = false;
}

const isDark = () => {
  const asked = document.documentElement.dataset.theme;
  return asked ? asked === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

function changeTheme() {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  showTheme();
}

function showTheme() {
  byId("theme").textContent = isDark() ? "\u2600\ufe0e" : "\u263e\ufe0e";
  byId("theme").setAttribute("aria-label", isDark() ? "Light colours" : "Dark colours");
}

openAtFirst();
showPanel();
chooseTurn();
redraw();
begin();
showTurn();
showTheme();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showTheme);
handleCamera();
handlePaths();
handlePanel();
handleSteps();
handleSearch();
handleModules();
showDepth();
handleKeys();
