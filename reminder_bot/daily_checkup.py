"""The daily look at each guild that has a log channel: what `/doctor` would find is told there, once.

What was found last is kept for each guild, so that a restart does not repeat it, and what comes back is told again.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import discord

from persistence import told
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot.checkup import CheckReport
from reminder_bot.doctor_findings import BlockedEvent, Finding, PausedForAge, UpkeepFailing
from reminder_bot.doctor_text import finding_text
from reminder_bot.notices import DiscordNotices
from reminder_bot.settings_book import SettingsBook
from utils.errors import DiscordError, StorageError
from utils.nonces import nonce_of
from utils.time import Clock

log = logging.getLogger(__name__)

AFTER_START = timedelta(minutes=10)
"""By then the bot has caught up with Discord, and the members are known."""

EVERY = timedelta(days=1)
SIGN = "🩺"
TOPIC = "doctor"
TOLD_OTHERWISE = (BlockedEvent, PausedForAge, UpkeepFailing)
"""What organisers have a notice of the moment it happens."""


class Looks(Protocol):
    """Finds what is wrong."""

    async def look(self, guild: discord.Guild) -> CheckReport:
        """Return what is found in a guild, or raise a StorageError or a DiscordError."""
        ...


class Scheduler(Protocol):
    """Calls something at a moment."""

    def at(self, name: str, moment: datetime, call: Callable[[], None]) -> None:
        """Call something once, from the event loop."""
        ...


class DailyCheckup:
    """Looks, and tells what is new; never at two guilds at once."""

    def __init__(
        self,
        *,
        client: discord.Client,
        checkup: Looks,
        notices: DiscordNotices,
        book: SettingsBook,
        clock: Clock,
        writer: DatabaseWriter,
        reader: DatabaseReader,
    ) -> None:
        self._client = client
        self._checkup = checkup
        self._notices = notices
        self._book = book
        self._clock = clock
        self._writer = writer
        self._reader = reader
        self._scheduler: Scheduler | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self, scheduler: Scheduler) -> None:
        """Have the first look soon, and one a day after it."""
        self._scheduler = scheduler
        self._arm(AFTER_START)

    async def close(self) -> None:
        """Stop looking."""
        self._scheduler = None
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> None:
        """Look at all guilds with a log channel, and tell what is new."""
        for guild in list(self._client.guilds):
            if guild.unavailable or self._book.of(guild.id).log_channel_id is None:
                continue
            try:
                await self._look_at(guild)
            except (DiscordError, StorageError) as error:
                log.warning("not looked over guild_id=%s error=%s", guild.id, error)

    def _arm(self, delay: timedelta) -> None:
        if self._scheduler is not None:
            self._scheduler.at("daily check-up", self._clock.now() + delay, self._begin)

    def _begin(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            await self.look()
        except Exception:
            # The wrapper of the job: there is another look tomorrow, whatever went wrong.
            log.exception("daily look failed unexpectedly")
        self._arm(EVERY)

    async def _look_at(self, guild: discord.Guild) -> None:
        report = await self._checkup.look(guild)
        found = {finding_key(each): each for each in report.findings if not isinstance(each, TOLD_OTHERWISE)}
        last = await self._reader.run(told.get_told, TOPIC, guild.id)
        before = set(json.loads(last)) if last is not None else set()
        # What could not be looked at may be there still.
        kept = before | set(found) if report.unknown else set(found)
        await self._writer.run(told.note_told, TOPIC, guild.id, json.dumps(sorted(kept)), self._clock.now())
        for key, finding in found.items():
            if key not in before:
                self._tell(guild.id, finding)

    def _tell(self, guild_id: int, finding: Finding) -> None:
        self._notices.tell(guild_id, SIGN, lambda: " ".join(finding_text(finding)))


def finding_key(finding: Finding) -> str:
    """Name a finding by what it is about, not by its numbers, which differ from day to day."""
    about: list[Any] = [getattr(finding, name, None) for name in ("channel_id", "place_id", "permissions", "emoji")]
    event = getattr(finding, "event", None)
    return nonce_of(type(finding).__name__, *about, None if event is None else event.message_id)
