"""Pictures of a server's settings at a phone's width: the set-up, the list, and settings with what changes them."""

from playwright.sync_api import Locator

from scripts.screens import WIDE, Screens

ORGANISER = "Mara"
LOG_CHANNEL = "general"


class SettingScreens(Screens):
    """A page on which the story is over, in a server where nothing was chosen yet."""

    def take(self) -> None:
        """Take all of them."""
        self._act_as(ORGANISER)
        # The story's first command was answered with the offer as well.
        self._page.set_viewport_size(WIDE)
        self._shoot(self._message("Set up this server?"), "setup-offer")
        self._page.locator("#channels").get_by_text("general").click()
        self._set_up()
        self._change()
        self._in_french()

    def _set_up(self) -> None:
        self._command("settings setup")
        step = self._message("Step 1 of 3")
        self._write(step, "Time zone: Change", "Paris")
        step.get_by_text("Europe/Paris").wait_for()
        self._shoot(step, "setup-1")
        step.get_by_role("button", name="Next").click()
        step = self._message("Step 2 of 3")
        step.get_by_role("button", name="Quiet hours: Change").click()
        form = self._page.get_by_role("dialog")
        form.get_by_role("textbox").fill("22:00-07:00")
        self._shoot(form, "quiet-hours")
        form.get_by_role("button", name="Submit").click()
        step.get_by_text("22:00–07:00").wait_for()
        self._shoot(step, "setup-2")
        step.get_by_role("button", name="Next").click()
        step = self._message("Step 3 of 3")
        self._choose(step, "Choose a channel or thread", LOG_CHANNEL)
        step.locator(".embed").get_by_text(LOG_CHANNEL).wait_for()
        self._shoot(step, "setup-3")
        step.get_by_role("button", name="Done").click()
        self._message("Your set-up").wait_for()

    def _change(self) -> None:
        self._command("settings show")
        shown = self._message("Choose a setting to change")
        self._shoot(shown, "settings")
        self._choose(shown, "Choose a setting to change", "Unanswered reminders")
        shown = self._message("After how many")
        self._choose(shown, "I never stop", "after 3 reminders")
        shown = self._message("After how many")
        shown.get_by_text("after 3 reminders").first.wait_for()
        self._shoot(shown, "escalation")
        shown.get_by_role("button", name="All settings").click()
        shown = self._message("Choose a setting to change")
        self._choose(shown, "Choose a setting to change", "Log channel")
        shown = self._message("Where I tell organisers")
        shown.get_by_role("button", name="Reset").wait_for()
        self._shoot(shown, "log-channel")

    def _in_french(self) -> None:
        panel = self._page.get_by_role("button", name="Director's panel")
        panel.click()
        self._page.get_by_label("Your Discord").select_option("Français")
        panel.click()
        self._command("paramètres afficher")
        self._shoot(self._message("Choisir un paramètre à changer"), "settings-fr")

    def _write(self, shown: Locator, button: str, text: str) -> None:
        shown.get_by_role("button", name=button).click()
        form = self._page.get_by_role("dialog")
        form.get_by_role("textbox").fill(text)
        form.get_by_role("button", name="Submit").click()

    def _choose(self, shown: Locator, select: str, option: str) -> None:
        shown.locator(".select", has_text=select).click()
        self._page.locator("[role=option]", has_text=option).first.click()
