// One message as an element.

import { avatar } from "./avatar.js";
import { componentRows } from "./components.js";
import { button, h } from "./dom.js";
import { embedElement } from "./embed.js";
import { markdown } from "./markdown.js";
import { reactionBar } from "./reactions.js";
import { absolute, calendar } from "./timestamps.js";

const GROUP_SECONDS = 420;
const DISCORD_EPOCH_MS = 1_420_070_400_000n;
const SUPPRESS_NOTIFICATIONS = 1 << 12;

export function sentAt(message) {
  return Number((BigInt(message.id) >> 22n) + DISCORD_EPOCH_MS) / 1000;
}

/** Whether a message is shown under the one before it, without a head of its own. */
export function isContinued(message, before) {
  if (!before || before.author.id !== message.author.id) return false;
  if (message.message_reference || message.interaction_metadata || message.only_for !== before.only_for) return false;
  if (isSilent(message) !== isSilent(before)) return false;
  return sentAt(message) - sentAt(before) < GROUP_SECONDS;
}

function isSilent(message) {
  return Boolean(message.flags & SUPPRESS_NOTIFICATIONS);
}

/** Whether a message lights up for the person one acts as; every direct message pings, so there only one that names them. */
export function isForViewer(message, world) {
  if (!message.pinged_user_ids?.includes(world.viewerId)) return false;
  return !message.channel || message.mentions.some((user) => user.id === world.viewerId);
}

/** Draw a message. `page` is what the parts of it need: the world, its messages, acts. */
export function messageElement(message, page, { continued }) {
  const { world } = page;
  const pingsMe = isForViewer(message, world);
  const element = h("li", {
    class: ["message", continued && "continued", pingsMe && "pings-me", message.only_for && "ephemeral"].filter(Boolean).join(" "),
    tabindex: "-1",
    "data-id": message.id,
  });
  const isWelcome = message.type === 7;
  if (message.interaction_metadata) element.append(usedCommand(message, page));
  else if (message.message_reference) element.append(repliedTo(message, page));
  if (continued) element.append(h("time", { class: "side-time" }, absolute(sentAt(message), "t")));
  else element.append(avatar(message.author.id, world.nameOf(message.author.id) ?? message.author.username));
  const body = h("div", { class: "message-body" });
  if (!continued) body.append(messageHead(message, page));
  if (!isWelcome) body.append(...content(message, page));
  element.append(body);
  return element;
}

function messageHead(message, { world }) {
  const name = world.nameOf(message.author.id) ?? message.author.username;
  return h(
    "p",
    { class: "message-head" },
    h("span", { class: "author" }, name),
    message.author.bot ? h("span", { class: "tag" }, "APP") : null,
    h("time", { class: "when", title: absolute(sentAt(message), "F") }, calendar(sentAt(message))),
    isSilent(message) ? h("span", { class: "silent", role: "img", "aria-label": "Silent message", title: "Sent as @silent: it pinged without a sound" }, "🔕") : null,
  );
}

function content(message, page) {
  const names = page.world.names();
  if (message.is_thinking) return [h("p", { class: "thinking" }, h("span", { class: "dots", "aria-hidden": "true" }), "thinking…")];
  const parts = [];
  if (message.content) parts.push(h("div", { class: "text" }, ...markdown(message.content, names), editedMark(message)));
  for (const embed of message.embeds) parts.push(embedElement(embed, names));
  for (const file of message.attachments ?? []) parts.push(h("p", { class: "attachment" }, `📎 ${file.filename}`));
  if (message.components.length) parts.push(componentRows(message, page));
  if (message.reactions?.length) parts.push(reactionBar(message, page));
  if (message.thread_id || message.thread) parts.push(threadLink(message, page));
  if (message.only_for) parts.push(onlyYou(message, page));
  return parts;
}

function editedMark(message) {
  return message.edited_timestamp ? h("span", { class: "edited", title: message.edited_timestamp }, " (edited)") : null;
}

function usedCommand(message, { world }) {
  const used = message.interaction_metadata;
  const name = world.nameOf(used.user.id) ?? used.user.username;
  // A menu's name may have spaces and capitals, a command's not.
  const isMenu = used.name && !world.commands.some((command) => command.type === 1 && command.name === used.name.split(" ")[0]);
  const what = used.name ? [" used ", h("span", { class: "mention" }, isMenu ? used.name : `/${used.name}`)] : [" chose this"];
  return h("p", { class: "context" }, h("strong", {}, name), ...what);
}

function repliedTo(message, { world, goTo }) {
  const earlier = message.referenced_message;
  if (!earlier) return h("p", { class: "context" }, "Original message was deleted");
  const name = world.nameOf(earlier.author.id) ?? earlier.author.username;
  const line = earlier.content.split("\n")[0].slice(0, 120) || "Click to see the message";
  return h(
    "p",
    { class: "context" },
    button({ class: "context-jump", onclick: () => goTo(earlier.channel_id, earlier.id) }, h("strong", {}, name), ` ${line}`),
  );
}

function threadLink(message, { world, goTo }) {
  const thread = message.thread ?? world.channels.get(message.thread_id);
  if (!thread) return null;
  return button({ class: "thread-link", onclick: () => goTo(thread.id) }, `🧵 ${thread.name}`);
}

function onlyYou(message, page) {
  return h(
    "p",
    { class: "only-you" },
    "👁 Only you can see this • ",
    button({ class: "link-button", onclick: () => page.messages.dismiss(message.id) }, "Dismiss message"),
  );
}
