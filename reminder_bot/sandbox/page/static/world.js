// What the page knows of the world. Events change it; views listen to what has changed.

export const DM = "dm";
const DM_KIND = 1;
const THREADS = new Set([10, 11, 12]);
const WRITABLE = new Set([0, 1, 2, 5, 10, 11, 12, 13]);

export const PERMISSION = {
  ADD_REACTIONS: 1n << 6n,
  VIEW_CHANNEL: 1n << 10n,
  SEND_MESSAGES: 1n << 11n,
  MANAGE_MESSAGES: 1n << 13n,
  USE_APPLICATION_COMMANDS: 1n << 31n,
  CREATE_PUBLIC_THREADS: 1n << 35n,
  SEND_MESSAGES_IN_THREADS: 1n << 38n,
};

/** A command, option or choice as it is shown in a language. */
function localized(named, locale) {
  const { name, description, options, choices } = named;
  return {
    ...named,
    key: name,
    name: named.name_localizations?.[locale] ?? name,
    description: named.description_localizations?.[locale] ?? description,
    options: options?.map((option) => localized(option, locale)),
    choices: choices?.map((choice) => localized(choice, locale)),
  };
}

export class World extends EventTarget {
  guilds = new Map();
  channels = new Map();
  users = new Map();
  locales = new Map();
  commands = [];
  online = new Set();
  permissions = new Map();
  viewerId = null;
  guildId = null;
  channelId = null;
  stage = {};
  pings = new Map();

  /** Tell views that something has changed. */
  changed(topic, detail = null) {
    this.dispatchEvent(new CustomEvent(topic, { detail }));
  }

  on(topic, listener) {
    this.addEventListener(topic, (event) => listener(event.detail));
  }

  // Reading

  get guild() {
    return this.guilds.get(this.guildId);
  }

  get channel() {
    return this.channels.get(this.channelId);
  }

  isThread(channel) {
    return THREADS.has(channel.type);
  }

  isWritable(channel) {
    return WRITABLE.has(channel.type);
  }

  may(channelId, permission) {
    return ((this.permissions.get(channelId) ?? 0n) & permission) === permission;
  }

  mayWrite(channel) {
    const needed = this.isThread(channel) ? PERMISSION.SEND_MESSAGES_IN_THREADS : PERMISSION.SEND_MESSAGES;
    return this.may(channel.id, PERMISSION.VIEW_CHANNEL | needed);
  }

  /** How somebody is called here. */
  nameOf(userId, guildId = this.guildId) {
    const member = this.guilds.get(guildId)?.members.get(userId);
    return member?.nick ?? this.users.get(userId)?.username ?? null;
  }

  /** The people of a guild whom one may act as, and the bots only when asked for. */
  membersOf(guildId, { bots = true } = {}) {
    const members = [...(this.guilds.get(guildId)?.members.values() ?? [])];
    return bots ? members : members.filter((member) => !member.user.bot);
  }

  guildsOfViewer() {
    return [...this.guilds.values()].filter((guild) => guild.members.has(this.viewerId));
  }

  directChannels() {
    return [...this.channels.values()].filter(
      (channel) => channel.type === DM_KIND && channel.recipient_ids.includes(this.viewerId),
    );
  }

  otherIn(channel) {
    return channel.recipient_ids.find((userId) => userId !== this.viewerId) ?? channel.recipient_ids[0];
  }

  channelName(channel) {
    if (!channel) return "";
    return channel.type === DM_KIND ? this.nameOf(this.otherIn(channel)) ?? "somebody" : channel.name;
  }

  pingsOf(userId, channelId = null) {
    let sum = 0;
    for (const [place, count] of this.pings.get(userId) ?? []) if (channelId === null || place === channelId) sum += count;
    return sum;
  }

  /** The language of the person's Discord. */
  get locale() {
    return this.locales.get(this.viewerId) ?? "en-US";
  }

  /** The commands of a kind that the person may use where they are, in their language; `key` is what Discord calls them. */
  usableCommands(kind) {
    const channel = this.channel;
    if (!channel) return [];
    const isDirect = channel.type === DM_KIND;
    const granted = this.permissions.get(channel.id) ?? 0n;
    if (!isDirect && !this.may(channel.id, PERMISSION.USE_APPLICATION_COMMANDS)) return [];
    const usable = this.commands.filter((command) => {
      if (command.type !== kind) return false;
      if (command.guild_id && command.guild_id !== channel.guild_id) return false;
      if (isDirect) return !command.contexts || command.contexts.includes(1);
      const needed = command.default_member_permissions;
      return !needed || (BigInt(needed) & ~granted) === 0n;
    });
    return usable.map((command) => localized(command, this.locale));
  }

  /** What markdown asks for. */
  names() {
    return {
      viewerId: () => this.viewerId,
      user: (id) => this.nameOf(id),
      role: (id) => this.guild?.roles.get(id)?.name,
      channel: (id) => this.channels.get(id)?.name,
      messageLink: (target) => {
        const place = /^https:\/\/discord\.com\/channels\/(?:\d+|@me)\/(\d+)/u.exec(target);
        const channel = place && this.channels.get(place[1]);
        return channel ? `#${this.channelName(channel)} › message` : null;
      },
    };
  }

  // Changing

  notePings(message) {
    for (const userId of message.pinged_user_ids ?? []) {
      if (userId === this.viewerId && message.channel_id === this.channelId && !document.hidden) continue;
      const places = this.pings.get(userId) ?? new Map();
      places.set(message.channel_id, (places.get(message.channel_id) ?? 0) + 1);
      this.pings.set(userId, places);
      this.changed("pings", userId);
    }
  }

  /** The person reads a channel: what pinged them there is seen. */
  markRead() {
    const places = this.pings.get(this.viewerId);
    if (!places?.delete(this.channelId)) return;
    if (!places.size) this.pings.delete(this.viewerId);
    this.changed("pings", this.viewerId);
  }

  /** Go to a channel; null leads to the first one that can be seen. */
  open(channelId) {
    const channel = this.channels.get(channelId) ?? this.#firstChannel();
    this.channelId = channel?.id ?? null;
    if (channel?.guild_id) this.guildId = channel.guild_id;
    else if (channel) this.guildId = DM;
    this.markRead();
    this.changed("place");
  }

  #firstChannel() {
    const guilds = this.guildsOfViewer();
    const guild = guilds.find((one) => one.id === this.guildId) ?? guilds[0];
    const channels = [...this.channels.values()].filter((channel) => channel.guild_id === guild?.id);
    return channels.find((channel) => this.isWritable(channel) && this.may(channel.id, PERMISSION.VIEW_CHANNEL)) ?? null;
  }
}
