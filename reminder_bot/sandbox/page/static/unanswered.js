// What Discord's own client says where a bot says nothing: shown in the channel, to who asked.

import { now } from "./clock.js";

const DISCORD_EPOCH_MS = 1_420_070_400_000n;

/** The message that stands for a command's missing answer, or a button's. */
export function unansweredMessage(world, { applicationId, commandName }) {
  const viewer = world.users.get(world.viewerId);
  return {
    id: String(((BigInt(Math.floor(now() * 1000)) - DISCORD_EPOCH_MS) << 22n) | 0x3fffffn),
    channel_id: world.channelId,
    type: 20,
    author: world.users.get(applicationId) ?? { id: applicationId, username: "The application", bot: true },
    content: commandName ? "⚠️ The application did not respond" : "⚠️ This interaction failed",
    embeds: [],
    components: [],
    attachments: [],
    reactions: [],
    pinged_user_ids: [],
    is_thinking: false,
    is_local: true,
    only_for: world.viewerId,
    interaction_metadata: commandName ? { type: 2, name: commandName, user: viewer } : null,
  };
}
