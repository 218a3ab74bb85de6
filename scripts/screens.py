"""Pictures of what the commands show: one event from its form to its tally, at a phone's width."""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page, ViewportSize, expect

from utils.time import SystemClock

WIDE: ViewportSize = {"width": 1200, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 1500}
SLOW_MS = 60_000
SKIP_MS = 2500
MOST_SKIPS = 8
TITLE = "Cinema night"
WRITTEN = {
    "Title": TITLE,
    "What and where": "The Grand, screen 2. We meet in the foyer at half past seven.",
    "Interval": "1d",
}
COMING = ("Jonas", "Priya", "Tomás", "Aiko")
ON_MAYBE = ("Lena", "Kofi")
NOT_COMING = ("Ingrid",)
LATER = {
    "reminder-silent": "Your answer is missing",
    "reminder-decide": "Please decide",
    "reminder-before": "It begins soon",
    "tally": "Answers are closed",
}


class Screens:
    """A page on which the story is over, and the folder in which its pictures are kept."""

    def __init__(self, page: Page, folder: Path) -> None:
        self._page = page
        self._folder = folder

    def take(self) -> None:
        """Take all of them."""
        self._page.set_viewport_size(WIDE)
        self._page.locator("#channels").get_by_text("general").click()
        self._act_as("Mara")
        self._post()
        self._answer()
        self._ask()
        self._let_time_pass()

    def _post(self) -> None:
        self._command("event create")
        form = self._page.get_by_role("dialog")
        start = SystemClock().now() + timedelta(days=3)
        for label, text in {**WRITTEN, "Begins": f"{start:%-d %B} 20:00"}.items():
            form.get_by_label(label).fill(text)
        self._shoot(form, "event-form")
        form.get_by_role("button", name="Submit").click()
        draft = self._message("Where reminders go")
        draft.get_by_role("button", name="Final tally").click()
        draft.get_by_role("button", name="No final tally").wait_for()
        self._shoot(draft, "event-draft")
        draft.get_by_role("button", name="Post").click()

    def _answer(self) -> None:
        post = self._message("React below to answer")
        expect(post.locator(".reaction")).to_have_count(3, timeout=SLOW_MS)
        for emoji, names in {"✅": COMING, "❓": ON_MAYBE, "❌": NOT_COMING}.items():
            for name in names:
                self._act_as(name)
                post.locator(f'.reaction[data-emoji="{emoji}"]').click()
        self._act_as("Mara")
        self._shoot(post, "event-post")

    def _ask(self) -> None:
        for command, picture, wanted in (
            ("event preview", "event-preview", "Would be pinged now"),
            ("status", "status", "Missing:"),
        ):
            self._command(command, TITLE)
            answer = self._message("Only you can see this")
            answer.get_by_text(wanted).wait_for()
            self._shoot(answer, picture)

    def _let_time_pass(self) -> None:
        panel = self._page.get_by_role("button", name="Director's panel")
        for picture, text in LATER.items():
            found = self._page.locator(".message", has_text=text)
            panel.click()
            for _ in range(MOST_SKIPS):
                if found.count():
                    break
                self._page.get_by_role("button", name="Skip to the next due time").click()
                self._page.wait_for_timeout(SKIP_MS)
            panel.click()
            self._shoot(found.last, picture)

    def _message(self, text: str) -> Locator:
        return self._page.locator(".message", has_text=text).last

    def _command(self, name: str, event: str | None = None) -> None:
        self._page.locator("#composer-text").press_sequentially(f"/{name}")
        self._page.keyboard.press("Enter")
        if event is not None:
            box = self._page.locator(".option-field").first
            box.locator("input").fill(event)
            box.locator("[role=option]", has_text=event).first.click()
        self._page.get_by_role("button", name="Run", exact=True).click()

    def _act_as(self, name: str) -> None:
        self._page.locator(".act-as").click()
        self._page.get_by_role("combobox", name="Act as").fill(name)
        self._page.keyboard.press("Enter")
        expect(self._page.locator(".act-as-name")).to_have_text(name)

    def _shoot(self, shown: Locator, name: str) -> None:
        self._page.set_viewport_size(PHONE)
        shown.scroll_into_view_if_needed()
        shown.screenshot(path=self._folder / f"{name}.png")
        self._page.set_viewport_size(WIDE)
