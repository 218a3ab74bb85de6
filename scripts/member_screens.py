"""Pictures of what members see and choose at a phone's width, and of what `/doctor` finds."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from scripts.screens import MOST_SKIPS, SKIP_MS, SLOW_MS, Screens
from utils.time import SystemClock

ORGANISER, MEMBER = "Mara", "Priya"
EVENTS = ("Cinema night", "Board games", "Spring cleaning")
QUIET_HOURS = 3
"""From this hour on: more than one interval of the events, so that all of them wait."""


class MemberScreens(Screens):
    """A page on which the story is over, in a server where nothing was chosen yet."""

    def take(self) -> None:
        """Take all of them."""
        self._page.locator("#channels").get_by_text("general").click()
        self._act_as(ORGANISER)
        for title in EVENTS:
            self._post_event(title)
        self._be_quiet()
        self._gather()
        self._choose_for_oneself()
        self._look_for_trouble()

    def _post_event(self, title: str) -> None:
        self._command("event create")
        form = self._page.get_by_role("dialog")
        start = SystemClock().now() + timedelta(days=3)
        for label, text in {"Title": title, "Begins": f"{start:%-d %B} 20:00", "Interval": "1h"}.items():
            form.get_by_label(label).fill(text)
        form.get_by_role("button", name="Submit").click()
        draft = self._message("Where reminders go")
        draft.get_by_role("button", name="Post").click()
        post = self._message("React below to answer")
        expect(post).to_contain_text(title)
        expect(post.locator(".reaction")).to_have_count(3, timeout=SLOW_MS)

    def _be_quiet(self) -> None:
        self._command("settings show")
        shown = self._message("Choose a setting to change")
        shown.locator(".select").click()
        self._page.locator("[role=option]", has_text=re.compile("^Quiet hours")).click()
        shown = self._message("When I ping nobody")
        shown.get_by_role("button", name="Change").click()
        now = SystemClock().now()
        form = self._page.get_by_role("dialog")
        form.get_by_role("textbox").fill(f"{now:%H}:00-{now + timedelta(hours=QUIET_HOURS):%H}:00")
        form.get_by_role("button", name="Submit").click()
        shown.get_by_role("button", name="Reset").wait_for()

    def _gather(self) -> None:
        gathered = self._page.locator(".message", has_text="Answers wanted")
        panel = self._page.get_by_role("button", name="Director's panel")
        panel.click()
        for _ in range(MOST_SKIPS * len(EVENTS)):
            if gathered.count():
                break
            self._page.get_by_role("button", name="Skip to the next due time").click()
            self._page.wait_for_timeout(SKIP_MS)
        panel.click()
        self._shoot(gathered.last, "gathered")

    def _choose_for_oneself(self) -> None:
        self._act_as(MEMBER)
        self._command("my reminders")
        shown = self._message("All of this is for you alone")
        shown.get_by_text("In the channel").first.wait_for()
        self._shoot(shown, "my-reminders")

    def _look_for_trouble(self) -> None:
        self._act_as(ORGANISER)
        panel = self._page.get_by_role("button", name="Director's panel")
        panel.click()
        self._page.get_by_label("Embed Links").uncheck()
        panel.click()
        self._command("doctor")
        shown = self._message("Looked at")
        shown.wait_for()
        self._shoot(shown, "doctor")
