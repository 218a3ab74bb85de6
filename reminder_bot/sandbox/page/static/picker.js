// A list in a popover, with a field to search in it: for selects, and for choosing whom to act as.

import { button, h } from "./dom.js";
import { Listbox, matching } from "./listbox.js";
import { openPopover } from "./popover.js";

/** Open a picker; `onChoose` gets the chosen values once there are between `least` and `most` of them. */
export function openPicker({ anchor, label, options, least = 1, most = 1, onChoose }) {
  const isMultiple = most > 1;
  let chosen = new Set(isMultiple ? options.filter((option) => option.selected).map((option) => option.value) : []);
  const field = h("input", { class: "field", type: "text", placeholder: "Search", "aria-label": label });
  const list = new Listbox({ label, multiple: isMultiple, onChoose: take });
  const done = button({ class: "button primary", onclick: () => finish([...chosen]) }, "Done");
  const element = h("div", { class: "picker", role: "dialog", "aria-label": label }, field, list.element, isMultiple ? done : null);
  list.serve(field);
  offer();
  // Last, as it is placed by its size.
  const close = openPopover(element, { anchor });
  field.addEventListener("input", offer);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return;
    if (list.takeKey(event)) return;
    if (event.key !== "Enter") return;
    event.preventDefault();
    list.choose();
  });
  field.focus();

  function offer() {
    const shown = options.map((option) => (isMultiple ? { ...option, selected: chosen.has(option.value) } : option));
    list.show(matching(shown, field.value), { mark: isMultiple ? Math.max(list.at, 0) : 0 });
    done.disabled = chosen.size < least;
  }

  function take(option) {
    if (!isMultiple) {
      finish([option.value]);
      return;
    }
    if (chosen.has(option.value)) chosen.delete(option.value);
    else if (chosen.size < most) chosen.add(option.value);
    offer();
  }

  function finish(values) {
    close();
    onChoose(values);
  }
}
