// The right side: who is here, by role and presence; a badge on everybody who was pinged.

import { avatar, badge } from "./avatar.js";
import { use } from "./components.js";
import { button, h, soon, toast } from "./dom.js";
import { openMenu } from "./menu.js";
import { rolesOf } from "./sidebar.js";
import { absolute } from "./timestamps.js";

const USER_MENU = 2;
const collator = new Intl.Collator("en", { numeric: true });

export class Members {
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.rows = new Map();
    for (const topic of ["welcome", "place", "members", "viewer"]) {
      page.world.on(topic, () => soon("members", () => this.draw()));
    }
    page.world.on("pings", (userId) => soon(`badge ${userId}`, () => this.#drawBadge(userId)));
    root.addEventListener("contextmenu", (event) => {
      const row = event.target.closest("[data-user]");
      if (!row) return;
      event.preventDefault();
      this.openCard(row.dataset.user, row);
    });
  }

  draw() {
    const focus = document.activeElement?.closest?.("#members [data-user]")?.dataset.user;
    const groups = this.#groups();
    const known = this.rows;
    this.rows = new Map();
    this.root.replaceChildren(
      ...groups.flatMap(([name, members]) => [
        h("h2", { class: "side-title" }, `${name} — ${members.length}`),
        h("ul", { class: "member-list" }, members.map((member) => this.#row(member, known))),
      ]),
    );
    if (focus) this.root.querySelector(`[data-user="${focus}"]`)?.focus();
  }

  #groups() {
    const { world } = this.page;
    const { guild } = world;
    if (!guild) return this.#directGroup();
    const groups = new Map();
    const roles = [...guild.roles.values()].filter((role) => role.id !== guild.id).sort((one, other) => other.position - one.position);
    for (const role of roles) groups.set(role.name, []);
    groups.set("Online", []);
    groups.set("Offline", []);
    for (const member of guild.members.values()) {
      const role = this.#isOnline(member.user) ? roles.find((one) => member.roles.includes(one.id))?.name ?? "Online" : "Offline";
      groups.get(role).push(member);
    }
    return [...groups].filter(([, members]) => members.length).map(([name, members]) => [name, members.sort(byName)]);
  }

  #directGroup() {
    const { world } = this.page;
    const people = world.channel?.recipient_ids?.map((userId) => ({ user: world.users.get(userId), roles: [] })) ?? [];
    return people.length ? [["Members", people]] : [];
  }

  #isOnline(user) {
    return !user.bot || this.page.world.online.has(user.id);
  }

  #row(member, known) {
    const { world } = this.page;
    const { user } = member;
    const name = member.nick ?? user.username;
    const isOnline = this.#isOnline(user);
    const isMe = user.id === world.viewerId;
    // What a row shows; a row that shows the same is used again.
    const key = [name, isOnline, isMe].join("\n");
    const old = known.get(user.id);
    const row = old?.key === key ? old.row : this.#newRow({ user, name, isOnline, isMe });
    this.rows.set(user.id, { key, row });
    this.#drawBadge(user.id);
    return row;
  }

  #drawBadge(userId) {
    const member = this.rows.get(userId)?.row.firstElementChild;
    const known = member?.querySelector(".badge");
    const wanted = badge(this.page.world.pingsOf(userId));
    if (known && wanted) known.replaceWith(wanted);
    else if (known) known.remove();
    else if (wanted) member?.append(wanted);
  }

  #newRow({ user, name, isOnline, isMe }) {
    const element = button(
      { class: isOnline ? "member" : "member away", "data-user": user.id, "aria-haspopup": "menu", onclick: () => this.openCard(user.id, element) },
      avatar(user.id, name, { presence: isOnline }),
      h("span", { class: "member-name" }, name),
      user.bot ? h("span", { class: "tag" }, "APP") : null,
      isMe ? h("span", { class: "tag you" }, "you") : null,
      isOnline ? null : h("span", { class: "unseen" }, "offline"),
    );
    return h("li", {}, element);
  }

  /** Show who somebody is, and what can be done with them. */
  openCard(userId, anchor) {
    const { world } = this.page;
    const user = world.users.get(userId);
    const member = world.guild?.members.get(userId);
    if (!user) return;
    const name = world.nameOf(userId);
    const top = h(
      "div",
      { class: "card" },
      avatar(userId, name, { size: "large", presence: this.#isOnline(user) }),
      h("p", { class: "card-name" }, name, user.bot ? h("span", { class: "tag" }, "APP") : null),
      member?.nick ? h("p", { class: "hint" }, user.username) : null,
      member && rolesOf(world.guild, member) ? h("p", { class: "hint" }, rolesOf(world.guild, member)) : null,
      member ? h("p", { class: "hint" }, `Here since ${absolute(Date.parse(member.joined_at) / 1000, "D")}`) : null,
    );
    openMenu({ label: name, items: this.#items(user, name, member), anchor, top });
  }

  #items(user, name, member) {
    const { page } = this;
    const { world } = page;
    const items = [];
    if (!user.bot && user.id !== world.viewerId) items.push({ label: `Act as ${name}`, run: () => page.become(user.id) });
    if (user.id !== world.viewerId) items.push({ label: "Message", run: () => this.#write(user.id) });
    items.push({ label: "Mention", run: () => page.mention(user.id) });
    for (const app of member ? world.usableCommands(USER_MENU) : []) {
      items.push({
        label: `Apps › ${app.name}`,
        run: () => use(null, page, "member_menu", { channel_id: world.channelId, user_id: user.id, name: app.key }),
      });
    }
    items.push({ label: "Copy user id", run: () => navigator.clipboard?.writeText(user.id).catch(() => toast("The browser did not let the page copy it.")) });
    return items;
  }

  async #write(userId) {
    try {
      const { channel } = await this.page.act("open_direct", { user_id: userId });
      this.page.world.channels.set(channel.id, channel);
      this.page.goTo(channel.id);
    } catch (error) {
      toast(error.message);
    }
  }
}

function byName(one, other) {
  return collator.compare(one.nick ?? one.user.username, other.nick ?? other.user.username);
}
