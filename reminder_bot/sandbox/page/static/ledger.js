// The side view: what falls due next, the bot's reminders as they change state, and what it asks of Discord.

import { h, newId, soon } from "./dom.js";
import { absolute, timeElement } from "./timestamps.js";

const MOST_CALLS = 60;
const STATES = { pending: "⏳ pending", sent: "✅ sent", failed: "❌ failed", skipped: "➖ skipped" };

export class Ledger {
  constructor(page) {
    this.page = page;
    this.due = h("ul", { class: "ledger-list" });
    this.reminders = h("ul", { class: "ledger-list" });
    this.calls = h("ul", { class: "ledger-list calls" });
    this.element = h(
      "div",
      { class: "ledger" },
      part("Next due", this.due, { "data-lent": true }),
      part("Reminders", this.reminders, { "data-lent": true }),
      part("Requests of the bot", this.calls, {}),
    );
    for (const topic of ["welcome", "ledger"]) page.world.on(topic, () => soon("ledger", () => this.#draw()));
    page.world.on("call", (call) => this.#addCall(call));
  }

  #draw() {
    const ledger = this.page.world.stage.ledger ?? { events: [], reminders: [] };
    this.due.replaceChildren(...filled(ledger.events.map(dueRow), "The bot watches nothing yet."));
    this.reminders.replaceChildren(...filled(ledger.reminders.map(reminderRow), "No reminder has been due yet."));
  }

  #addCall(call) {
    const status = call.status || "dropped";
    const isBad = call.status === 0 || call.status >= 400;
    const path = call.path.replace(/\d{15,}/gu, "…").replace(/\/[\w-]{40,}/gu, "/…");
    this.fresh = [...(this.fresh ?? []), h("li", { class: isBad ? "bad" : "" }, `${call.method} ${path} → ${status}`)];
    soon("calls", () => {
      this.calls.prepend(...this.fresh.reverse());
      this.fresh = [];
      while (this.calls.childElementCount > MOST_CALLS) this.calls.lastElementChild.remove();
    });
  }
}

function dueRow(event) {
  const when = event.next_reminder_at === null ? quiet(event) : timeElement(event.next_reminder_at, "R");
  return h("li", {}, h("a", { class: "link", href: "#", "data-channel": event.channel_id, "data-message": event.message_id }, event.title), " ", when);
}

function quiet(event) {
  if (event.state !== "active") return event.state;
  return event.is_paused ? "paused" : "nobody is missing";
}

function reminderRow(row) {
  const batch = row.batch_count > 1 ? ` ${row.batch}/${row.batch_count}` : "";
  const people = row.users_notified === 1 ? "1 person" : `${row.users_notified} people`;
  const tries = row.attempt > 1 ? `, attempt ${row.attempt}` : "";
  return h(
    "li",
    { "data-status": row.status, title: row.error_message ?? "" },
    h("span", { class: "state" }, STATES[row.status] ?? row.status),
    ` ${row.title}${batch}, ${people}${tries}, due ${absolute(row.scheduled_at, "T")}`,
  );
}

function filled(rows, otherwise) {
  return rows.length ? rows : [h("li", { class: "hint" }, otherwise)];
}

function part(title, list, attributes) {
  const id = newId("part");
  list.setAttribute("aria-labelledby", id);
  return h("section", { class: "panel-part", "aria-labelledby": id, ...attributes }, h("h3", { id }, title), list);
}
