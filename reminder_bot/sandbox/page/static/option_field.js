// One option of a command: typed, or chosen from what there is, or from what the bot suggests.

import { OPTION, optionHint, readOption } from "./commands.js";
import { h, newId } from "./dom.js";
import { Listbox, matching } from "./listbox.js";
import { channels, people, roles } from "./select_options.js";

const WAIT_MS = 150;
const MOST_FILE_BYTES = 128 * 1024;
const IDS = new Set([OPTION.USER, OPTION.CHANNEL, OPTION.ROLE, OPTION.MENTIONABLE]);

export class OptionField {
  constructor(option, page, form) {
    this.option = option;
    this.page = page;
    this.form = form;
    this.chosen = null;
    this.asked = 0;
    const id = newId("option");
    const type = option.type === OPTION.ATTACHMENT ? "file" : "text";
    this.input = h("input", { id, class: "option-input", type, "aria-describedby": `${id}-hint`, "aria-required": String(Boolean(option.required)) });
    this.list = new Listbox({ label: `Choices for ${option.name}`, className: "option-list", onChoose: (choice) => this.#choose(choice) });
    this.list.hide();
    this.element = h(
      "div",
      { class: "option-field" },
      h("label", { for: id }, option.name),
      this.input,
      this.list.element,
      h("span", { id: `${id}-hint`, class: "unseen" }, optionHint(option)),
    );
    if (this.#hasChoices) this.list.serve(this.input);
    this.input.placeholder = option.required ? "" : "optional";
    this.input.title = optionHint(option);
    this.input.addEventListener("change", () => this.#takeFile());
    this.input.addEventListener("input", () => {
      this.chosen = null;
      this.#grow();
      this.#offer();
    });
    this.input.addEventListener("focus", () => this.#offer());
    this.input.addEventListener("blur", () => this.list.hide());
    this.input.addEventListener("keydown", (event) => this.#key(event));
  }

  /** The value as the sandbox takes it; null when empty, undefined when it cannot be one. */
  read() {
    if (this.option.type === OPTION.ATTACHMENT) return this.input.files.length ? this.chosen ?? undefined : null;
    if (this.chosen !== null) return this.#wrapped(this.chosen);
    if (!this.input.value.trim()) return null;
    const typed = readOption(this.option, this.input.value);
    if (typed !== undefined) return typed;
    if (!IDS.has(this.option.type)) return undefined;
    const found = matching(this.#fixedChoices(), this.input.value);
    return found.length === 1 ? this.#wrapped(found[0].value) : undefined;
  }

  complaint() {
    if (!this.input.value.trim()) return `The option ${this.option.name} is required.`;
    if (this.option.type === OPTION.ATTACHMENT) return `${this.option.name}: a file of at most ${MOST_FILE_BYTES / 1024} KB.`;
    return `${this.option.name}: choose one of those offered, or see what it takes: ${optionHint(this.option)}.`;
  }

  get #hasChoices() {
    return this.option.autocomplete || this.option.choices?.length || this.option.type === OPTION.BOOLEAN || IDS.has(this.option.type);
  }

  #wrapped(value) {
    return IDS.has(this.option.type) ? { id: value } : value;
  }

  #fixedChoices() {
    const { option } = this;
    const { world } = this.page;
    if (option.choices?.length) return option.choices.map((choice) => ({ value: choice.value, label: choice.name }));
    if (option.type === OPTION.BOOLEAN) return [{ value: true, label: "True" }, { value: false, label: "False" }];
    if (option.type === OPTION.USER) return people(world);
    if (option.type === OPTION.ROLE) return roles(world);
    if (option.type === OPTION.CHANNEL) return channels(world, option.channel_types);
    return option.type === OPTION.MENTIONABLE ? [...people(world), ...roles(world)] : [];
  }

  #offer() {
    if (!this.#hasChoices || document.activeElement !== this.input) return;
    if (this.option.autocomplete) this.#offerSuggestions();
    else this.list.show(this.chosen === null ? matching(this.#fixedChoices(), this.input.value) : []);
  }

  #offerSuggestions() {
    this.asked += 1;
    const turn = this.asked;
    setTimeout(async () => {
      if (turn !== this.asked || document.activeElement !== this.input) return;
      const { values } = this.form.read();
      const options = { ...values, [this.option.key]: this.input.value };
      try {
        const { choices } = await this.page.act("complete", {
          channel_id: this.page.world.channelId,
          name: this.form.command.key,
          options,
          focused: this.option.key,
        });
        if (turn !== this.asked || document.activeElement !== this.input || this.chosen !== null) return;
        this.list.show((choices ?? []).map((choice) => ({ value: choice.value, label: choice.name })));
      } catch {
        this.list.hide();
      }
    }, WAIT_MS);
  }

  async #takeFile() {
    const [file] = this.input.files ?? [];
    if (!file || file.size > MOST_FILE_BYTES) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    const data = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    if (this.input.files[0] === file) this.chosen = { file: { name: file.name, data } };
  }

  #choose(choice) {
    this.chosen = choice.value;
    this.input.value = choice.label;
    this.#grow();
    this.asked += 1;
    this.list.hide();
  }

  #grow() {
    this.input.size = Math.min(Math.max(this.input.value.length, 8), 40);
  }

  #key(event) {
    if (this.list.takeKey(event)) return;
    if (!this.list.isOpen || (event.key !== "Enter" && event.key !== "Tab")) return;
    // The first Enter takes the marked choice, the next one runs the command. An empty field is left empty.
    if (event.key === "Tab" && !this.input.value) return;
    event.preventDefault();
    this.list.choose();
  }
}
