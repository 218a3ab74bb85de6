"""The place that was chosen for an event's reminders: found on Discord or made, or why it cannot be used."""

from dataclasses import dataclass

import discord

from models.event_options import Place
from models.records import TrackedEvent
from reminder_bot.discord_errors import discord_errors
from utils.checks import can_open
from utils.errors import BlockedError, DiscordError, GoneError, TransientDiscordError
from utils.formatting import one_line
from utils.i18n import mark

THREAD_EXISTS = 160004
THREAD_NAME_LIMIT = 100

NOT_THERE = mark("The channel chosen for reminders does not exist any more.")
NO_TEXT = mark("Nothing can be written in the channel chosen for reminders.")
FORBIDDEN = mark("I may not write in the channel chosen for reminders, embed links there or read its history.")
LOCKED = mark("The thread for reminders is locked.")
NO_THREADS = mark("I may not open threads here or write in them.")
THREAD_LOST = mark("The thread of the message was deleted.")

PostableChannel = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """Where an event's reminders can go.

    ``channel_id`` is None for the event's own channel; ``problem`` says why it is that, although another was chosen.
    ``exists`` is False for a thread that is made when it is first needed.
    """

    channel_id: int | None = None
    problem: str | None = None
    exists: bool = True


class DiscordPlaceFinder:
    """Finds places in discord.py's cache, else over REST; opens an event's thread on its message."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def find(self, event: TrackedEvent, *, makes: bool) -> FoundPlace:
        """Return where reminders can go; with ``makes`` the thread of the message is opened if there is none.

        Raises:
            TransientDiscordError: it cannot be told at the moment.
        """
        if event.options.place is Place.CHANNEL:
            return FoundPlace()
        guild = self._client.get_guild(event.guild_id)
        if guild is None or guild.unavailable:
            raise TransientDiscordError("The server is not available at the moment.")
        try:
            if event.options.place is Place.THREAD:
                return await self._thread(guild, event, makes=makes)
            return await self._elsewhere(guild, event)
        except TransientDiscordError:
            raise
        except DiscordError as error:
            return FoundPlace(None, str(error))

    async def problem_of(self, guild: discord.Guild, channel_id: int) -> str | None:
        """Return why reminders cannot be posted in a channel chosen for them, None when they can.

        Raises:
            TransientDiscordError: it cannot be told at the moment.
        """
        try:
            channel = await self._channel(guild, channel_id)
        except TransientDiscordError:
            raise
        except DiscordError as error:
            return str(error)
        return NOT_THERE if channel is None else _problem(guild, channel, FORBIDDEN)

    async def _elsewhere(self, guild: discord.Guild, event: TrackedEvent) -> FoundPlace:
        channel_id = event.options.place_channel_id
        if channel_id is None or channel_id == event.channel_id:
            return FoundPlace()
        problem = await self.problem_of(guild, channel_id)
        return FoundPlace(None if problem else channel_id, problem)

    async def _thread(self, guild: discord.Guild, event: TrackedEvent, *, makes: bool) -> FoundPlace:
        parent = guild.get_channel(event.channel_id)
        if not isinstance(parent, discord.TextChannel):
            # Threads, posts and voice chats have no threads in them: there, the place itself is meant.
            return FoundPlace()
        # On Discord a message and its thread have the same id.
        thread = await self._channel(guild, event.message_id)
        if thread is None:
            mine = parent.permissions_for(guild.me)
            if not (mine.create_public_threads and mine.send_messages_in_threads and mine.embed_links):
                return FoundPlace(None, NO_THREADS)
            if not makes:
                return FoundPlace(event.message_id, exists=False)
            thread = await self._made(guild, parent, event)
        if thread is None:
            return FoundPlace(None, THREAD_LOST)
        problem = _problem(guild, thread, NO_THREADS)
        return FoundPlace(None if problem else event.message_id, problem)

    async def _made(
        self, guild: discord.Guild, parent: discord.TextChannel, event: TrackedEvent
    ) -> discord.abc.GuildChannel | discord.Thread | None:
        name = one_line(event.title, THREAD_NAME_LIMIT, str(event.message_id))
        try:
            with discord_errors():
                return await parent.get_partial_message(event.message_id).create_thread(name=name)
        except DiscordError as error:
            cause = error.__cause__
            if isinstance(cause, discord.HTTPException) and cause.code == THREAD_EXISTS:
                return await self._channel(guild, event.message_id)
            raise

    async def _channel(self, guild: discord.Guild, channel_id: int) -> discord.abc.GuildChannel | discord.Thread | None:
        """Return a channel of the guild; archived threads are not in the cache. None: there is none."""
        channel = guild.get_channel_or_thread(channel_id)
        if channel is not None:
            return channel
        try:
            with discord_errors():
                fetched = await self._client.fetch_channel(channel_id)
        except GoneError:
            return None
        except BlockedError as error:
            raise BlockedError(FORBIDDEN, error.code) from error
        # What another guild has is none of this one's business.
        if isinstance(fetched, discord.abc.PrivateChannel) or fetched.guild.id != guild.id:
            return None
        return fetched


def _problem(guild: discord.Guild, channel: discord.abc.GuildChannel | discord.Thread, forbidden: str) -> str | None:
    """Say why reminders cannot be posted in a channel, and found again there; None when they can."""
    if not isinstance(channel, PostableChannel):
        return NO_TEXT
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return NOT_THERE
    mine = channel.permissions_for(guild.me)
    is_thread = isinstance(channel, discord.Thread)
    writes = mine.send_messages_in_threads if is_thread else mine.send_messages
    if not (can_open(channel, mine) and writes and mine.embed_links and mine.read_message_history):
        return forbidden
    if isinstance(channel, discord.Thread) and channel.locked and not mine.manage_threads:
        return LOCKED
    return None
