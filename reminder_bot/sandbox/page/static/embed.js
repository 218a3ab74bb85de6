// An embed: a card with a coloured edge.

import { h } from "./dom.js";
import { inline, markdown } from "./markdown.js";
import { calendar } from "./timestamps.js";

export function embedElement(embed, names) {
  const card = h("div", { class: "embed" });
  card.style.setProperty("--edge", embed.color ? `#${embed.color.toString(16).padStart(6, "0")}` : "var(--line)");
  if (embed.author?.name) card.append(h("p", { class: "embed-author" }, embed.author.name));
  if (embed.title) card.append(h("p", { class: "embed-title" }, ...title(embed, names)));
  if (embed.description) card.append(h("div", { class: "embed-text" }, ...markdown(embed.description, names)));
  if (embed.fields?.length) card.append(h("dl", { class: "embed-fields" }, embed.fields.map((field) => fieldElement(field, names))));
  const footer = [embed.footer?.text, embed.timestamp && calendar(Date.parse(embed.timestamp) / 1000)].filter(Boolean);
  if (footer.length) card.append(h("p", { class: "embed-footer" }, footer.join(" • ")));
  return card;
}

function title(embed, names) {
  if (!embed.url) return inline(embed.title, names);
  const place = /^https:\/\/discord\.com\/channels\/(?:\d+|@me)\/(\d+)(?:\/(\d+))?$/u.exec(embed.url);
  const target = place
    ? { href: "#", "data-channel": place[1], "data-message": place[2] ?? "" }
    : { href: embed.url, target: "_blank", rel: "noopener noreferrer" };
  return [h("a", { class: "link", ...target }, embed.title)];
}

function fieldElement(field, names) {
  return h(
    "div",
    { class: field.inline ? "embed-field inline" : "embed-field" },
    h("dt", {}, ...inline(field.name, names)),
    h("dd", {}, ...markdown(field.value, names)),
  );
}
