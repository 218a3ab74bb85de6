// A dialog that asks for one text.

import { button, h, newId } from "./dom.js";

/** Ask for a text; resolves to null when the person turns away. */
export function askText({ title, label, value = "", most, isLong = false, action = "Save" }) {
  return new Promise((resolve) => {
    const id = newId("prompt");
    const field = h(isLong ? "textarea" : "input", { id, class: "field", maxlength: most, required: true, value, rows: isLong ? 6 : null });
    const form = h(
      "form",
      { method: "dialog", class: "dialog-form" },
      h("h2", { id: `${id}-title` }, title),
      h("label", { for: id }, label),
      field,
      h("div", { class: "dialog-actions" }, button({ class: "button secondary", onclick: () => dialog.close() }, "Cancel"), h("button", { class: "button primary", type: "submit" }, action)),
    );
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": `${id}-title` }, form);
    let answer = null;
    form.addEventListener("submit", () => {
      answer = field.value;
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    field.focus();
    field.select?.();
  });
}
