"""Whether all members of a guild are known, and asking for them until they are."""

import asyncio
import logging

import discord

log = logging.getLogger(__name__)

ANSWER_SECONDS = 30.0
"""Discord sends all members of a guild at most once in 30 seconds, and says nothing when it refuses.

Source: https://discord.com/developers/docs/events/gateway-events#request-guild-members
"""


class MemberRoster:
    """Keeps count of the guilds whose members have all arrived in the present session."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._requests: dict[int, asyncio.Task[None]] = {}
        self._complete: set[int] = set()
        self._session = 0

    def new_session(self) -> None:
        """Forget everything: a new session starts with empty lists."""
        self._session += 1
        self._complete.clear()

    def guild_lost(self, guild_id: int) -> None:
        """Forget a guild that is unavailable or left: who joins meanwhile is not heard of."""
        self._complete.discard(guild_id)
        request = self._requests.pop(guild_id, None)
        if request is not None:
            request.cancel()

    def is_complete(self, guild: discord.Guild) -> bool:
        """Whether every member is known, as Discord's own count or a whole answer to a request says."""
        return guild.chunked or guild.id in self._complete

    def request(self, guild: discord.Guild) -> None:
        """Ask for all members, unless that has been done and may still be answered."""
        if guild.id in self._requests:
            return
        task = asyncio.create_task(self._ask(guild, self._session))
        self._requests[guild.id] = task
        task.add_done_callback(lambda done: self._forget(guild.id, done))

    def ask_anew(self, guild: discord.Guild) -> None:
        """Ask for all members although that was done, unless they are arriving: Discord may have refused it."""
        unanswered = self._client._connection._chunk_requests
        pending = unanswered.get(guild.id)
        if pending is not None and pending.buffer:
            return
        unanswered.pop(guild.id, None)
        request = self._requests.pop(guild.id, None)
        if request is not None:
            request.cancel()
        self.request(guild)

    async def _ask(self, guild: discord.Guild, session: int) -> None:
        log.info("asking for all members guild_id=%s", guild.id)
        try:
            await asyncio.wait_for(guild.chunk(), ANSWER_SECONDS)
        except (TimeoutError, discord.DiscordException, OSError) as error:
            log.warning("the members did not come guild_id=%s error=%s", guild.id, type(error).__name__)
            # discord.py keeps a request that is never answered, and would attach every later one to it.
            self._client._connection._chunk_requests.pop(guild.id, None)
            return
        # A new session ends outstanding requests as if they had been answered, with what had come so far.
        if session != self._session:
            return
        self._complete.add(guild.id)
        self._client.dispatch("members_complete", guild)

    def _forget(self, guild_id: int, task: asyncio.Task[None]) -> None:
        if self._requests.get(guild_id) is task:
            del self._requests[guild_id]
