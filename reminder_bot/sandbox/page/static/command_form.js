// A command being filled in: its name, and a field for each of its options.

import { OptionField } from "./option_field.js";
import { button, h } from "./dom.js";
import { use } from "./components.js";

export class CommandForm {
  /** `onDone` is called with the text that the message box goes on with, `onRefused` to have the form shown again. */
  constructor(page, { onDone, onRefused }) {
    this.page = page;
    this.onDone = onDone;
    this.onRefused = onRefused;
    this.element = h("form", { class: "command-form", hidden: true, autocomplete: "off" });
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#run();
    });
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.fields = [];
  }

  get isOpen() {
    return !this.element.hidden;
  }

  firstField() {
    return this.fields[0]?.input ?? this.runButton;
  }

  open(command) {
    this.command = command;
    this.fields = [];
    this.runButton = h("button", { class: "button primary", type: "submit" }, "Run");
    this.options = h("div", { class: "command-options" });
    this.more = h("div", { class: "command-more" });
    this.problem = h("p", { class: "command-problem", role: "alert" });
    this.element.replaceChildren(
      h(
        "div",
        { class: "command-line" },
        h("span", { class: "command-name" }, `/${command.name}`),
        this.options,
        this.more,
        this.runButton,
        button({ class: "icon-button", "aria-label": "Leave this command", onclick: () => this.#leave("") }, "✕"),
      ),
      h("p", { class: "hint" }, command.description),
      this.problem,
    );
    this.element.setAttribute("aria-label", `Command /${command.name}`);
    this.element.hidden = false;
    for (const option of command.options) if (option.required) this.#addField(option);
    this.#offerMore();
    this.firstField().focus();
  }

  close() {
    this.element.hidden = true;
    this.element.replaceChildren();
    this.fields = [];
  }

  /** What is filled in so far: {values, problem}. */
  read() {
    const values = {};
    for (const field of this.fields) {
      const value = field.read();
      if (value === null && !field.option.required) continue;
      if (value === null || value === undefined) return { values, problem: field };
      values[field.option.key] = value;
    }
    return { values, problem: null };
  }

  #addField(option) {
    const field = new OptionField(option, this.page, this);
    this.fields.push(field);
    this.options.append(field.element);
    return field;
  }

  #offerMore() {
    const names = new Set(this.fields.map((field) => field.option.name));
    const left = this.command.options.filter((option) => !names.has(option.name));
    this.more.replaceChildren(
      ...left.map((option) =>
        button(
          {
            class: "chip",
            title: option.description,
            "aria-label": `Add option ${option.name}: ${option.description}`,
            onclick: () => {
              const field = this.#addField(option);
              this.#offerMore();
              field.input.focus();
            },
          },
          `+ ${option.name}`,
        ),
      ),
    );
  }

  #key(event) {
    if (event.defaultPrevented) return;
    const isEmpty = event.target.tagName === "INPUT" && event.target.value === "";
    if (event.key === "Escape") this.#leave("");
    else if (event.key === "Backspace" && isEmpty) this.#takeBack(event);
    else if (event.key === "Backspace" && event.target === this.runButton) this.#leave(`/${this.command.name}`);
    else return;
    event.preventDefault();
  }

  /** Take the empty option away, or the whole command when it needs it. */
  #takeBack(event) {
    const at = this.fields.findIndex((field) => field.input === event.target);
    const field = this.fields[at];
    if (!field || field.option.required) {
      this.#leave(`/${this.command.name}`);
      return;
    }
    this.fields.splice(at, 1);
    field.element.remove();
    this.#offerMore();
    (this.fields[at - 1]?.input ?? this.firstField()).focus();
  }

  #leave(text) {
    this.close();
    this.onDone(text);
  }

  async #run() {
    const { values, problem } = this.read();
    if (problem) {
      this.problem.textContent = problem.complaint();
      problem.input.focus();
      return;
    }
    const { key } = this.command;
    const channelId = this.page.world.channelId;
    this.element.hidden = true;
    this.onDone("");
    const result = await use(null, this.page, "command", { channel_id: channelId, name: key, options: values });
    // What was filled in is not lost when it was refused.
    if (!result && !this.isOpen && this.command.key === key) this.onRefused();
  }
}
