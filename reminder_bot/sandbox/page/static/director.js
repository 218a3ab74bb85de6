// The director's panel: what others are to do, what is to go wrong, how time passes; and beside it what the bot does.

import { button, h, newId, soon, toast } from "./dom.js";
import { Ledger } from "./ledger.js";
import { absolute } from "./timestamps.js";
import { now } from "./clock.js";

const SPEEDS = [1, 60, 3600];
const CUT_SECONDS = 10;
const FAIL_SECONDS = 60;
const LOOK_MS = 30_000;

const PERMISSIONS = {
  VIEW_CHANNEL: "View Channel",
  SEND_MESSAGES: "Send Messages",
  EMBED_LINKS: "Embed Links",
  READ_MESSAGE_HISTORY: "Read Message History",
  ADD_REACTIONS: "Add Reactions",
};
const LANGUAGES = { "en-US": "English", fr: "Français" };
const BITS = { VIEW_CHANNEL: 10n, SEND_MESSAGES: 11n, EMBED_LINKS: 14n, READ_MESSAGE_HISTORY: 16n, ADD_REACTIONS: 6n };

export class Director {
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.toggle = button(
      { class: "icon-button", "aria-label": "Director's panel", "aria-controls": "director", "aria-expanded": "false", onclick: () => this.open(root.hidden) },
      "🎬",
    );
    this.count = number("How many", 3, 500);
    this.interval = h("input", { id: newId("interval"), class: "field short", value: "1h", maxlength: 20 });
    this.status = h("p", { class: "bot-state", role: "status" });
    this.speeds = SPEEDS.map((speed) => button({ class: "button secondary", "aria-pressed": "false", onclick: () => this.#do("set_speed", { speed }) }, `×${speed}`));
    this.time = h("p", { class: "sandbox-time" });
    this.permissions = h("div", { class: "panel-row" });
    this.ownLanguage = language("Your Discord", (locale) => this.#do("set_own_language", { locale }));
    this.serverLanguage = language("This server", (locale) => this.#do("set_server_language", { channel_id: page.world.channelId, locale }));
    this.ledger = new Ledger(page);
    this.#build();
    for (const topic of ["welcome", "bot", "clock", "members"]) page.world.on(topic, () => soon("director", () => this.draw()));
    for (const topic of ["place", "channels", "welcome"]) page.world.on(topic, () => soon("takeable", () => this.#drawPermissions()));
    for (const topic of ["welcome", "viewer", "place", "channels", "languages"]) page.world.on(topic, () => soon("languages", () => this.#drawLanguages()));
    setInterval(() => this.#drawTime(), 250);
    setInterval(() => this.#look(), LOOK_MS);
  }

  /** Show or hide the panel. */
  open(isShown) {
    this.root.hidden = !isShown;
    this.toggle.setAttribute("aria-expanded", String(isShown));
    document.body.classList.toggle("directing", isShown);
    if (!isShown) return;
    this.#look();
    this.draw();
    this.root.querySelector("button")?.focus();
  }

  draw() {
    const { stage, online } = this.page.world;
    const isLent = Boolean(stage.bot);
    for (const part of this.root.querySelectorAll("[data-lent]")) part.hidden = !isLent;
    if (!isLent) return;
    const state = stage.bot.is_running ? (online.size ? "on Discord" : "starting, or cut off") : stage.bot.is_killed ? "killed" : `ended with exit code ${stage.bot.exit_code}`;
    this.status.textContent = stage.bot.is_running ? `The bot is ${state} (process ${stage.bot.pid}).` : `The bot is not running: ${state}.`;
    this.status.dataset.running = stage.bot.is_running;
    this.speeds.forEach((one, at) => one.setAttribute("aria-pressed", String(stage.clock.speed === SPEEDS[at])));
    this.#drawTime();
  }

  #build() {
    const act = (name, values) => () => this.#do(name, values);
    const here = (name, more = () => ({})) => () => this.#do(name, { channel_id: this.page.world.channelId, ...more() });
    const many = () => ({ count: Number(this.count.field.value) });
    this.root.append(
      h("div", { class: "panel-head" }, h("h2", {}, "Director"), button({ class: "icon-button", "aria-label": "Close the panel", onclick: () => { this.open(false); this.toggle.focus(); } }, "✕")),
      part("Event", { "data-lent": true },
        row(h("label", { for: this.interval.id }, "Remind every"), this.interval, button({ class: "button primary", onclick: here("post_event", () => ({ interval: this.interval.value })) }, "Post an event"))),
      part("People", {},
        row(this.count.label, this.count.field, button({ class: "button secondary", onclick: here("answer", many) }, "Answer"), button({ class: "button secondary", onclick: here("join", many) }, "Join")),
        row(button({ class: "button secondary", onclick: here("withdraw") }, "One withdraws"), button({ class: "button secondary", onclick: here("leave") }, "One leaves"))),
      part("Trouble", {},
        row(button({ class: "button secondary", onclick: act("cut", { seconds: CUT_SECONDS }) }, `Cut the gateway, ${CUT_SECONDS} s`), button({ class: "button secondary", onclick: act("fail", { seconds: FAIL_SECONDS }) }, "500s for a minute")),
        h("p", { class: "hint" }, "The bot may, in this channel:"), this.permissions),
      part("Language", {}, row(this.ownLanguage.label, this.ownLanguage.field), row(this.serverLanguage.label, this.serverLanguage.field)),
      part("Bot", { "data-lent": true }, this.status,
        row(button({ class: "button danger", onclick: act("kill_bot") }, "Kill"), button({ class: "button secondary", onclick: act("restart_bot") }, "Restart"))),
      part("Time", { "data-lent": true }, this.time,
        row(this.speeds), row(button({ class: "button primary", onclick: act("skip") }, "Skip to the next due time"))),
      this.ledger.element,
    );
  }

  #drawTime() {
    if (!this.root.hidden) this.time.textContent = `${absolute(now(), "D")}, ${absolute(now(), "T")}`;
  }

  #drawLanguages() {
    const { world } = this.page;
    this.ownLanguage.field.value = world.locale;
    this.serverLanguage.field.value = world.guild?.preferred_locale ?? "en-US";
    this.serverLanguage.field.disabled = !world.guild;
  }

  #drawPermissions() {
    const { world } = this.page;
    const bots = [...(world.guild?.members.values() ?? [])].filter((member) => member.user.bot).map((member) => member.user.id);
    const overwrites = world.channel?.permission_overwrites ?? [];
    const denied = overwrites.filter((one) => bots.includes(one.id)).reduce((sum, one) => sum | BigInt(one.deny), 0n);
    this.permissions.replaceChildren(
      ...Object.entries(PERMISSIONS).map(([name, label]) => {
        const field = h("input", { type: "checkbox", checked: !(denied & (1n << BITS[name])) });
        field.addEventListener("change", () => this.#do("set_permission", { channel_id: world.channelId, permission: name, is_taken: !field.checked }));
        return h("label", { class: "check" }, field, label);
      }),
    );
  }

  #look() {
    if (!this.root.hidden && this.page.world.stage.bot) this.page.act("look").catch(() => {});
  }

  async #do(name, values = {}) {
    try {
      await this.page.act(name, values);
    } catch (error) {
      toast(error.message);
    }
  }
}

function part(title, attributes, ...children) {
  const id = newId("part");
  return h("section", { class: "panel-part", "aria-labelledby": id, ...attributes }, h("h3", { id }, title), ...children);
}

function row(...children) {
  return h("div", { class: "panel-row" }, ...children);
}

function language(label, choose) {
  const id = newId("language");
  const field = h("select", { id, class: "field" }, Object.entries(LANGUAGES).map(([value, name]) => h("option", { value }, name)));
  field.addEventListener("change", () => choose(field.value));
  return { label: h("label", { for: id }, label), field };
}

function number(label, value, most) {
  const id = newId("number");
  return { label: h("label", { for: id }, label), field: h("input", { id, class: "field short", type: "number", min: 1, max: most, value }) };
}
