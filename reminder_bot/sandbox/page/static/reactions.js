// Reactions under a message: a click adds one's own or takes it away; hovering shows whose they are.

import { emojiText } from "./channel_messages.js";
import { button, h, toast } from "./dom.js";

const MOST_NAMES = 12;

export function reactionBar(message, page) {
  return h("div", { class: "reactions" }, message.reactions.map((reaction) => pill(message, reaction, page)));
}

function pill(message, reaction, page) {
  const { world } = page;
  const isMine = reaction.user_ids.includes(world.viewerId);
  const text = emojiText(reaction.emoji);
  const shown = reaction.emoji.id ? `:${reaction.emoji.name}:` : reaction.emoji.name;
  const names = whose(reaction, world);
  return button(
    {
      class: isMine ? "reaction mine" : "reaction",
      "aria-pressed": String(isMine),
      "aria-label": `${shown}, ${reaction.user_ids.length}: ${names}`,
      title: `${shown} ${names}`,
      "data-emoji": text,
      onclick: () => toggleReaction(message, text, page),
    },
    h("span", {}, shown),
    h("span", { class: "count" }, String(reaction.user_ids.length)),
  );
}

function whose(reaction, world) {
  const names = reaction.user_ids.slice(0, MOST_NAMES).map((userId) => world.nameOf(userId) ?? "somebody");
  const more = reaction.user_ids.length - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}

/** React, or take the reaction away when it is there. */
export async function toggleReaction(message, emoji, { world, act }) {
  const known = message.reactions.find((one) => emojiText(one.emoji) === emoji);
  const isMine = known?.user_ids.includes(world.viewerId);
  try {
    await act(isMine ? "unreact" : "react", { message_id: message.id, emoji });
  } catch (error) {
    toast(error.message);
  }
}
