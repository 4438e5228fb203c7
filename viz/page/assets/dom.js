// Making elements. Texts are always set as text: nothing of the data is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg";

// Found before anything of the graph is there, whose ids may be any word.
const own = new Map([...document.querySelectorAll("[id]")].map((each) => [each.id, each]));

/** An element of the page itself. */
const byId = (id) => own.get(id);

/** An element of HTML with attributes and children, which are elements or strings. */
function html(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same in SVG. */
function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}
