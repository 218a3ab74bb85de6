// Moments as Discord shows them: `<t:…:R>` and its kin, which tick.

import { h } from "./dom.js";
import { now } from "./clock.js";

const STEPS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];
/** From here on a moment counts as the next larger unit: 60 minutes are an hour. */
const ALMOST = 0.99;
const relativeFormat = new Intl.RelativeTimeFormat("en", { numeric: "always" });

const FORMATS = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};

export function relative(seconds) {
  const distance = seconds - now();
  const [unit, size] = STEPS.find(([, step]) => Math.abs(distance) >= step * ALMOST) ?? STEPS.at(-1);
  return relativeFormat.format(Math.round(distance / size), unit);
}

export function absolute(seconds, style) {
  return new Intl.DateTimeFormat("en-GB", FORMATS[style] ?? FORMATS.f).format(new Date(seconds * 1000));
}

/** "Today at 20:30", or the day. */
export function calendar(seconds) {
  const date = new Date(seconds * 1000);
  const today = new Date(now() * 1000);
  const days = Math.round((startOfDay(date) - startOfDay(today)) / 86_400_000);
  const time = absolute(seconds, "t");
  if (days === 0) return `Today at ${time}`;
  if (days === -1) return `Yesterday at ${time}`;
  return `${absolute(seconds, "d")} ${time}`;
}

function startOfDay(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate());
}

/** The element for a moment in a text; `R` ticks. */
export function timeElement(seconds, style = "f") {
  const element = h("time", {
    class: "moment",
    datetime: new Date(seconds * 1000).toISOString(),
    title: absolute(seconds, "F"),
  });
  if (style === "R") element.dataset.relative = seconds;
  element.textContent = style === "R" ? relative(seconds) : absolute(seconds, style);
  return element;
}

/** Let every relative moment on the page go on. */
export function tick() {
  for (const element of document.querySelectorAll("[data-relative]")) {
    const text = relative(Number(element.dataset.relative));
    if (element.textContent !== text) element.textContent = text;
  }
}
