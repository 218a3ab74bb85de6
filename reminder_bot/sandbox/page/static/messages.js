// The open channel's messages on the screen: added, changed and removed one by one, never drawn anew as a whole.

import { announce, button, h, soon } from "./dom.js";
import { isContinued, isForViewer, messageElement } from "./message.js";
import { messageMenu, messageToolbar } from "./message_actions.js";
import { reactionBar } from "./reactions.js";

const NEAR_END = 120;
const NEAR_START = 200;
/** Messages drawn before the next painting; the others wait for the one after. */
const MOST_AT_ONCE = 40;

export class MessagesView {
  constructor(root, page) {
    this.page = page;
    this.list = h("ol", { class: "message-list", "aria-label": "Messages" });
    this.start = h("p", { class: "start-of-channel" });
    this.jump = button({ class: "jump-to-end", hidden: true, onclick: () => this.toEnd() }, "New messages ↓");
    this.scroller = h("div", { class: "scroller" }, this.start, this.list);
    root.append(this.scroller, this.jump);
    this.elements = new Map();
    this.toolbar = messageToolbar(page);
    this.fresh = new Set();
    this.isAtEnd = true;
    // What is far away has an assumed height until it comes near, so the end moves.
    new ResizeObserver(() => this.isAtEnd && this.toEnd()).observe(this.list);
    this.#listen();
  }

  // From the data

  reset() {
    const { messages, world } = this.page;
    this.elements.clear();
    this.fresh.clear();
    const here = messages.ordered;
    this.list.replaceChildren(...here.map((message, at) => this.#make(message, here[at - 1])));
    this.list.setAttribute("aria-label", `Messages in ${world.channelName(world.channel)}`);
    this.#showStart();
    this.list.lastElementChild?.setAttribute("tabindex", "0");
    this.toEnd();
  }

  prepended(messages) {
    const top = this.scroller.scrollHeight - this.scroller.scrollTop;
    this.list.prepend(...messages.map((message, at) => this.#make(message, messages[at - 1])));
    this.#showStart();
    this.scroller.scrollTop = this.scroller.scrollHeight - top;
  }

  added(message) {
    this.fresh.add(message.id);
    soon("messages", () => this.#showFresh());
  }

  changed(message) {
    const known = this.elements.get(message.id);
    if (!known) return;
    const hadFocus = known.contains(document.activeElement);
    const before = this.page.messages.find(known.previousElementSibling?.dataset.id);
    const element = this.#make(message, before);
    element.setAttribute("tabindex", known.getAttribute("tabindex"));
    const isKept = this.isAtEnd;
    known.replaceWith(element);
    if (hadFocus) element.focus({ preventScroll: true });
    if (isKept) this.toEnd();
  }

  removed(id) {
    this.fresh.delete(id);
    const element = this.elements.get(id);
    if (!element) return;
    const next = element.nextElementSibling;
    const hadFocus = element.contains(document.activeElement);
    this.elements.delete(id);
    element.remove();
    const follower = next && this.page.messages.find(next.dataset.id);
    if (follower) this.changed(follower);
    if (hadFocus) (this.list.lastElementChild ?? this.page.composerField()).focus();
  }

  reacted(message) {
    soon(`reactions ${message.id}`, () => this.#showReactions(message));
  }

  /** Scroll to a message and let it be seen. */
  show(id) {
    const element = this.elements.get(id);
    if (!element) return;
    element.scrollIntoView({ block: "center" });
    element.classList.add("sought");
    setTimeout(() => element.classList.remove("sought"), 2000);
    this.#focusOn(element);
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.isAtEnd = true;
    this.jump.hidden = true;
  }

  /** Somebody else looks at the messages now: what lights up for them, and which reactions are theirs. */
  seenByAnother() {
    const { world } = this.page;
    for (const [id, element] of this.elements) {
      const message = this.page.messages.find(id);
      if (!message) continue;
      element.classList.toggle("pings-me", isForViewer(message, world));
      if (message.reactions?.length) this.#showReactions(message);
    }
    for (const mention of this.list.querySelectorAll(".mention[data-user]")) {
      mention.classList.toggle("mention-me", mention.dataset.user === world.viewerId);
    }
  }

  /** Draw everything anew in place. */
  refresh() {
    const top = this.scroller.scrollTop;
    const wasAtEnd = this.isAtEnd;
    this.reset();
    if (!wasAtEnd) this.scroller.scrollTop = top;
  }

  // Drawing

  #make(message, before) {
    const continued = isContinued(message, before);
    const element = messageElement(message, this.page, { continued });
    this.elements.set(message.id, element);
    return element;
  }

  #showFresh() {
    const { messages, world } = this.page;
    // As they are now: some have been changed, or are gone, before they were drawn.
    const due = [...this.fresh].slice(0, MOST_AT_ONCE);
    for (const id of due) this.fresh.delete(id);
    if (this.fresh.size) soon("messages", () => this.#showFresh());
    const fresh = due.filter((id) => !this.elements.has(id)).map((id) => messages.find(id)).filter(Boolean);
    if (!fresh.length) return;
    const isKept = this.isAtEnd;
    let before = messages.find(this.list.lastElementChild?.dataset.id);
    const made = fresh.map((message) => {
      const element = this.#make(message, before);
      before = message;
      return element;
    });
    this.list.append(...made);
    if (!this.list.querySelector("[tabindex='0']")) made.at(-1).setAttribute("tabindex", "0");
    if (isKept) this.toEnd();
    else this.jump.hidden = false;
    const last = fresh.at(-1);
    const author = world.nameOf(last.author.id) ?? last.author.username;
    announce(fresh.length > 3 ? `${fresh.length} new messages` : `${author}: ${heard(last, made.at(-1))}`);
  }

  #showReactions(message) {
    const body = this.elements.get(message.id)?.querySelector(".message-body");
    if (!body) return;
    const known = body.querySelector(".reactions");
    const emoji = known?.contains(document.activeElement) ? document.activeElement.dataset.emoji : null;
    const bar = message.reactions.length ? reactionBar(message, this.page) : null;
    if (known && bar) known.replaceWith(bar);
    else if (known) known.remove();
    else if (bar) {
      body.append(bar);
      if (this.isAtEnd) this.toEnd();
    }
    if (emoji) (bar?.querySelector(`[data-emoji="${CSS.escape(emoji)}"]`) ?? this.elements.get(message.id)).focus();
  }

  #showStart() {
    const { messages, world } = this.page;
    const name = world.channelName(world.channel);
    this.start.textContent = messages.hasMore ? "Older messages follow when you scroll up." : `This is the start of ${name}.`;
  }

  // People

  #listen() {
    this.scroller.addEventListener("scroll", () => {
      const { scrollTop, scrollHeight, clientHeight } = this.scroller;
      this.isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
      if (this.isAtEnd) this.jump.hidden = true;
      if (scrollTop < NEAR_START) this.page.messages.loadOlder();
    }, { passive: true });
    const follow = (event) => this.toolbar.follow(event.target.closest?.(".message"));
    this.list.addEventListener("pointerover", follow);
    this.list.addEventListener("focusin", (event) => {
      follow(event);
      const element = event.target.closest(".message");
      if (element) this.#mark(element);
    });
    this.list.addEventListener("contextmenu", (event) => {
      const element = event.target.closest(".message");
      if (!element || event.target.closest("a")) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const point = event.clientX || event.clientY ? { x: event.clientX, y: event.clientY } : { x: box.left + 60, y: box.top + 30 };
      messageMenu(this.page.messages.find(element.dataset.id), this.page, { point });
    });
    this.list.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    const element = event.target;
    if (!element.classList.contains("message")) return;
    const moves = {
      ArrowDown: element.nextElementSibling,
      ArrowUp: element.previousElementSibling,
      Home: this.list.firstElementChild,
      End: this.list.lastElementChild,
    };
    if (event.key in moves) {
      event.preventDefault();
      if (moves[event.key]) this.#focusOn(moves[event.key]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      messageMenu(this.page.messages.find(element.dataset.id), this.page, { anchor: element });
    }
  }

  #mark(element) {
    this.list.querySelector(":scope > [tabindex='0']")?.setAttribute("tabindex", "-1");
    element.setAttribute("tabindex", "0");
  }

  #focusOn(element) {
    this.#mark(element);
    element.focus();
  }
}

/** What is said of a new message: its text, and the titles of its embeds. */
function heard(message, element) {
  if (message.is_thinking) return "is thinking";
  const text = element.querySelector(".text")?.textContent ?? "";
  return [text, ...message.embeds.map((embed) => embed.title)].filter(Boolean).join(". ").slice(0, 300);
}
