// The message box: text goes into the channel; what begins with a slash becomes a command.

import { CommandForm } from "./command_form.js";
import { flatCommands } from "./commands.js";
import { button, h, toast } from "./dom.js";
import { Listbox, matching } from "./listbox.js";
import { people } from "./select_options.js";

const MOST_SUGGESTED = 10;

export class Composer {
  constructor(root, page) {
    this.page = page;
    this.root = root;
    this.reply = null;
    this.replyBar = h("div", { class: "reply-bar", hidden: true });
    this.field = h("textarea", { id: "composer-text", class: "composer-text", rows: 1, maxlength: 2000 });
    this.list = new Listbox({ label: "Suggestions", className: "composer-list", onChoose: (option) => option.choose() });
    this.list.serve(this.field);
    this.textBar = h("div", { class: "composer-bar" }, this.field, button({ class: "icon-button send", "aria-label": "Send message", onclick: () => this.#send() }, "➤"));
    this.note = h("p", { class: "composer-note", hidden: true });
    this.form = new CommandForm(page, { onDone: (text) => this.#leaveCommand(text), onRefused: () => this.#showForm() });
    root.append(this.replyBar, this.list.element, this.form.element, this.textBar, this.note);
    this.list.hide();
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("blur", () => this.list.hide());
    this.field.addEventListener("focus", () => this.#typed());
  }

  /** The field that has, or should have, the focus. */
  focusField() {
    return this.form.isOpen ? this.form.firstField() : this.field;
  }

  /** Show where one writes, as whom, and whether one may. */
  show() {
    if (this.form.isOpen) this.form.close();
    this.replyTo(null);
    this.showAllowed();
  }

  /** Show whether one may write here; what is being written stays. */
  showAllowed() {
    const { world } = this.page;
    const { channel } = world;
    const name = channel ? (channel.guild_id ? `#${channel.name}` : `@${world.channelName(channel)}`) : "";
    const isAllowed = channel && world.isWritable(channel) && world.mayWrite(channel);
    const who = world.nameOf(world.viewerId) ?? "";
    this.textBar.hidden = !isAllowed || this.form.isOpen;
    this.note.hidden = Boolean(isAllowed);
    this.note.textContent = channel ? `${who} may not write in ${name}.` : `${who} can see no channel here.`;
    this.field.placeholder = `Message ${name}, or / for commands`;
    this.field.setAttribute("aria-label", `Message ${name} as ${who}`);
  }

  /** Answer a message with the next one; null takes that back. */
  replyTo(message) {
    this.reply = message;
    this.replyBar.hidden = !message;
    if (!message) return;
    const name = this.page.world.nameOf(message.author.id) ?? message.author.username;
    this.replyBar.replaceChildren(
      h("span", {}, "Replying to ", h("strong", {}, name)),
      button({ class: "icon-button", "aria-label": "Do not reply", onclick: () => { this.replyTo(null); this.field.focus(); } }, "✕"),
    );
    this.field.focus();
  }

  #typed() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 220)}px`;
    const text = this.field.value;
    if (document.activeElement !== this.field) return;
    if (text.startsWith("/")) this.#suggestCommands(text.slice(1));
    else this.#suggestPeople(text.slice(0, this.field.selectionStart));
  }

  #suggestCommands(text) {
    const commands = flatCommands(this.page.world);
    const exact = text.endsWith(" ") && commands.find((command) => command.name === text.trim());
    if (exact) {
      this.#enterCommand(exact);
      return;
    }
    const options = commands.map((command) => ({
      label: `/${command.name}`,
      description: command.description,
      hint: command.options.map((option) => (option.required ? option.name : `${option.name}?`)).join(" "),
      choose: () => this.#enterCommand(command),
    }));
    const wanted = text.trim();
    this.list.show(options.filter((option) => option.label.slice(1).startsWith(wanted)).concat(
      wanted ? matching(options, wanted).filter((option) => !option.label.slice(1).startsWith(wanted)) : [],
    ));
  }

  #suggestPeople(before) {
    const match = /(?:^|\s)@([^\s@]*)$/u.exec(before);
    if (!match || !this.page.world.channel?.guild_id) {
      this.list.hide();
      return;
    }
    const start = before.length - match[1].length - 1;
    const found = matching(people(this.page.world), match[1]).slice(0, MOST_SUGGESTED);
    this.list.show(found.map((option) => ({ ...option, choose: () => this.#mention(option.value, start, before.length) })));
  }

  #mention(userId, start, end) {
    this.field.setRangeText(`<@${userId}> `, start, end, "end");
    this.list.hide();
    this.field.focus();
  }

  #key(event) {
    if (this.list.takeKey(event)) return;
    if (event.key === "Escape" && this.reply) this.replyTo(null);
    if (event.key === "Tab" && this.list.isOpen && !event.shiftKey) {
      event.preventDefault();
      this.list.choose();
      return;
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (this.list.isOpen) this.list.choose();
    else this.#send();
  }

  #enterCommand(command) {
    this.list.hide();
    this.field.value = "";
    this.textBar.hidden = true;
    this.form.open(command);
  }

  #showForm() {
    if (this.field.value) return;
    this.textBar.hidden = true;
    this.form.element.hidden = false;
    this.form.firstField().focus();
  }

  #leaveCommand(text) {
    this.textBar.hidden = false;
    this.field.value = text;
    this.field.focus();
    this.#typed();
  }

  async #send() {
    const content = this.field.value.trim();
    if (!content) return;
    if (content.startsWith("/")) {
      toast("There is no such command here. Choose one from the list.");
      return;
    }
    const { world, act } = this.page;
    try {
      this.field.value = "";
      this.#typed();
      const reply = this.reply?.id;
      this.replyTo(null);
      await act("post", { channel_id: world.channelId, content, ...(reply ? { reply_to: reply } : {}) });
    } catch (error) {
      // What was written is not lost.
      this.field.value = this.field.value || content;
      toast(error.message);
    }
  }
}
