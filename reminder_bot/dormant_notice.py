"""Tells organisers, once, which imported events are paused for their age.

In this order, so that neither a crash nor a lost answer makes two lists of one: the attempt is noted, the message sent,
the events marked. Where a note was left, the channel is searched before anything is sent again.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

import discord

from models.records import TrackedEvent
from persistence import dormant_events
from persistence.dormant_events import ListAttempt
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot.discord_errors import discord_errors
from reminder_bot.dormant_list import is_waiting, list_buttons, list_card, list_pages, listed_events
from reminder_bot.guild_language import ChosenSettings, guild_language
from reminder_bot.own_messages import CLOCK_SKEW
from utils.errors import DiscordError, GoneError, StorageError, TransientDiscordError
from utils.i18n import speaking
from utils.nonces import nonce_of
from utils.time import Clock

log = logging.getLogger(__name__)

SEND_SECONDS = 20.0


class DormantNotice:
    """Sends the lists: to a guild's system channel, else to its owner; `/health` shows what could not be sent."""

    def __init__(
        self,
        *,
        clock: Clock,
        writer: DatabaseWriter,
        reader: DatabaseReader,
        client: discord.Client,
        chosen: ChosenSettings,
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._reader = reader
        self._client = client
        self._chosen = chosen
        self._one_at_a_time = asyncio.Lock()

    async def tell(self) -> None:
        """Send the lists that are still to be sent; what fails now stays to be sent. Raises nothing of Discord's."""
        async with self._one_at_a_time:
            try:
                untold = await self._reader.run(dormant_events.list_untold)
                for guild_id, events in groupby(sorted(untold, key=_guild_of), key=_guild_of):
                    await self._tell_guild(guild_id, list(events))
            except StorageError as error:
                log.warning("imported events that are paused not listed error=%s", error)

    async def _tell_guild(self, guild_id: int, events: Sequence[TrackedEvent]) -> None:
        guild = self._client.get_guild(guild_id)
        if guild is None or guild.unavailable:
            return
        try:
            settled = await self._found(guild)
            settled |= {event.message_id for event in events if not is_waiting(event)}
            await self._mark(guild, settled)
            waiting = [event for event in events if event.message_id not in settled]
            if waiting:
                await self._send(guild, sorted(waiting, key=_last_reminder, reverse=True))
        except DiscordError as error:
            log.warning("imported events that are paused not listed yet guild_id=%s reason=%s", guild_id, error)

    async def _found(self, guild: discord.Guild) -> set[int]:
        """Return the events of the list that an earlier attempt may have sent; none when it has not, or made none.

        Raises:
            DiscordError: the channel could not be read, so nothing is known.
        """
        attempt = await self._reader.run(dormant_events.get_attempt, guild.id)
        if attempt is None:
            return set()
        channel = self._client.get_partial_messageable(attempt.channel_id)
        found: set[int] = set()
        own = self._client.user
        try:
            with discord_errors():
                async for message in channel.history(limit=None, after=attempt.at - CLOCK_SKEW):
                    if own is not None and message.author.id == own.id:
                        found.update(listed_events(message))
        except GoneError:
            # The channel was deleted, and what was in it.
            return set()
        return found

    async def _mark(self, guild: discord.Guild, event_ids: Collection[int]) -> None:
        await self._writer.run(dormant_events.mark_told, guild.id, event_ids, self._clock.now())

    async def _send(self, guild: discord.Guild, events: Sequence[TrackedEvent]) -> None:
        waiting = list(events)
        for way in (self._system_channel, self._owner):
            try:
                channel_id = await way(guild)
                while channel_id is not None and waiting:
                    page = list_pages(guild, channel_id, waiting)[0]
                    await self._post(guild, channel_id, {event.message_id: event for event in page})
                    del waiting[: len(page)]
            except TransientDiscordError:
                # It may have been sent: the next attempt looks first.
                raise
            except DiscordError as error:
                await self._writer.run(dormant_events.drop_attempt, guild.id)
                log.info("list of paused imported events refused guild_id=%s reason=%s", guild.id, error)
            if not waiting:
                return
        log.warning("nobody could be told of paused imported events guild_id=%s events=%s", guild.id, len(waiting))

    async def _post(self, guild: discord.Guild, channel_id: int, events: Mapping[int, TrackedEvent]) -> None:
        attempt = ListAttempt(channel_id, self._clock.now())
        await self._writer.run(dormant_events.note_attempt, guild.id, attempt)
        with speaking(guild_language(guild, self._chosen)):
            embed, view = list_card(guild, channel_id, events), list_buttons(guild.id, events)
        with discord_errors():
            async with asyncio.timeout(SEND_SECONDS):
                await self._client.get_partial_messageable(channel_id, guild_id=guild.id).send(
                    embed=embed,
                    view=view,
                    nonce=nonce_of(*events),
                    allowed_mentions=discord.AllowedMentions.none(),
                )
        await self._mark(guild, events)
        log.info("organisers told of paused imported events guild_id=%s events=%s", guild.id, len(events))

    async def _system_channel(self, guild: discord.Guild) -> int | None:
        channel = guild.system_channel
        if channel is None:
            return None
        may = channel.permissions_for(guild.me)
        can_tell = may.view_channel and may.send_messages and may.embed_links and may.read_message_history
        return channel.id if can_tell else None

    async def _owner(self, guild: discord.Guild) -> int | None:
        if guild.owner_id is None:
            return None
        with discord_errors():
            owner = self._client.get_user(guild.owner_id) or await self._client.fetch_user(guild.owner_id)
            return (await owner.create_dm()).id


def _guild_of(event: TrackedEvent) -> int:
    return event.guild_id


def _last_reminder(event: TrackedEvent) -> float:
    return 0.0 if event.last_reminder is None else event.last_reminder.timestamp()
