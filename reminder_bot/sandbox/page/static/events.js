// What each event of the sandbox does to the world. The names and shapes are those of Discord's gateway.

import { setClock } from "./clock.js";

/** Apply events in order. `messages` keeps the open channel's messages; see messages.js. */
export function applyEvents(world, messages, events) {
  for (const { event, data } of events) {
    const handler = HANDLERS[event];
    if (handler) handler(world, data, messages);
  }
}

function takeGuild(world, guild) {
  const known = world.guilds.get(guild.id);
  world.guilds.set(guild.id, {
    ...guild,
    roles: new Map(guild.roles.map((role) => [role.id, role])),
    members: guild.members ? new Map(guild.members.map((member) => [member.user.id, member])) : known?.members ?? new Map(),
  });
  for (const channel of [...(guild.channels ?? []), ...(guild.threads ?? [])]) world.channels.set(channel.id, channel);
  for (const member of guild.members ?? []) world.users.set(member.user.id, member.user);
}

function welcome(world, data) {
  setClock(data.stage.clock?.now ?? data.now, data.stage.clock?.speed ?? 1);
  world.guilds.clear();
  world.channels.clear();
  world.users = new Map(data.users.map((user) => [user.id, user]));
  for (const guild of data.guilds) takeGuild(world, guild);
  for (const channel of data.direct_channels) world.channels.set(channel.id, channel);
  world.locales = new Map(Object.entries(data.locales));
  world.commands = data.commands;
  world.online = new Set(data.online_bot_ids);
  world.stage = data.stage;
  world.changed("welcome");
}

function viewpoint(world, data, messages) {
  const isOther = world.viewerId !== data.user_id;
  world.viewerId = data.user_id;
  world.permissions = new Map(Object.entries(data.permissions).map(([id, bits]) => [id, BigInt(bits)]));
  messages.setEphemeral(data.ephemeral);
  const isLost = !world.permissions.get(world.channelId);
  if (isLost) world.open(null);
  else if (isOther) world.markRead();
  if (isOther) world.changed("viewer");
  world.changed("channels");
  world.changed("permissions");
}

function takeMember(world, data) {
  const guild = world.guilds.get(data.guild_id);
  if (!guild) return;
  world.users.set(data.user.id, data.user);
  guild.members.set(data.user.id, data);
  world.changed("members");
}

function dropMember(world, data) {
  world.guilds.get(data.guild_id)?.members.delete(data.user.id);
  world.changed("members");
}

function takeLocale(world, data) {
  world.locales.set(data.user_id, data.locale);
  world.changed("languages");
}

function takeRole(world, data) {
  world.guilds.get(data.guild_id)?.roles.set(data.role.id, data.role);
  world.changed("members");
}

function dropRole(world, data) {
  world.guilds.get(data.guild_id)?.roles.delete(data.role_id);
  world.changed("members");
}

function takeChannel(world, data) {
  world.channels.set(data.id, data);
  world.changed("channels");
}

function dropChannel(world, data) {
  world.channels.delete(data.id);
  if (world.channelId === data.id) world.open(null);
  world.changed("channels");
}

function dropGuild(world, data) {
  if (data.unavailable) return;
  world.guilds.delete(data.id);
  for (const channel of [...world.channels.values()]) if (channel.guild_id === data.id) world.channels.delete(channel.id);
  if (world.guildId === data.id) world.open(null);
  world.changed("channels");
}

function updateGuild(world, data) {
  const known = world.guilds.get(data.id);
  takeGuild(world, { ...data, members: known ? [...known.members.values()] : [] });
  world.changed("channels");
  world.changed("members");
}

function createMessage(world, data, messages) {
  if (data.channel) world.channels.set(data.channel.id, data.channel);
  world.users.set(data.author.id, data.author);
  messages.add(data);
  world.notePings(data);
  if (data.channel) world.changed("channels");
}

const HANDLERS = {
  WELCOME: welcome,
  VIEWPOINT: viewpoint,
  GUILD_UPDATE: updateGuild,
  LOCALE_UPDATE: takeLocale,
  GUILD_DELETE: dropGuild,
  GUILD_MEMBER_ADD: takeMember,
  GUILD_MEMBER_UPDATE: takeMember,
  GUILD_MEMBER_REMOVE: dropMember,
  GUILD_ROLE_CREATE: takeRole,
  GUILD_ROLE_UPDATE: takeRole,
  GUILD_ROLE_DELETE: dropRole,
  CHANNEL_CREATE: takeChannel,
  CHANNEL_UPDATE: takeChannel,
  CHANNEL_DELETE: dropChannel,
  THREAD_CREATE: takeChannel,
  THREAD_UPDATE: takeChannel,
  THREAD_DELETE: dropChannel,
  MESSAGE_CREATE: createMessage,
  MESSAGE_UPDATE: (world, data, messages) => messages.update(data),
  MESSAGE_DELETE: (world, data, messages) => messages.remove(data.id),
  MESSAGE_DELETE_BULK: (world, data, messages) => data.ids.forEach((id) => messages.remove(id)),
  MESSAGE_REACTION_ADD: (world, data, messages) => messages.react(data, 1),
  MESSAGE_REACTION_REMOVE: (world, data, messages) => messages.react(data, -1),
  MESSAGE_REACTION_REMOVE_ALL: (world, data, messages) => messages.clearReactions(data),
  MESSAGE_REACTION_REMOVE_EMOJI: (world, data, messages) => messages.clearReactions(data),
  COMMANDS_UPDATE: (world, data) => {
    world.commands = data.commands;
    world.changed("commands");
  },
  PRESENCE_UPDATE: (world, data) => {
    if (data.is_online) world.online.add(data.user_id);
    else world.online.delete(data.user_id);
    world.changed("members");
  },
  CLOCK: (world, data) => {
    setClock(data.now, data.speed);
    world.stage = { ...world.stage, clock: data };
    world.changed("clock");
  },
  BOT: (world, data) => {
    world.stage = { ...world.stage, bot: data };
    world.changed("bot");
  },
  LEDGER: (world, data) => {
    world.stage = { ...world.stage, ledger: data };
    world.changed("ledger");
  },
  REST_CALL: (world, data) => world.changed("call", data),
  STORY: (world, data) => {
    world.stage = { ...world.stage, story: data };
    world.changed("story");
  },
};
