"""Whether the gateway is alive and has told everything: asked for a moment before somebody is pinged.

A connection can be dead while nothing says so: the network went away, the process was stopped, the laptop slept.
Discord tells the bot things in order, so the answer to a question of the bot's own proves that whatever happened before
is here as well.
"""

import asyncio
from datetime import timedelta

import aiohttp
import discord

from utils.errors import TransientDiscordError
from utils.time import Clock

ENOUGH = timedelta(seconds=0.6)
"""Reminders that leave this close together share one question: Discord takes 120 frames a minute."""

TOO_OLD = timedelta(seconds=5)
"""A message does not leave when the last sign of life is older than this."""

ANSWER_SECONDS = (1.0, 4.0)
"""How long Discord may take for the answer, usually a tenth of a second; a question may be lost with its connection."""


class GatewayLiveness:
    """Asks the gateway for one member, the bot itself, and remembers when it answered.

    Ages are taken from the wall clock: the clock that only runs forward stands still while a machine sleeps.
    """

    def __init__(self, client: discord.Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._seen_at = clock.now() - 2 * TOO_OLD
        self._asking: asyncio.Task[None] | None = None

    @property
    def is_recent(self) -> bool:
        """Whether a message may leave on the strength of the last sign of life."""
        return self._is_within(TOO_OLD)

    async def prove(self, guild_id: int) -> None:
        """Return when everything that happened until a moment ago has been told; many callers share one question.

        Raises:
            TransientDiscordError: the gateway does not answer, or the guild is not there.
        """
        if self._is_within(ENOUGH):
            return
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask(guild_id))
        # Who is cancelled while waiting does not take the answer from the others.
        await asyncio.shield(self._asking)

    async def _ask(self, guild_id: int) -> None:
        guild = self._client.get_guild(guild_id)
        if guild is None or guild.unavailable:
            raise TransientDiscordError("The server is not available at the moment.")
        try:
            for seconds in ANSWER_SECONDS:
                if await self._is_answered(guild, seconds):
                    return
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            raise TransientDiscordError("Discord's gateway could not be reached.") from error
        raise TransientDiscordError("Discord's gateway gave no sign of life.")

    async def _is_answered(self, guild: discord.Guild, seconds: float) -> bool:
        asked_at = self._clock.now()
        try:
            async with asyncio.timeout(seconds):
                await guild.query_members(user_ids=[guild.me.id])
        except TimeoutError:
            return False
        self._seen_at = asked_at
        return True

    def _is_within(self, age: timedelta) -> bool:
        # A clock that was set back makes the last sign of life lie in the future, and proves nothing.
        return timedelta(0) <= self._clock.now() - self._seen_at <= age
