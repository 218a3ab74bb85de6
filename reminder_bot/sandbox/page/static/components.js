// Buttons and selects under a bot's message, and what becomes of using them.

import { button, h, toast } from "./dom.js";
import { openPicker } from "./picker.js";
import { selectOptions } from "./select_options.js";

const BUTTON = 2;
const STYLES = ["", "primary", "secondary", "success", "danger", "link"];

export function componentRows(message, page) {
  const rows = message.components.map((row) =>
    h("div", { class: "component-row" }, (row.components ?? []).map((component) => control(message, component, page))),
  );
  return h("div", { class: "components" }, rows);
}

function control(message, component, page) {
  return component.type === BUTTON ? pressable(message, component, page) : select(message, component, page);
}

function label(component) {
  const emoji = component.emoji ? (component.emoji.id ? `:${component.emoji.name}:` : component.emoji.name) : "";
  return [emoji, component.label].filter(Boolean).join(" ");
}

function pressable(message, component, page) {
  const style = STYLES[component.style] ?? "secondary";
  if (component.url) {
    return h("a", { class: "button link-style", href: component.url, target: "_blank", rel: "noopener noreferrer" }, `${label(component)} ↗`);
  }
  const element = button({ class: `button ${style}`, disabled: component.disabled, "data-custom-id": component.custom_id }, label(component));
  element.addEventListener("click", () =>
    use(element, page, "press", { message_id: message.id, custom_id: component.custom_id }),
  );
  return element;
}

function select(message, component, page) {
  const name = component.placeholder || "Make a selection";
  const element = button(
    { class: "select", disabled: component.disabled, "aria-haspopup": "listbox", "data-custom-id": component.custom_id },
    h("span", {}, chosenLabels(component, page.world) || name),
    h("span", { "aria-hidden": "true" }, "▾"),
  );
  element.addEventListener("click", () =>
    openPicker({
      anchor: element,
      label: name,
      options: selectOptions(component, page.world),
      least: component.min_values ?? 1,
      most: component.max_values ?? 1,
      onChoose: (values) => use(element, page, "choose", { message_id: message.id, custom_id: component.custom_id, values }),
    }),
  );
  return element;
}

function chosenLabels(component, world) {
  return selectOptions(component, world).filter((option) => option.selected).map((option) => option.label).join(", ");
}

/** Send a use of a bot to the sandbox; show its modal, or that it did not answer. */
export async function use(element, page, act, values) {
  element?.setAttribute("aria-busy", "true");
  try {
    const result = await page.act(act, values);
    if (result.modal) page.openModal(result.modal);
    else if (!result.is_answered) page.tellUnanswered(values);
    return result;
  } catch (error) {
    toast(error.message);
    return null;
  } finally {
    element?.removeAttribute("aria-busy");
  }
}
