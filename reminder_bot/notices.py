"""What organisers must hear of, told once and in the server's language: to who made the event, else to all."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

import discord

from models.records import TrackedEvent
from reminder_bot.discord_errors import discord_errors
from reminder_bot.guild_language import ChosenSettings, guild_language
from utils.errors import DiscordError
from utils.formatting import TITLE_LIMIT, escape_text, one_line
from utils.i18n import _, speaking
from utils.reasons import reason_text

log = logging.getLogger(__name__)


class Notices(Protocol):
    """Tells organisers."""

    def blocked(self, event: TrackedEvent, reason: str) -> None:
        """Tell, in the background, that an event is blocked and what to do."""
        ...

    async def dormant(self) -> None:
        """Tell of imported events that are paused for their age, unless that has been done."""
        ...


class DiscordNotices:
    """Tells by direct message, else in the system channel, else in the log; `/status` and `/health` show it anyway."""

    def __init__(
        self, client: discord.Client, chosen: ChosenSettings, tell_dormant: Callable[[], Awaitable[None]]
    ) -> None:
        self._client = client
        self._chosen = chosen
        self._tell_dormant = tell_dormant
        self._tasks: set[asyncio.Task[None]] = set()

    def blocked(self, event: TrackedEvent, reason: str) -> None:
        """Tell, in the background, that an event is blocked and what to do; sends one message at most."""
        with speaking(guild_language(self._client.get_guild(event.guild_id), self._chosen)):
            text = blocked_text(event, reason)
        task = asyncio.create_task(self._tell(event, text))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def dormant(self) -> None:
        """Tell of imported events that are paused for their age; sends a list to each guild that has had none."""
        await self._tell_dormant()

    async def close(self) -> None:
        """Give up what has not been told yet."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _tell(self, event: TrackedEvent, text: str) -> None:
        for way in (self._directly, self._in_system_channel):
            try:
                if await way(event, text):
                    return
            except DiscordError as error:
                log.info("notice not delivered event_id=%s error=%s", event.message_id, error)
        log.warning("nobody could be told that an event is blocked event_id=%s", event.message_id)

    async def _directly(self, event: TrackedEvent, text: str) -> bool:
        if event.created_by is None:
            return False
        with discord_errors():
            user = self._client.get_user(event.created_by) or await self._client.fetch_user(event.created_by)
            await user.send(text)
        return True

    async def _in_system_channel(self, event: TrackedEvent, text: str) -> bool:
        guild = self._client.get_guild(event.guild_id)
        channel = guild.system_channel if guild is not None else None
        if channel is None:
            return False
        with discord_errors():
            await channel.send(text)
        return True


def blocked_text(event: TrackedEvent, reason: str) -> str:
    """Say that an event is blocked, why, and what to do."""
    title = escape_text(one_line(event.title, TITLE_LIMIT, str(event.message_id)))
    return _(
        "I cannot send reminders for [{title}]({url}). {reason}\n"
        "Let me see <#{channel}>, send messages and embed links there and read its history. Then I go on by myself; "
        "`/unwatch` ends the event instead."
    ).format(title=title, url=event.jump_url, reason=reason_text(reason), channel=event.channel_id)
