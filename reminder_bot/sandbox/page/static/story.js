// The story, as it is told: its last line, the ones before, and a button to see it again.

import { button, h, soon, toast } from "./dom.js";

const TITLES = {
  waiting: "The story begins soon",
  playing: "The story is playing",
  right: "The story came out right",
  wrong: "The story did not come out right",
  stopped: "The story was stopped",
};

export class StoryBar {
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.line = h("p", { class: "story-line", "aria-live": "polite" });
    this.title = h("h2", { class: "story-title" });
    this.lines = h("ol", { class: "story-lines" });
    this.before = h("details", { class: "story-before" }, h("summary", {}, "All that was told"), this.lines);
    this.play = button({ class: "button primary", onclick: () => this.#play() }, "Play the story");
    root.append(h("div", { class: "story-now" }, h("div", { class: "story-text" }, this.title, this.line), this.play), this.before);
    for (const topic of ["welcome", "story"]) page.world.on(topic, () => soon("story", () => this.draw()));
  }

  draw() {
    const { story } = this.page.world.stage;
    this.root.hidden = !story;
    if (!story) return;
    this.root.dataset.state = story.state;
    this.title.textContent = TITLES[story.state] ?? "";
    this.line.textContent = story.lines.at(-1) ?? "";
    this.play.disabled = story.state === "playing";
    this.play.textContent = story.lines.length ? "Play it again" : "Play the story";
    this.before.hidden = story.lines.length < 2;
    const items = story.lines.map((line) => h("li", {}, line));
    this.lines.replaceChildren(...items);
  }

  async #play() {
    try {
      await this.page.act("play_story");
    } catch (error) {
      toast(error.message);
    }
  }
}
