// Discord's markdown as elements. What is not markdown stays what it is: a text node.

import { h } from "./dom.js";
import { timeElement } from "./timestamps.js";

const INLINE = new RegExp(
  [
    "\\\\(?<escaped>[*_~`|>#\\-\\[\\]()\\\\])",
    "(?<ticks>`{1,2})(?<code>[^`]+?)\\k<ticks>",
    "<@!?(?<user>\\d{15,20})>",
    "<@&(?<role>\\d{15,20})>",
    "<#(?<channel>\\d{15,20})>",
    "</(?<command>[\\w -]{1,100}):\\d{15,20}>",
    "<a?:(?<emoji>\\w{2,32}):\\d{15,20}>",
    "<t:(?<moment>-?\\d{1,12})(?::(?<style>[tTdDfFR]))?>",
    "(?<everyone>@everyone|@here)",
    "\\[(?<label>[^\\]\\n]+)\\]\\(<?(?<target>https?://[^\\s)>]+)>?\\)",
    "<?(?<link>https?://[^\\s<>]+[^\\s<>.,:;\"'\\])])>?",
    "\\*\\*(?<bold>[^]+?)\\*\\*(?!\\*)",
    "__(?<underlined>[^]+?)__(?!_)",
    "~~(?<struck>[^]+?)~~",
    "\\|\\|(?<spoiler>[^]+?)\\|\\|",
    "\\*(?<star>[^*\\s](?:[^*]*?[^*\\s])?)\\*(?!\\*)",
    "\\b_(?<under>[^_]+?)_\\b",
  ].join("|"),
  "gu",
);

/** The elements of a text. `names` looks up who and what is mentioned; see `Names` in world.js. */
export function markdown(text, names) {
  const parts = text.split(/```(?:([\w+-]+)\n)?\n?([^]*?)\n?```/gu);
  const nodes = [];
  for (let at = 0; at < parts.length; at += 3) {
    if (parts[at]) nodes.push(...blocks(at ? parts[at].replace(/^\n/u, "") : parts[at], names));
    if (parts[at + 2] !== undefined) nodes.push(h("pre", { class: "code-block", tabindex: "0" }, h("code", {}, parts[at + 2])));
  }
  return nodes;
}

function blocks(text, names) {
  const nodes = [];
  let open = null;
  for (const line of text.split("\n")) {
    const [kind, content, level] = lineKind(line);
    if (kind !== "text" && kind === open?.kind) {
      open.element.append(kind === "quote" ? h("br") : "", wrapLine(kind, content, names));
      continue;
    }
    const isFirst = nodes.length === 0;
    if (kind === "text") {
      if (!isFirst && open?.kind === "text") nodes.push(h("br"));
      nodes.push(...inline(content, names));
      open = { kind };
      continue;
    }
    const element = startBlock(kind, level);
    element.append(wrapLine(kind, content, names));
    nodes.push(element);
    open = kind === "heading" || kind === "small" ? null : { kind, element };
  }
  return nodes;
}

function lineKind(line) {
  let match = /^(#{1,3}) (.+)$/u.exec(line);
  if (match) return ["heading", match[2], match[1].length];
  match = /^-# (.+)$/u.exec(line);
  if (match) return ["small", match[1]];
  match = /^> ?(.*)$/u.exec(line);
  if (match) return ["quote", match[1]];
  match = /^\s*[-*] (.+)$/u.exec(line);
  if (match) return ["list", match[1]];
  return ["text", line];
}

function startBlock(kind, level) {
  if (kind === "heading") return h("p", { class: `md-heading md-heading-${level}` });
  if (kind === "small") return h("p", { class: "md-small" });
  return kind === "quote" ? h("blockquote") : h("ul", { class: "md-list" });
}

function wrapLine(kind, content, names) {
  const nodes = inline(content, names);
  if (kind === "list") return h("li", {}, ...nodes);
  const holder = document.createDocumentFragment();
  holder.append(...nodes);
  return holder;
}

/** The elements of one line. */
export function inline(text, names) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > at) nodes.push(text.slice(at, match.index));
    nodes.push(element(match, names));
    at = match.index + match[0].length;
  }
  if (at < text.length) nodes.push(text.slice(at));
  return nodes;
}

function element(match, names) {
  const found = match.groups;
  if (found.escaped) return found.escaped;
  if (found.code) return h("code", { class: "code" }, found.code);
  if (found.user) return userMention(found.user, names);
  if (found.role) return h("span", { class: "mention" }, `@${names.role(found.role) ?? "unknown role"}`);
  if (found.channel) return h("span", { class: "mention" }, `#${names.channel(found.channel) ?? "unknown"}`);
  if (found.command) return h("span", { class: "mention" }, `/${found.command}`);
  if (found.emoji) return h("span", { class: "custom-emoji" }, `:${found.emoji}:`);
  if (found.moment) return timeElement(Number(found.moment), found.style);
  if (found.everyone) return h("span", { class: "mention mention-me" }, found.everyone);
  if (found.target) return link(found.target, inline(found.label, names));
  if (found.link) return link(found.link, [names.messageLink(found.link) ?? found.link]);
  return marked(found, names);
}

function marked(found, names) {
  if (found.bold) return h("strong", {}, ...inline(found.bold, names));
  if (found.underlined) return h("u", {}, ...inline(found.underlined, names));
  if (found.struck) return h("s", {}, ...inline(found.struck, names));
  if (found.spoiler) return spoiler(found.spoiler, names);
  return h("em", {}, ...inline(found.star ?? found.under, names));
}

function userMention(id, names) {
  const isMe = id === names.viewerId();
  return h("span", { class: isMe ? "mention mention-me" : "mention", "data-user": id }, `@${names.user(id) ?? "unknown user"}`);
}

function spoiler(text, names) {
  const shown = h("button", { type: "button", class: "spoiler", "aria-label": "Spoiler, press to show", "aria-expanded": "false" });
  shown.append(h("span", { class: "spoiler-text", "aria-hidden": "true" }, ...inline(text, names)));
  shown.addEventListener("click", () => {
    const open = h("span", { class: "spoiler-open" }, ...shown.firstElementChild.childNodes);
    shown.replaceWith(open);
  });
  return shown;
}

function link(target, children) {
  // A message's link leads to it here; everything else to another tab.
  const message = /^https:\/\/discord\.com\/channels\/(?:\d+|@me)\/(\d+)(?:\/(\d+))?$/u.exec(target);
  if (message) {
    return h("a", { class: "link", href: "#", "data-channel": message[1], "data-message": message[2] ?? "" }, ...children);
  }
  return h("a", { class: "link", href: target, target: "_blank", rel: "noopener noreferrer" }, ...children);
}
