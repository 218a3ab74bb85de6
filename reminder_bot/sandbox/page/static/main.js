// Puts the page together: the line to the sandbox, the world, and the views of it.

import { ChannelMessages } from "./channel_messages.js";
import { Composer } from "./composer.js";
import { Director } from "./director.js";
import { button, h, soon, toast } from "./dom.js";
import { applyEvents } from "./events.js";
import { Feed } from "./feed.js";
import { Members } from "./members.js";
import { MessagesView } from "./messages.js";
import { openModal } from "./modal.js";
import { Sidebar } from "./sidebar.js";
import { StoryBar } from "./story.js";
import { themeButton } from "./theme.js";
import { tick } from "./timestamps.js";
import { unansweredMessage } from "./unanswered.js";
import { World } from "./world.js";

const find = (id) => document.getElementById(id);
const world = new World();
const feed = new Feed({ onEvents: take, onState: showState, actsAs: () => world.viewerId });
const act = (name, values) => feed.act(name, values);
const messages = new ChannelMessages(world, act);

/** What the views share. */
const page = {
  world,
  messages,
  act,
  goTo,
  become,
  openModal: (modal) => openModal(modal, page),
  replyTo: (message) => composer.replyTo(message),
  composerField: () => composer.focusField(),
  elementOf: (message) => view.elements.get(message.id),
  mention,
  tellUnanswered,
};

const view = new MessagesView(find("messages"), page);
messages.view = view;
const composer = new Composer(find("composer"), page);
new Sidebar({ guilds: find("guilds"), channels: find("channels"), self: find("self") }, page);
const members = new Members(find("members"), page);
new StoryBar(find("story"), page);
const membersToggle = button({ class: "icon-button", "aria-label": "Members", "aria-controls": "members", "aria-expanded": "true" }, "👥");
const director = new Director(find("director"), page);
find("tools").append(director.toggle, themeButton(), membersToggle);

function take(events) {
  applyEvents(world, messages, events);
}

async function goTo(channelId, messageId = null) {
  closeSidebar();
  if (channelId !== world.channelId) {
    if (!world.channels.has(channelId)) {
      toast("This channel cannot be seen by the person you act as.");
      return;
    }
    world.open(channelId);
    await loading;
  }
  if (messageId) view.show(messageId);
}

async function become(userId) {
  try {
    await act("become", { user_id: userId });
  } catch (error) {
    toast(error.message);
  }
}

function mention(userId) {
  const field = composer.field;
  field.setRangeText(`<@${userId}> `, field.selectionStart, field.selectionEnd, "end");
  field.focus();
}

function tellUnanswered({ name, message_id: messageId, channel_id: channelId }) {
  const command = name && world.commands.find((one) => one.name === name.split(" ")[0]);
  const applicationId = command?.application_id ?? messages.find(messageId)?.author.id ?? "0";
  if (!channelId || channelId === world.channelId) messages.add(unansweredMessage(world, { applicationId, commandName: name }));
}

// What is open

let loading = Promise.resolve();

function openPlace() {
  const name = world.channelName(world.channel);
  const isDirect = !world.channel?.guild_id;
  find("place").replaceChildren(h("span", { class: "mark", "aria-hidden": "true" }, isDirect ? "@" : "#"), name);
  document.title = `${isDirect ? "@" : "#"}${name} · Sandbox`;
  composer.show();
  loading = messages.load().catch((error) => toast(error.message));
}

world.on("place", openPlace);
world.on("welcome", () => {
  find("app").hidden = false;
  if (world.viewerId) loading = messages.load().catch((error) => toast(error.message));
});
world.on("viewer", () => {
  composer.show();
  view.seenByAnother();
});
world.on("permissions", () => composer.showAllowed());
for (const topic of ["members", "channels"]) world.on(topic, () => soon("names", () => showNames()));

function showNames() {
  for (const element of document.querySelectorAll(".mention[data-user]")) {
    element.textContent = `@${world.nameOf(element.dataset.user) ?? "unknown user"}`;
  }
}

// The line

const STATES = {
  lost: "The connection to the sandbox was lost. Trying again…",
  ended: "The sandbox has ended. Start it again, and open the address that it prints.",
};

function showState(state) {
  const banner = find("banner");
  banner.hidden = state === "open";
  banner.textContent = STATES[state] ?? "";
  document.body.dataset.line = state;
}

// Narrow windows

const sidebarToggle = find("sidebar-toggle");
sidebarToggle.addEventListener("click", () => setSidebar(!document.body.classList.contains("sidebar-open")));

function setSidebar(isOpen) {
  document.body.classList.toggle("sidebar-open", isOpen);
  sidebarToggle.setAttribute("aria-expanded", String(isOpen));
}

function closeSidebar() {
  setSidebar(false);
}

membersToggle.addEventListener("click", () => {
  const isShown = getComputedStyle(members.root).display !== "none";
  document.body.classList.toggle("members-hidden", isShown);
  document.body.classList.toggle("members-shown", !isShown);
  membersToggle.setAttribute("aria-expanded", String(!isShown));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-channel]");
  if (link) {
    event.preventDefault();
    goTo(link.dataset.channel, link.dataset.message || null);
  }
  if (event.target === document.querySelector(".main") || event.target.closest(".scroller")) closeSidebar();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeSidebar();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) world.markRead();
});

setInterval(tick, 1000);
feed.open();
