// Making elements. Text goes in as text nodes only: nothing here ever parses HTML.

/** Make an element: `h("button", {class: "x", "aria-label": "Close", onclick: close}, "Close")`. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A button that does not submit forms. */
export function button(attributes, ...children) {
  return h("button", { type: "button", ...attributes }, ...children);
}

const waiting = new Map();

/** Run something once before the next painting, however often it is asked for under the same key. */
export function soon(key, run) {
  if (waiting.size === 0) requestAnimationFrame(runWaiting);
  waiting.set(key, run);
}

function runWaiting() {
  const runs = [...waiting.values()];
  waiting.clear();
  for (const run of runs) run();
}

let lastId = 0;

/** An id for `aria-controls` and the like. */
export function newId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** Say something to people who listen to the page. */
export function announce(text) {
  const place = document.getElementById("announcer");
  place.append(h("p", {}, text));
  while (place.childElementCount > 3) place.firstElementChild.remove();
}

/** Show a sentence for a few seconds: something could not be done. */
export function toast(text) {
  const shown = h("p", { class: "toast" }, text);
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), 6000);
}
