// Menus: of a message, of a member.

import { button, h } from "./dom.js";
import { openPopover } from "./popover.js";

/** Open a menu of {label, run, isDangerous} and, between them, null for a line; `top` stands above it. */
export function openMenu({ label, items, anchor = null, point = null, top = null }) {
  const list = h("div", { class: "menu-items", role: "menu", "aria-label": label });
  const element = h("div", { class: "menu" }, top, list);
  for (const item of items) {
    if (item === null) {
      list.append(h("div", { class: "menu-line", role: "separator" }));
      continue;
    }
    list.append(
      button(
        { class: item.isDangerous ? "menu-item danger" : "menu-item", role: "menuitem", tabindex: "-1", onclick: () => choose(item) },
        item.label,
      ),
    );
  }
  const close = openPopover(element, { anchor, point });
  const rows = [...list.querySelectorAll("[role=menuitem]")];
  list.addEventListener("keydown", (event) => {
    const at = rows.indexOf(document.activeElement);
    const moves = { ArrowDown: (at + 1) % rows.length, ArrowUp: (at - 1 + rows.length) % rows.length, Home: 0, End: rows.length - 1 };
    if (!(event.key in moves)) return;
    event.preventDefault();
    rows[moves[event.key]].focus();
  });
  rows[0]?.focus();

  function choose(item) {
    close();
    item.run();
  }
}
