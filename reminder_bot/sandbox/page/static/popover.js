// What opens beside something and closes when one turns away from it.

const MARGIN = 8;

/** Open an element beside its anchor, or at a point; the focus goes back when it closes. */
export function openPopover(element, { anchor = null, point = null, onClose = null }) {
  const before = document.activeElement;
  element.setAttribute("popover", "auto");
  element.classList.add("popover");
  document.body.append(element);
  element.showPopover();
  place(element, anchor?.getBoundingClientRect() ?? { left: point.x, right: point.x, top: point.y, bottom: point.y });
  element.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    const hadFocus = element.contains(document.activeElement) || document.activeElement === document.body;
    element.remove();
    if (hadFocus && before?.isConnected) before.focus({ preventScroll: true });
    onClose?.();
  });
  return () => element.isConnected && element.matches(":popover-open") && element.hidePopover();
}

function place(element, around) {
  const box = element.getBoundingClientRect();
  const fitsBelow = around.bottom + MARGIN + box.height <= innerHeight;
  const top = fitsBelow ? around.bottom + 4 : Math.max(MARGIN, around.top - box.height - 4);
  const left = Math.min(Math.max(MARGIN, around.left), innerWidth - box.width - MARGIN);
  element.style.setProperty("--left", `${Math.max(MARGIN, left)}px`);
  element.style.setProperty("--top", `${top}px`);
}
