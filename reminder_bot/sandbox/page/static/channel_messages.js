// The messages of the open channel, as data: kept in order, changed by events.

/** The key under which two reactions are the same. */
export function emojiKey(emoji) {
  return emoji.id ?? emoji.name.replaceAll("\ufe0f", "");
}

export function emojiText(emoji) {
  return emoji.id ? `<:${emoji.name}:${emoji.id}>` : emoji.name;
}

export class ChannelMessages {
  /** `view` draws: reset(), added(message), changed(message), removed(id). */
  constructor(world, act) {
    this.world = world;
    this.act = act;
    this.byId = new Map();
    this.ephemeral = new Map();
    this.dismissed = new Set();
    this.hasMore = false;
    this.isLoading = false;
    this.view = null;
  }

  get ordered() {
    const here = [...this.ephemeral.values()].filter((message) => message.channel_id === this.world.channelId);
    return [...this.byId.values(), ...here].sort((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1));
  }

  find(id) {
    return this.byId.get(id) ?? this.ephemeral.get(id);
  }

  /** Read the open channel's latest messages. */
  async load() {
    const channelId = this.world.channelId;
    this.byId.clear();
    this.hasMore = false;
    this.view.reset();
    if (!channelId) return;
    this.isLoading = true;
    try {
      const page = await this.act("history", { channel_id: channelId });
      if (channelId !== this.world.channelId) return;
      this.hasMore = page.has_more;
      for (const message of page.messages) this.byId.set(message.id, message);
      this.view.reset();
    } finally {
      this.isLoading = false;
    }
  }

  /** Read what is older than what is shown. */
  async loadOlder() {
    if (this.isLoading || !this.hasMore) return;
    const channelId = this.world.channelId;
    this.isLoading = true;
    try {
      const page = await this.act("history", { channel_id: channelId, before: this.byId.keys().next().value });
      if (channelId !== this.world.channelId) return;
      this.hasMore = page.has_more;
      this.byId = new Map([...page.messages.map((message) => [message.id, message]), ...this.byId]);
      this.view.prepended(page.messages);
    } finally {
      this.isLoading = false;
    }
  }

  add(message) {
    if (message.only_for) this.ephemeral.set(message.id, message);
    else if (message.channel_id === this.world.channelId) this.byId.set(message.id, message);
    if (message.channel_id === this.world.channelId) this.view.added(message);
  }

  /** Take the answers that only the person sees whom one acts as; what the page itself said to them stays. */
  setEphemeral(messages) {
    const own = [...this.ephemeral.values()].filter((message) => message.is_local && message.only_for === this.world.viewerId);
    const wanted = [...messages.filter((message) => !this.dismissed.has(message.id)), ...own];
    const isSame = wanted.length === this.ephemeral.size && wanted.every((message) => this.ephemeral.has(message.id));
    this.ephemeral = new Map(wanted.map((message) => [message.id, message]));
    if (!isSame) this.view.refresh();
  }

  /** Take an answer away that only one person saw; it does not come back. */
  dismiss(id) {
    this.dismissed.add(id);
    this.remove(id);
  }

  update(message) {
    if (!this.find(message.id)) return;
    (message.only_for ? this.ephemeral : this.byId).set(message.id, message);
    this.view.changed(message);
  }

  remove(id) {
    if (!this.find(id)) return;
    this.byId.delete(id);
    this.ephemeral.delete(id);
    this.view.removed(id);
  }

  react(data, by) {
    const message = this.byId.get(data.message_id);
    if (!message) return;
    const key = emojiKey(data.emoji);
    const known = message.reactions.find((one) => emojiKey(one.emoji) === key);
    const reaction = known ?? { emoji: data.emoji, user_ids: [] };
    if (!known) message.reactions.push(reaction);
    reaction.user_ids = reaction.user_ids.filter((userId) => userId !== data.user_id);
    if (by > 0) reaction.user_ids.push(data.user_id);
    message.reactions = message.reactions.filter((one) => one.user_ids.length);
    this.view.reacted(message);
  }

  clearReactions(data) {
    const message = this.byId.get(data.message_id);
    if (!message) return;
    const key = data.emoji ? emojiKey(data.emoji) : null;
    message.reactions = key ? message.reactions.filter((one) => emojiKey(one.emoji) !== key) : [];
    this.view.reacted(message);
  }
}
