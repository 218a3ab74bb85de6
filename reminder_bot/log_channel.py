"""A guild's log channel: where organisers are told what happened, one message at a time, and nobody is pinged.

What comes together is told together, so that a role that takes away fifty channels is not fifty messages. Nothing here
is stored: a notice that could not be sent in a few minutes is given up, and so is what waits when the bot ends.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import discord

from reminder_bot.discord_errors import discord_errors
from reminder_bot.guild_language import ChosenSettings, guild_language
from reminder_bot.notice_text import left_out_text
from reminder_bot.pace import Pace
from utils.errors import DiscordError, TransientDiscordError
from utils.i18n import speaking
from utils.nonces import nonce_of

log = logging.getLogger(__name__)

GATHER_SECONDS = 1.0
"""How long the first notice waits for others to come with it."""

RETRY_SECONDS = (2.0, 15.0, 60.0)
"""How long after a failure that passes a message is sent again: while Discord knows its nonce, so it comes once."""

SEND_SECONDS = 20.0
MESSAGE_LIMIT = 2000
"""Characters. Source: Discord's documentation of messages."""

MOST_WAITING = 40
"""How many notices of a guild wait at most; the others are counted."""

Otherwise = Callable[[], Awaitable[None]]
OnUsed = Callable[[int], Awaitable[None]]
OnLost = Callable[[discord.Guild, int], Awaitable[None]]


@dataclass(slots=True)
class _Waiting:
    notices: list[tuple[str, Otherwise | None]] = field(default_factory=list)
    left_out: int = 0


class LogChannel:
    """Posts notices of guilds into the channels that they have chosen for them, in the background."""

    def __init__(self, client: discord.Client, chosen: ChosenSettings, *, on_used: OnUsed, on_lost: OnLost) -> None:
        """``on_used`` hears of each message that a guild got, ``on_lost`` of a guild and the channel that refuses."""
        self._client = client
        self._chosen = chosen
        self._on_used = on_used
        self._on_lost = on_lost
        self._waiting: dict[int, _Waiting] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._pace = Pace(1, 1.0)
        self._turn = asyncio.Lock()

    def channel_id(self, guild_id: int) -> int | None:
        """Return the channel that a guild has chosen."""
        return self._chosen.of(guild_id).log_channel_id

    def tell(self, guild_id: int, text: str, otherwise: Otherwise | None = None) -> None:
        """Post a text soon; ``otherwise`` is done when it cannot be. It may have been posted nevertheless."""
        waiting = self._waiting.get(guild_id)
        if waiting is None:
            waiting = self._waiting[guild_id] = _Waiting()
            task = asyncio.create_task(self._post_all(guild_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if len(waiting.notices) < MOST_WAITING:
            waiting.notices.append((text, otherwise))
        else:
            waiting.left_out += 1

    async def close(self) -> None:
        """Give up what has not been told yet."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _post_all(self, guild_id: int) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        waiting = self._waiting.pop(guild_id)
        guild = self._client.get_guild(guild_id)
        if waiting.left_out:
            with speaking(guild_language(guild, self._chosen)):
                waiting.notices.append((left_out_text(waiting.left_out), None))
        for notices in in_messages(waiting.notices):
            if await self._is_posted(guild, guild_id, "\n".join(text for text, _otherwise in notices)):
                continue
            for _text, otherwise in notices:
                if otherwise is not None:
                    await otherwise()

    async def _is_posted(self, guild: discord.Guild | None, guild_id: int, text: str) -> bool:
        channel_id = self.channel_id(guild_id)
        if guild is None or channel_id is None:
            return False
        nonce = nonce_of(guild_id, uuid4())
        for pause in (*RETRY_SECONDS, None):
            try:
                await self._post(guild_id, channel_id, text, nonce)
            except TransientDiscordError as error:
                log.info("notice not posted yet guild_id=%s error=%s", guild_id, error)
                if pause is not None:
                    await asyncio.sleep(pause)
            except DiscordError as error:
                log.warning("log channel not usable guild_id=%s channel_id=%s error=%s", guild_id, channel_id, error)
                await self._on_lost(guild, channel_id)
                return False
            else:
                await self._on_used(guild_id)
                return True
        log.warning("notice given up guild_id=%s", guild_id)
        return False

    async def _post(self, guild_id: int, channel_id: int, text: str, nonce: str) -> None:
        channel = self._client.get_partial_messageable(channel_id, guild_id=guild_id)
        async with self._turn:
            await self._pace.take()
            with discord_errors():
                async with asyncio.timeout(SEND_SECONDS):
                    await channel.send(
                        text, nonce=nonce, suppress_embeds=True, allowed_mentions=discord.AllowedMentions.none()
                    )


def in_messages(
    notices: Sequence[tuple[str, Otherwise | None]],
) -> list[list[tuple[str, Otherwise | None]]]:
    """Put notices into as few messages as hold them, in order; one that is too long for any is cut."""
    messages: list[list[tuple[str, Otherwise | None]]] = []
    room = 0
    for text, otherwise in notices:
        kept = text[:MESSAGE_LIMIT]
        if len(kept) + 1 > room:
            messages.append([])
            room = MESSAGE_LIMIT + 1
        messages[-1].append((kept, otherwise))
        room -= len(kept) + 1
    return messages
