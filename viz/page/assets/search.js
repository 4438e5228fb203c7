// Search by name, operation and module; the choice is opened, shown and highlighted.

const MOST = 30; // results in the list

const searched = [...data.vertices, ...data.groups].map((each) => ({
  id: each.id,
  words: [
    each.name,
    each.what,
    each.kind,
    ...each.facts
      .filter(([label]) => ["operation", "module"].includes(label))
      .map(([, text]) => text),
  ]
    .join("\n")
    .toLowerCase(),
}));

const box = byId("search");
const results = byId("results");
let chosen = -1;

/** What fits all words of the search: names that begin with it first, then the order of the graph. */
function lookUp() {
  const text = box.value.trim().toLowerCase();
  const words = text.split(/\s+/).filter(Boolean);
  const found = words.length
    ? searched.filter((each) => words.every((word) => each.words.includes(word)))
    : [];
  const rank = ({ words: all }) => (all.startsWith(`${text}\n`) ? 0 : all.startsWith(text) ? 1 : 2);
  found.sort((a, b) => rank(a) - rank(b));
  state.found = new Set(found.map(({ id }) => id));
  showFound();
  results.replaceChildren(...found.slice(0, MOST).map(({ id }, i) => resultOf(id, i)));
  results.hidden = !words.length;
  if (words.length && !found.length) results.append(html("li", { class: "none" }, "nothing found"));
  box.setAttribute("aria-expanded", String(words.length > 0));
  choose(found.length ? 0 : -1);
  if (words.length) say(`${found.length} found`);
  else say("");
}

function resultOf(id, number) {
  const { name, what, facts } = thing(id);
  const module = facts.find(([label]) => label === "module")?.[1];
  return html(
    "li",
    {
      id: `result-${number}`,
      role: "option",
      "data-id": id,
      "aria-selected": "false",
      onpointerdown: (event) => {
        event.preventDefault();
        jump(id);
      },
    },
    name,
    html("small", {}, module ? `${what}, in ${module}` : what),
  );
}

function choose(number) {
  const items = [...results.querySelectorAll("[role=option]")];
  chosen = items.length ? (number + items.length) % items.length : -1;
  items.forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
  items[chosen]?.scrollIntoView({ block: "nearest" });
  if (chosen >= 0) box.setAttribute("aria-activedescendant", `result-${chosen}`);
  else box.removeAttribute("aria-activedescendant");
}

/** Go to a vertex or group: open what is around it, and select it. */
function jump(id) {
  if (uncover(id)) redraw();
  if (camera.scale < 0.6) zoom(0.8 / camera.scale);
  select(id);
  closeResults();
}

function showFound() {
  const at = new Set([...state.found].map(seen));
  for (const [id, element] of drawn.boxes) element.classList.toggle("found", at.has(id));
}

function closeResults() {
  results.hidden = true;
  box.setAttribute("aria-expanded", "false");
}

function clearSearch() {
  box.value = "";
  lookUp();
  closeResults();
}

function handleSearch() {
  box.addEventListener("input", lookUp);
  box.addEventListener("focus", () => {
    if (box.value) lookUp();
  });
  box.addEventListener("blur", closeResults);
  box.addEventListener("keydown", (event) => {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") choose(chosen + (key === "ArrowDown" ? 1 : -1));
    else if (key === "Enter" && chosen >= 0) {
      jump(results.querySelectorAll("[role=option]")[chosen].dataset.id);
      choose(chosen + 1); // Enter again goes to the next
    } else if (key === "Escape") {
      clearSearch();
      stage.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
