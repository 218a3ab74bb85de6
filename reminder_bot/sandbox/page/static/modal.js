// A form that the bot opened.

import { use } from "./components.js";
import { button, h, newId } from "./dom.js";
import { selectOptions } from "./select_options.js";

const TEXT_INPUT = 4;
const TEXT_DISPLAY = 10;
const PARAGRAPH = 2;
const SELECTS = new Set([3, 5, 6, 7, 8]);

/** Open a modal as the bot described it; sending it goes back to the bot. */
export function openModal(modal, page) {
  const id = newId("modal");
  const fields = modal.components.flatMap((row) => fieldsOf(row, page));
  const form = h(
    "form",
    { method: "dialog", class: "dialog-form" },
    h("h2", { id: `${id}-title` }, modal.title),
    fields.map((field) => field.element),
    h("div", { class: "dialog-actions" }, button({ class: "button secondary", onclick: () => dialog.close() }, "Cancel"), h("button", { class: "button primary", type: "submit" }, "Submit")),
  );
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": `${id}-title` }, form);
  form.addEventListener("submit", () => {
    const values = Object.fromEntries(fields.filter((field) => field.customId).map((field) => [field.customId, field.read()]));
    use(null, page, "submit_modal", { modal: modal.key, values });
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    page.composerField().focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("input, textarea, select")?.focus();
}

function fieldsOf(row, page) {
  if (row.type === TEXT_DISPLAY) return [{ element: h("p", {}, row.content) }];
  // A label holds one component; a row, the older form, holds text inputs with labels of their own.
  if (row.component) return [fieldOf(row.component, row.label, row.description, page)];
  return (row.components ?? []).map((component) => fieldOf(component, component.label, null, page));
}

function fieldOf(component, label, description, page) {
  const id = newId("field");
  const isRequired = component.required ?? true;
  const control = component.type === TEXT_INPUT ? textField(component, id, isRequired) : choiceField(component, id, isRequired, page);
  const element = h(
    "div",
    { class: "form-field" },
    h("label", { for: id }, label, isRequired ? h("span", { class: "required", "aria-hidden": "true" }, " *") : null),
    description ? h("p", { class: "hint" }, description) : null,
    control.element,
  );
  return { element, customId: component.custom_id, read: control.read };
}

function textField(component, id, isRequired) {
  const element = h(component.style === PARAGRAPH ? "textarea" : "input", {
    id,
    class: "field",
    value: component.value ?? "",
    placeholder: component.placeholder,
    minlength: component.min_length,
    maxlength: component.max_length ?? 4000,
    required: isRequired,
    rows: component.style === PARAGRAPH ? 5 : null,
  });
  return { element, read: () => element.value };
}

function choiceField(component, id, isRequired, page) {
  if (!SELECTS.has(component.type)) return { element: h("p", { id, class: "hint" }, "The page cannot show this part."), read: () => "" };
  const isMultiple = (component.max_values ?? 1) > 1;
  const options = selectOptions(component, page.world).map((option) => h("option", { value: option.value, selected: option.selected }, option.label));
  const empty = isMultiple ? [] : [h("option", { value: "" }, component.placeholder ?? "Make a selection")];
  const element = h("select", { id, class: "field", required: isRequired, multiple: isMultiple }, empty, options);
  return { element, read: () => [...element.selectedOptions].map((option) => option.value).filter(Boolean) };
}
