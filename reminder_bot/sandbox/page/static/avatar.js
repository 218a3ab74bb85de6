// A person as a coloured circle with a letter, and the dot that says who is there.

import { h } from "./dom.js";

const COLOURS = 8;

export function avatar(userId, name, { size = "", presence = null } = {}) {
  // People made in one moment differ in the last bits only.
  const id = BigInt(userId ?? 0);
  const colour = Number((id >> 22n) + (id & 0xfffn)) % COLOURS;
  const letter = [...(name ?? "?")][0]?.toUpperCase() ?? "?";
  return h(
    "span",
    { class: `avatar avatar-${colour} ${size}`, "aria-hidden": "true" },
    letter,
    presence === null ? null : h("span", { class: presence ? "dot dot-on" : "dot dot-off" }),
  );
}

export function badge(count) {
  return count ? h("span", { class: "badge" }, String(count), h("span", { class: "unseen" }, " pings")) : null;
}
