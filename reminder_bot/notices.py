"""What organisers must hear of, told once and in the server's language: in its log channel, or as far as it must be."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol

import discord

from models.records import TrackedEvent
from persistence import told
from persistence.writer import DatabaseWriter
from reminder_bot import notice_text
from reminder_bot.discord_errors import discord_errors
from reminder_bot.guild_language import ChosenSettings, guild_language
from reminder_bot.log_channel import LogChannel
from utils.errors import DiscordError, StorageError
from utils.i18n import speaking
from utils.time import Clock

log = logging.getLogger(__name__)

WARNING, GOOD, ARCHIVED = "⚠️", "✅", "📦"
_LOG_CHANNEL = "log_channel"


class Notices(Protocol):
    """Tells organisers."""

    def blocked(self, event: TrackedEvent, reason: str) -> None:
        """Tell, in the background, that an event is blocked and what to do."""
        ...

    def unblocked(self, event: TrackedEvent) -> None:
        """Tell, in the background, that a blocked event goes on."""
        ...

    def archived(self, event: TrackedEvent, reason: str) -> None:
        """Tell, in the background, that an event has ended because its message is gone."""
        ...

    async def dormant(self) -> None:
        """Tell of imported events that are paused for their age, unless that has been done."""
        ...


class DiscordNotices:
    """Tells in the log channel.

    Where there is none, or it cannot be used, only what stops reminders is told: that an event is blocked, by direct
    message to who made it, else in the system channel; that the log channel is lost, in the system channel, else to the
    owner. `/status` and `/health` show the rest.
    """

    def __init__(
        self,
        *,
        client: discord.Client,
        chosen: ChosenSettings,
        clock: Clock,
        writer: DatabaseWriter,
        tell_dormant: Callable[[], Awaitable[None]],
    ) -> None:
        self._client = client
        self._chosen = chosen
        self._clock = clock
        self._writer = writer
        self._tell_dormant = tell_dormant
        self._tasks: set[asyncio.Task[None]] = set()
        self._log = LogChannel(client, chosen, on_used=self._log_used, on_lost=self._log_lost)

    def blocked(self, event: TrackedEvent, reason: str) -> None:
        """Tell, in the background, that an event is blocked and what to do; sends one message at most."""
        text = self._said(event.guild_id, lambda: notice_text.blocked_text(event, reason))

        async def otherwise() -> None:
            await self._tell_of_block(event, text)

        if self._log.channel_id(event.guild_id) is None:
            self._begin(otherwise())
        else:
            self._log.tell(event.guild_id, f"{WARNING} {text}", otherwise)

    def unblocked(self, event: TrackedEvent) -> None:
        """Tell the log channel, in the background, that a blocked event goes on."""
        self.tell(event.guild_id, GOOD, lambda: notice_text.unblocked_text(event))

    def archived(self, event: TrackedEvent, reason: str) -> None:
        """Tell the log channel, in the background, that an event has ended because its message is gone."""
        self.tell(event.guild_id, ARCHIVED, lambda: notice_text.archived_text(event, reason))

    def placed(self, event: TrackedEvent, problem: str | None) -> None:
        """Tell the log channel, in the background, why an event's reminders do not go where they were to.

        Once for each problem, until None says that it is over.
        """
        if self._log.channel_id(event.guild_id) is not None:
            self._begin(self._tell_of_place(event, problem))

    def upkeep(self, job: str, *, is_failing: bool) -> None:
        """Tell the log channels of all guilds, in the background, that a job fails; and once it works, those told."""
        self._begin(self._tell_of_failure(job) if is_failing else self._tell_of_success(job))

    async def dormant(self) -> None:
        """Tell of imported events that are paused for their age; sends a list to each guild that has had none."""
        await self._tell_dormant()

    def tell(self, guild_id: int, sign: str, words: Callable[[], str]) -> None:
        """Post in a guild's log channel, in the background; nothing where there is none.

        ``words`` is called at once, with the guild's language in force.
        """
        if self._log.channel_id(guild_id) is not None:
            self._log.tell(guild_id, f"{sign} {self._said(guild_id, words)}")

    async def close(self) -> None:
        """Give up what has not been told yet."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._log.close()

    def _said(self, guild_id: int, words: Callable[[], str]) -> str:
        with speaking(guild_language(self._client.get_guild(guild_id), self._chosen)):
            return words()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_done(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell_of_place(self, event: TrackedEvent, problem: str | None) -> None:
        topic = f"place.{event.message_id}"
        if problem is None:
            await self._writer.run(told.drop_told, topic, event.guild_id)
        elif await self._writer.run(told.note_told, topic, event.guild_id, problem, self._clock.now()):
            self.tell(event.guild_id, WARNING, lambda: notice_text.lost_place_text(event, problem))

    async def _tell_of_failure(self, job: str) -> None:
        for guild in self._client.guilds:
            if self._log.channel_id(guild.id) is not None and await self._writer.run(
                told.note_told, _upkeep(job), guild.id, "failing", self._clock.now()
            ):
                self.tell(guild.id, WARNING, lambda: notice_text.failed_job_text(job))

    async def _tell_of_success(self, job: str) -> None:
        for guild_id in await self._writer.run(told.drop_told_everywhere, _upkeep(job)):
            self.tell(guild_id, GOOD, lambda: notice_text.mended_job_text(job))

    async def _log_used(self, guild_id: int) -> None:
        with _logged():
            await self._writer.run(told.drop_told, _LOG_CHANNEL, guild_id)

    async def _log_lost(self, guild: discord.Guild, channel_id: int) -> None:
        with _logged():
            now = self._clock.now()
            if await self._writer.run(told.note_told, _LOG_CHANNEL, guild.id, str(channel_id), now):
                text = self._said(guild.id, lambda: notice_text.lost_log_text(channel_id))
                directly = partial(self._to, guild.owner_id, text)
                await self._try(guild.id, partial(self._in_system_channel, guild.id, text), directly)

    async def _tell_of_block(self, event: TrackedEvent, text: str) -> None:
        await self._try(
            event.guild_id,
            partial(self._to, event.created_by, text),
            partial(self._in_system_channel, event.guild_id, text),
        )

    async def _try(self, guild_id: int, *ways: Callable[[], Awaitable[bool]]) -> None:
        for way in ways:
            try:
                if await way():
                    return
            except DiscordError as error:
                log.info("notice not delivered guild_id=%s error=%s", guild_id, error)
        log.warning("nobody could be told of a problem guild_id=%s", guild_id)

    async def _to(self, user_id: int | None, text: str) -> bool:
        if user_id is None:
            return False
        with discord_errors():
            user = self._client.get_user(user_id) or await self._client.fetch_user(user_id)
            await user.send(text)
        return True

    async def _in_system_channel(self, guild_id: int, text: str) -> bool:
        guild = self._client.get_guild(guild_id)
        channel = guild.system_channel if guild is not None else None
        if channel is None:
            return False
        with discord_errors():
            await channel.send(text)
        return True


async def _done(work: Coroutine[Any, Any, None]) -> None:
    with _logged():
        await work


@contextmanager
def _logged() -> Iterator[None]:
    """Take a failure of the store for what it is here: not told, or told twice; nothing that anybody waits for."""
    try:
        yield
    except StorageError as error:
        log.warning("what organisers are told was not noted error=%s", error)


def _upkeep(job: str) -> str:
    return f"upkeep.{job.replace(' ', '_')}"
