"""Who is asked: the members who can see an event's channel, bots aside."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Set

import discord

from models.records import TrackedEvent
from reminder_bot.discord_errors import discord_errors
from reminder_bot.member_roster import MemberRoster
from utils.checks import can_open
from utils.errors import MembersIncompleteError, TransientDiscordError

SLICE_SECONDS = 0.002
"""How long the event loop may be kept from other work while members are sorted out."""

SLICE_MEMBERS = 128
"""How many members are sorted out before the clock is looked at."""

WatchableChannel = (
    discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.ForumChannel | discord.Thread
)


class DiscordAudience:
    """Computes audiences from discord.py's member cache, and only from a complete one."""

    def __init__(self, client: discord.Client, roster: MemberRoster) -> None:
        self._client = client
        self._roster = roster

    async def asked(self, event: TrackedEvent) -> Set[int]:
        """Return the ids of all people who can see the event's channel.

        Yields to the event loop every few milliseconds; with 50,000 members in 200 sets of roles it decides 200 times.

        Raises:
            MembersIncompleteError: not all members are known; they have been asked for.
            TransientDiscordError: the guild is not in the cache, which proves nothing.
            DiscordError: the channel is not in the cache either, and this is what Discord says of it.
        """
        guild = self._guild(event)
        channel = await self._channel(guild, event.channel_id)
        if isinstance(channel, discord.Thread) and channel.is_private():
            return await _thread_members(channel)
        return await _who_can_see(channel, guild.members)

    async def reachable(self, event: TrackedEvent, user_ids: Set[int]) -> Set[int]:
        """Return those of some people who can see the event's channel.

        Raises:
            DiscordError: as `asked`.
        """
        guild = self._guild(event)
        channel = await self._channel(guild, event.channel_id)
        if isinstance(channel, discord.Thread) and channel.is_private():
            return await _thread_members(channel) & user_ids
        members = (guild.get_member(user_id) for user_id in user_ids)
        return await _who_can_see(channel, [member for member in members if member is not None])

    async def asks(self, event: TrackedEvent, user_id: int) -> bool:
        """Return whether one person is among them, without looking at the others.

        Raises:
            DiscordError: as `asked`.
        """
        guild = self._guild(event)
        channel = await self._channel(guild, event.channel_id)
        if isinstance(channel, discord.Thread) and channel.is_private():
            return user_id in await _thread_members(channel)
        member = guild.get_member(user_id)
        return member is not None and bool(await _who_can_see(channel, (member,)))

    def _guild(self, event: TrackedEvent) -> discord.Guild:
        guild = self._client.get_guild(event.guild_id)
        if guild is None or guild.unavailable:
            raise TransientDiscordError("The server is not available at the moment.")
        if not self._roster.is_complete(guild):
            self._roster.request(guild)
            raise MembersIncompleteError(guild.id)
        return guild

    async def _channel(self, guild: discord.Guild, channel_id: int) -> WatchableChannel:
        channel = guild.get_channel_or_thread(channel_id)
        if channel is None:
            # Archived threads are not in the cache.
            with discord_errors():
                fetched = await self._client.fetch_channel(channel_id)
            channel = None if isinstance(fetched, discord.abc.PrivateChannel) else fetched
        if channel is None or isinstance(channel, discord.CategoryChannel):
            raise TransientDiscordError("The channel is not one that members can be seen in.")
        return channel


async def _who_can_see(channel: WatchableChannel, members: Iterable[discord.Member]) -> Set[int]:
    """Decide once per set of roles, and apart for the owner and for those an overwrite names."""
    exceptions = _decided_one_by_one(channel)
    verdicts: dict[tuple[int, ...], bool] = {}
    seen: set[int] = set()
    deadline = time.monotonic() + SLICE_SECONDS
    for count, member in enumerate(members):
        if not count % SLICE_MEMBERS and time.monotonic() > deadline:
            await asyncio.sleep(0)
            deadline = time.monotonic() + SLICE_SECONDS
        if member.bot:
            continue
        # A timeout takes Connect away, whatever the roles say.
        if member.id in exceptions or member.timed_out_until is not None:
            verdict = can_open(channel, channel.permissions_for(member))
        else:
            # Member.roles builds and sorts a list of Role objects for every member: 30 times as slow as the ids.
            roles = tuple(member._roles)
            known = verdicts.get(roles)
            if known is None:
                known = verdicts[roles] = can_open(channel, channel.permissions_for(member))
            verdict = known
        if verdict:
            seen.add(member.id)
    return seen


def _decided_one_by_one(channel: WatchableChannel) -> frozenset[int]:
    place = channel.parent if isinstance(channel, discord.Thread) else channel
    return frozenset({channel.guild.owner_id or 0, *_named_members(place)})


def _named_members(place: discord.abc.GuildChannel | None) -> Iterator[int]:
    if place is None:
        return
    for target in place.overwrites:
        if not isinstance(target, discord.Role):
            yield target.id


async def _thread_members(thread: discord.Thread) -> Set[int]:
    """Those who were added to a private thread; a mention would add anybody else, moderators included."""
    with discord_errors():
        in_thread = {member.id for member in await thread.fetch_members()}
    members = [member for member in map(thread.guild.get_member, in_thread) if member is not None]
    return await _who_can_see(thread, members)
