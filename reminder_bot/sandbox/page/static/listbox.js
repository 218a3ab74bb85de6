// A list to choose from that belongs to a text field: the field keeps the focus, the arrows move the mark.

import { avatar } from "./avatar.js";
import { h, newId } from "./dom.js";

const MOST_ROWS = 100;

export class Listbox {
  /** `onChoose` gets the option; `multiple` only changes how options are announced. */
  constructor({ label, onChoose, multiple = false, className = "" }) {
    this.onChoose = onChoose;
    this.element = h("ul", {
      role: "listbox",
      id: newId("list"),
      class: `listbox ${className}`,
      "aria-label": label,
      "aria-multiselectable": multiple ? "true" : null,
    });
    this.multiple = multiple;
    this.options = [];
    this.at = -1;
    // The field must not lose the focus to the list.
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
    this.element.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.choose(Number(row.dataset.at));
    });
  }

  /** Wire a field to the list. */
  serve(field) {
    this.field = field;
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.element.id);
    field.setAttribute("aria-expanded", "false");
    field.setAttribute("autocomplete", "off");
  }

  get isOpen() {
    return this.options.length > 0;
  }

  /** Offer options: {value, label, description, avatar, selected, hint}. */
  show(options, { mark = 0 } = {}) {
    this.options = options.slice(0, MOST_ROWS);
    this.element.replaceChildren(...this.options.map((option, at) => this.#row(option, at)));
    this.element.hidden = !this.isOpen;
    this.field?.setAttribute("aria-expanded", String(this.isOpen));
    this.mark(this.isOpen ? Math.min(mark, this.options.length - 1) : -1);
  }

  hide() {
    this.show([]);
  }

  mark(at) {
    this.element.children[this.at]?.classList.remove("marked");
    this.at = at;
    const row = this.element.children[at];
    if (!row) {
      this.field?.removeAttribute("aria-activedescendant");
      return;
    }
    row.classList.add("marked");
    row.scrollIntoView({ block: "nearest" });
    this.field?.setAttribute("aria-activedescendant", row.id);
    if (!this.multiple) for (const one of this.element.children) one.setAttribute("aria-selected", String(one === row));
  }

  choose(at = this.at) {
    const option = this.options[at];
    if (option) this.onChoose(option);
    return Boolean(option);
  }

  /** Take a key of the field; returns whether it was for the list. */
  takeKey(event) {
    if (!this.isOpen || event.isComposing) return false;
    const last = this.options.length - 1;
    const moves = { ArrowDown: this.at >= last ? 0 : this.at + 1, ArrowUp: this.at <= 0 ? last : this.at - 1 };
    if (event.key in moves) this.mark(moves[event.key]);
    else if (event.key === "Escape") this.hide();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #row(option, at) {
    return h(
      "li",
      { role: "option", id: `${this.element.id}-${at}`, class: "option", "data-at": at, "aria-selected": String(Boolean(option.selected)) },
      this.multiple ? h("span", { class: "tick", "aria-hidden": "true" }, option.selected ? "☑" : "☐") : null,
      option.avatar ? avatar(option.avatar.id, option.label, { size: "small" }) : null,
      h("span", { class: "option-text" }, h("span", { class: "option-label" }, option.label), option.description ? h("span", { class: "option-more" }, option.description) : null),
      option.hint ? h("span", { class: "option-hint" }, option.hint) : null,
      option.badge ?? null,
    );
  }
}

/** The options whose label or description holds a text; those that begin with it first. */
export function matching(options, text) {
  const wanted = text.trim().toLowerCase().replace(/^[@#]/u, "");
  if (!wanted) return options;
  const rank = (option) => {
    const label = option.label.toLowerCase().replace(/^[@#/]/u, "");
    if (label.startsWith(wanted)) return 0;
    if (label.includes(wanted)) return 1;
    return (option.description ?? "").toLowerCase().includes(wanted) ? 2 : 3;
  };
  return options.filter((option) => rank(option) < 3).sort((one, other) => rank(one) - rank(other));
}
