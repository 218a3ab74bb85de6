// The left side: servers, channels with their threads, direct messages, and whom one acts as.

import { avatar, badge } from "./avatar.js";
import { button, h, soon } from "./dom.js";
import { openPicker } from "./picker.js";
import { DM, PERMISSION } from "./world.js";

const MARKS = { 2: "🔊", 5: "📣", 13: "🎙", 15: "🗂" };

export class Sidebar {
  constructor({ guilds, channels, self }, page) {
    Object.assign(this, { guilds, channels, self, page });
    for (const topic of ["welcome", "place", "channels", "pings", "viewer", "members"]) {
      page.world.on(topic, () => soon("sidebar", () => this.draw()));
    }
  }

  draw() {
    const focus = document.activeElement?.dataset?.focus;
    this.#drawGuilds();
    this.#drawChannels();
    this.#drawSelf();
    if (focus) document.querySelector(`[data-focus="${focus}"]`)?.focus();
  }

  #drawGuilds() {
    const { world } = this.page;
    const direct = world.directChannels().reduce((sum, channel) => sum + world.pingsOf(world.viewerId, channel.id), 0);
    const rows = world.guildsOfViewer().map((guild) => {
      const places = [...world.channels.values()].filter((channel) => channel.guild_id === guild.id);
      const count = places.reduce((sum, channel) => sum + world.pingsOf(world.viewerId, channel.id), 0);
      return this.#guildButton(guild.id, guild.name, initials(guild.name), count);
    });
    this.guilds.replaceChildren(this.#guildButton(DM, "Direct messages", "✉", direct), h("span", { class: "guild-line" }), ...rows);
  }

  #guildButton(id, name, text, count) {
    const { world } = this.page;
    return button(
      {
        class: "guild",
        "aria-label": count ? `${name}, ${count} pings` : name,
        "aria-current": id === world.guildId ? "true" : null,
        title: name,
        "data-focus": `guild-${id}`,
        onclick: () => this.#openGuild(id),
      },
      h("span", { "aria-hidden": "true" }, text),
      badge(count),
    );
  }

  #openGuild(id) {
    const { world } = this.page;
    world.guildId = id;
    if (id === DM) {
      const channel = world.directChannels()[0];
      if (channel) this.page.goTo(channel.id);
      else this.draw();
      return;
    }
    const first = this.#channelsOf(id).find((channel) => world.isWritable(channel));
    if (first) this.page.goTo(first.id);
  }

  #channelsOf(guildId) {
    const { world } = this.page;
    return [...world.channels.values()]
      .filter((channel) => channel.guild_id === guildId && !world.isThread(channel))
      .filter((channel) => world.may(channel.id, PERMISSION.VIEW_CHANNEL))
      .sort((one, other) => one.position - other.position);
  }

  #drawChannels() {
    const { world } = this.page;
    const isDirect = world.guildId === DM;
    const rows = isDirect ? world.directChannels().map((channel) => this.#directRow(channel)) : this.#guildRows();
    this.channels.replaceChildren(
      h("h2", { class: "side-title" }, isDirect ? "Direct messages" : world.guild?.name ?? ""),
      rows.length ? h("ul", { class: "channel-list" }, rows) : h("p", { class: "hint" }, isDirect ? "Nobody has written yet. Choose a member, then Message." : "There is no channel to see."),
    );
  }

  #guildRows() {
    const { world } = this.page;
    return this.#channelsOf(world.guildId).map((channel) => {
      const threads = [...world.channels.values()]
        .filter((thread) => thread.parent_id === channel.id && world.isThread(thread))
        .filter((thread) => !thread.thread_metadata?.archived && world.may(thread.id, PERMISSION.VIEW_CHANNEL));
      const inner = threads.length ? h("ul", { class: "thread-list" }, threads.map((thread) => this.#row(thread, "🧵"))) : null;
      return this.#row(channel, MARKS[channel.type] ?? "#", inner);
    });
  }

  #row(channel, mark, inner = null) {
    const { world } = this.page;
    const count = world.pingsOf(world.viewerId, channel.id);
    if (channel.type === 4) return h("li", { class: "category" }, channel.name);
    return h(
      "li",
      {},
      button(
        {
          class: "channel",
          "aria-current": channel.id === world.channelId ? "page" : null,
          "data-focus": `channel-${channel.id}`,
          onclick: () => this.page.goTo(channel.id),
        },
        h("span", { class: "mark", "aria-hidden": "true" }, mark),
        h("span", { class: "channel-name" }, channel.name),
        badge(count),
      ),
      inner,
    );
  }

  #directRow(channel) {
    const { world } = this.page;
    const other = world.otherIn(channel);
    return h(
      "li",
      {},
      button(
        { class: "channel", "aria-current": channel.id === world.channelId ? "page" : null, "data-focus": `channel-${channel.id}`, onclick: () => this.page.goTo(channel.id) },
        avatar(other, world.nameOf(other), { size: "small" }),
        h("span", { class: "channel-name" }, world.nameOf(other) ?? "somebody"),
        badge(world.pingsOf(world.viewerId, channel.id)),
      ),
    );
  }

  #drawSelf() {
    const { world } = this.page;
    const name = world.nameOf(world.viewerId) ?? "nobody";
    const others = [...world.pings.keys()].filter((userId) => userId !== world.viewerId && !world.users.get(userId)?.bot);
    const waiting = others.reduce((sum, userId) => sum + world.pingsOf(userId), 0);
    const choose = button(
      { class: "act-as", "aria-haspopup": "dialog", "data-focus": "act-as", onclick: () => this.chooseSelf(choose) },
      avatar(world.viewerId, name, { presence: true }),
      h("span", { class: "act-as-text" }, h("span", { class: "act-as-label" }, "Act as"), h("span", { class: "act-as-name" }, name)),
      badge(waiting),
      h("span", { "aria-hidden": "true" }, "▾"),
    );
    this.self.replaceChildren(choose);
  }

  /** Let the reader choose whom to act as. */
  chooseSelf(anchor) {
    const { world } = this.page;
    const seen = new Map();
    for (const guild of world.guilds.values()) {
      for (const member of world.membersOf(guild.id, { bots: false })) {
        seen.set(member.user.id, {
          value: member.user.id,
          label: member.nick ?? member.user.username,
          avatar: member.user,
          description: rolesOf(guild, member),
          badge: badge(world.pingsOf(member.user.id)),
        });
      }
    }
    openPicker({ anchor, label: "Act as", options: [...seen.values()], onChoose: ([userId]) => this.page.become(userId) });
  }
}

export function rolesOf(guild, member) {
  return member.roles.map((id) => guild.roles.get(id)?.name).filter(Boolean).join(", ");
}

function initials(name) {
  return name.split(/\s+/u).map((word) => word[0]).join("").slice(0, 3).toUpperCase();
}
