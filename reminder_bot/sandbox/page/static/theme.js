// Light or dark: as the system has it, until the reader chooses.

import { button } from "./dom.js";

const KEY = "sandbox-theme";
const system = matchMedia("(prefers-color-scheme: light)");

function isLight() {
  const chosen = localStorage.getItem(KEY);
  return chosen ? chosen === "light" : system.matches;
}

function apply() {
  document.documentElement.dataset.theme = isLight() ? "light" : "dark";
}

/** Apply the theme, and return the button that changes it. */
export function themeButton() {
  const element = button({ class: "icon-button", onclick: change });
  const show = () => {
    apply();
    element.textContent = isLight() ? "☾" : "☀";
    element.setAttribute("aria-label", isLight() ? "Dark theme" : "Light theme");
  };
  function change() {
    localStorage.setItem(KEY, isLight() ? "dark" : "light");
    show();
  }
  system.addEventListener("change", show);
  show();
  return element;
}
