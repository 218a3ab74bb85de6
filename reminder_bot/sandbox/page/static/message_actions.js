// What can be done with a message: the buttons beside it and its menu.

import { use } from "./components.js";
import { button, h, toast } from "./dom.js";
import { openMenu } from "./menu.js";
import { openPopover } from "./popover.js";
import { askText } from "./prompt.js";
import { toggleReaction } from "./reactions.js";
import { PERMISSION } from "./world.js";

const MESSAGE_MENU = 3;
const EMOJI = ["✅", "❌", "❓", "👍", "🎉", "❤️", "😂", "🐉", "👀", "⏰", "🙏", "🔥"];

/** The buttons that stand beside the message under the pointer or the focus: one set for all messages. */
export function messageToolbar(page) {
  const here = (run) => (event) => {
    const message = page.messages.find(event.currentTarget.closest(".message")?.dataset.id);
    if (message) run(message, event.currentTarget);
  };
  const element = h(
    "div",
    { class: "toolbar", role: "group", "aria-label": "This message" },
    button({ class: "icon-button", "aria-label": "Add reaction", onclick: here((message, anchor) => pickEmoji(message, page, anchor)) }, "☺"),
    button({ class: "icon-button", "aria-label": "Reply", onclick: here((message) => page.replyTo(message)) }, "↩"),
    button({ class: "icon-button", "aria-label": "More", "aria-haspopup": "menu", onclick: here((message, anchor) => messageMenu(message, page, { anchor })) }, "⋯"),
  );
  return {
    follow(place) {
      if (!place || element.parentElement === place || place.classList.contains("ephemeral")) return;
      place.append(element);
    },
  };
}

/** Open the menu of a message. */
export function messageMenu(message, page, where) {
  if (!message) return;
  openMenu({ label: "Message", items: message.only_for ? ephemeralItems(message, page) : items(message, page, where), ...where });
}

function ephemeralItems(message, page) {
  return [{ label: "Dismiss message", run: () => page.messages.dismiss(message.id) }, copyItem("Copy text", message.content)];
}

function items(message, page, where) {
  const { world } = page;
  const isMine = message.author.id === world.viewerId;
  const apps = world.usableCommands(MESSAGE_MENU);
  const channel = world.channel;
  const list = [
    { label: "Add reaction…", run: () => pickEmoji(message, page, page.elementOf(message) ?? where.anchor) },
    { label: "Reply", run: () => page.replyTo(message) },
  ];
  if (channel.guild_id && !world.isThread(channel) && !message.thread && world.may(channel.id, PERMISSION.CREATE_PUBLIC_THREADS)) {
    list.push({ label: "Create thread…", run: () => createThread(message, page) });
  }
  if (isMine) list.push({ label: "Edit message…", run: () => edit(message, page) });
  list.push(copyItem("Copy message link", linkOf(message, world)), copyItem("Copy message id", message.id));
  if (apps.length) list.push(null, ...apps.map((app) => appItem(app, message, page)));
  if (isMine || world.may(message.channel_id, PERMISSION.MANAGE_MESSAGES)) {
    list.push(null, { label: "Delete message", isDangerous: true, run: () => attempt(page.act("delete", { message_id: message.id })) });
  }
  return list;
}

function appItem(app, message, page) {
  return { label: `Apps › ${app.name}`, run: () => use(null, page, "message_menu", { message_id: message.id, name: app.key }) };
}

function linkOf(message, world) {
  return `https://discord.com/channels/${world.channel.guild_id ?? "@me"}/${message.channel_id}/${message.id}`;
}

function copyItem(label, text) {
  return { label, run: () => navigator.clipboard?.writeText(text).catch(() => toast("The browser did not let the page copy it.")) };
}

function pickEmoji(message, page, anchor) {
  const custom = [...(page.world.guild?.emojis ?? [])].map((emoji) => `<:${emoji.name}:${emoji.id}>`);
  const grid = h("div", { class: "emoji-grid", role: "group", "aria-label": "Emoji" });
  for (const emoji of [...EMOJI, ...custom]) {
    const shown = emoji.startsWith("<") ? emoji.split(":")[1] : emoji;
    grid.append(
      button({ class: "emoji", "aria-label": shown, onclick: () => { close(); toggleReaction(message, emoji, page); } }, shown),
    );
  }
  const close = openPopover(grid, { anchor });
  grid.firstElementChild.focus();
}

async function createThread(message, page) {
  const name = await askText({ title: "Create thread", label: "Name of the thread", value: message.content.split("\n")[0].slice(0, 60), most: 100 });
  if (!name) return;
  const made = await attempt(page.act("create_thread", { message_id: message.id, name }));
  if (made) page.goTo(made.channel_id);
}

async function edit(message, page) {
  const content = await askText({ title: "Edit message", label: "Message", value: message.content, most: 2000, isLong: true });
  if (content && content !== message.content) await attempt(page.act("edit", { message_id: message.id, content }));
}

async function attempt(doing) {
  try {
    return await doing;
  } catch (error) {
    toast(error.message);
    return null;
  }
}
