"""The passing of a season: the calendar is skipped from one thing to the next, and the bot does what falls due."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from reminder_bot.sandbox.clock import SandboxClock
from tests.integration.event_scenario import HeardClock
from tests.integration.scene import Scene
from tests.season.facts import Story

PATIENCE_SECONDS = 20.0
LOOK_SECONDS = 0.2
"""After people did something, the bot looks at who is missing: `bot.SETTLE_SECONDS` later, and that takes a moment."""

DUE = """
    SELECT min(next_reminder_at) FROM event WHERE state = 'active' AND next_reminder_at IS NOT NULL
    UNION ALL SELECT min(due_at) FROM plan_entry
    UNION ALL SELECT min(due_at) FROM held_reminder WHERE gathered_id IS NULL AND outcome = 'pending'
"""
PENDING = """
    SELECT '' FROM reminder_log WHERE status = 'pending'
    UNION ALL SELECT '' FROM gathered_message WHERE status = 'pending'
"""
UNDONE = f"{PENDING} UNION ALL {DUE}"
"""One statement, so that it sees one moment: what waited may be claimed, or wait again, from one to the next."""


class SeasonStuckError(Exception):
    """The bot does not do what is due, or does not answer."""


@dataclass
class Driver:
    """Moves the calendar on, and starts and ends the bot; ``story`` is told of its outages."""

    scene: Scene
    clock: HeardClock
    story: Story
    steps: int = 0
    waited: dict[str, float] = field(default_factory=dict)
    _starts: int = 0

    @property
    def now(self) -> datetime:
        """The calendar's moment."""
        return datetime.fromtimestamp(self.clock.now(), UTC)

    async def go_to(self, goal: datetime) -> None:
        """Go to a moment by way of all that falls due before."""
        while self.now < goal:
            await self.skip(min(goal, self.next_due() or goal))

    async def skip(self, to: datetime) -> None:
        """Skip to a moment, and wait until the bot has done what was due then."""
        self.steps += 1
        self.clock.skip_to(to.timestamp())
        await self.until(lambda: self.clock.heard == self.clock.version, "hearing of the step")
        await self.until(self.is_done, "doing what was due")

    def next_due(self) -> datetime | None:
        """Return when the next thing falls due that the bot knows of."""
        found = [datetime.fromisoformat(row[0]) for row in self.rows(DUE) if row[0]]
        return min(found, default=None)

    def is_done(self) -> bool:
        """Whether the bot has nothing to do at the moment."""
        found = [row[0] for row in self.rows(UNDONE)]
        return "" not in found and all(each is None or self._is_later(each) for each in found)

    def _is_later(self, text: str) -> bool:
        return datetime.fromisoformat(text) > self.now

    def rows(self, query: str, *values: object) -> list[tuple[str | None]]:
        """Read the bot's file."""
        try:
            with closing(sqlite3.connect(f"file:{self.scene.database}?mode=ro", uri=True)) as connection:
                return connection.execute(query, values).fetchall()
        except sqlite3.OperationalError:
            # Being made, or busy: something is to be done, and it is looked at again.
            return [("",)]

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for something.

        Raises:
            SeasonStuckError: it does not happen.
        """
        began = time.monotonic()
        while not condition():
            if time.monotonic() - began > PATIENCE_SECONDS:
                raise SeasonStuckError(f"{self.now:%d %b %H:%M}: {what} did not happen\n{self.scene.log()}")
            await asyncio.sleep(0.02)
        self.waited[what] = self.waited.get(what, 0.0) + time.monotonic() - began

    async def timed(self, what: str, doing: Awaitable[None]) -> None:
        """Do something, and note how long it took."""
        began = time.monotonic()
        await doing
        self.waited[what] = self.waited.get(what, 0.0) + time.monotonic() - began

    async def look(self) -> None:
        """Give the bot the time to look at what people have just done, and wait until nothing is due."""
        await asyncio.sleep(LOOK_SECONDS)
        await self.until(self.is_done, "doing what was due")

    # The bot

    async def start(self) -> None:
        """Start the bot for the first time."""
        await self.scene.start()
        await self._ready()

    async def kill(self) -> None:
        """Kill it, and start it again at once."""
        since = self.now
        await self.scene.kill()
        await self.start_again(since)

    async def kill_in_send(self) -> None:
        """Go to the next thing that falls due, and kill the bot while it is doing it."""
        record = self.scene.sandbox.record
        count, due = len(record.posts), self.next_due()
        if due is None:
            return await self.kill()
        self.clock.skip_to(due.timestamp())
        with suppress(TimeoutError):
            await record.wait_until(lambda: len(record.posts) > count, timeout=1.5)
        return await self.kill()

    async def stop(self) -> None:
        """Stop it in order, and start it again."""
        since = self.now
        await self.scene.bot.stop()
        await self.start_again(since)

    async def outage(self, until: datetime) -> None:
        """Kill it, and start it again hours later."""
        since = self.now
        await self.scene.kill()
        self.clock.skip_to(until.timestamp())
        await self.start_again(since)

    async def start_again(self, since: datetime) -> None:
        """Start the bot, and note how long it was away; what was due meanwhile it does at once."""
        self.story.outages.append((since, self.now))
        await self.scene.restart()
        await self._ready()
        await self.until(self.is_done, "catching up")

    async def _ready(self) -> None:
        self._starts += 1
        log = self.scene.folder / "bot.log"
        await self.until(
            lambda: log.read_text(encoding="utf-8").count("ready servers=") >= self._starts, "getting ready"
        )


assert issubclass(HeardClock, SandboxClock)
