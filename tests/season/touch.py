"""What all hands of a season have: the plan, the stage, the bot, and how something is done and noted."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reminder_bot.sandbox.replies import InteractionReply
from tests.season.driver import PATIENCE_SECONDS, Driver
from tests.season.facts import Topic
from tests.season.plan import Act, Plan
from tests.season.stage import Stage

MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin"),
}


@dataclass
class Touch:
    """Reaches into Discord; ``chosen`` are the guilds' settings, ``muted`` where an event may be taken up again."""

    plan: Plan
    stage: Stage
    driver: Driver
    chosen: dict[int, dict[Topic, Any]] = field(default_factory=dict)
    muted: dict[tuple[int, int], InteractionReply] = field(default_factory=dict)

    def note(self, topic: Topic, *about: int, value: Any) -> None:
        """Tell the story that something is so from now on."""
        self.driver.story.note(self.driver.now, topic, *about, value=value)

    def value(self, topic: Topic, *about: int) -> Any:
        """Return what is so now."""
        return self.driver.story.value(self.driver.now, topic, *about)

    def who(self, act: Act) -> int:
        """Return who does something."""
        return self.stage.people[number(act.who)]

    def running(self, act: Act) -> int | None:
        """Return the event of an act, None before it was made and after its end."""
        event_id = self.stage.events.get(number(act.event))
        return event_id if event_id and self.driver.story.schedule(event_id, self.driver.now) else None

    async def command(self, guild: int, name: str, by: int | None = None, **options: Any) -> InteractionReply:
        """Run a slash command in a guild's channel, as its organiser or somebody else."""
        staged, director = self.stage.guilds[guild], self.driver.scene.sandbox.director
        caller = staged.organiser_id if by is None else by
        return await director.command(caller, staged.channel_id, name, options, timeout=PATIENCE_SECONDS)

    async def press(self, who: int, target: InteractionReply | int, button: str) -> InteractionReply:
        """Press a button."""
        return await self.driver.scene.sandbox.director.click(who, target, button, timeout=PATIENCE_SECONDS)

    async def choose(self, who: int, reply: InteractionReply, select: str, *values: str) -> InteractionReply:
        """Choose from a select."""
        director = self.driver.scene.sandbox.director
        return await director.select(who, reply, select, list(values), timeout=PATIENCE_SECONDS)

    async def fill_in(self, who: int, form: InteractionReply, texts: dict[str, str]) -> InteractionReply:
        """Fill in a form."""
        values: dict[str, str | list[str]] = {**texts}
        director = self.driver.scene.sandbox.director
        return await director.submit_modal(who, form, values, timeout=PATIENCE_SECONDS)


def number(value: int | None) -> int:
    """Return what an act must name."""
    assert value is not None
    return value


def written(at: datetime, zone: str, language: str) -> str:
    """Write a moment as people type it, by the clocks of a zone."""
    wall = at.astimezone(ZoneInfo(zone))
    day = f"{wall.day} {MONTHS[language][wall.month - 1]} {wall.year}"
    return f"{day} {wall:%H:%M}" if language == "en" else f"{day} à {wall:%Hh%M}"
