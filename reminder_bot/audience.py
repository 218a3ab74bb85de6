"""Who is asked: the members who can see an event's channel, of whom an event may choose some, bots aside."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

import discord

from models.event_options import AudienceRule
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


@dataclass(frozen=True, slots=True)
class Chosen:
    """An event's choice among those who can see its channel, made for being asked about thousands of them."""

    is_choosing: bool
    roles: frozenset[int]
    members: frozenset[int]
    excluded_roles: frozenset[int]
    excluded_members: frozenset[int]

    @classmethod
    def of(cls, rule: AudienceRule, guild: discord.Guild, *, only_excluded: bool) -> "Chosen":
        """Return the choice as the guild's roles are now; with ``only_excluded``, everybody else is chosen."""
        # Discord takes a deleted role from nobody's list of roles, so it would still match.
        present = {role_id for role_id in (*rule.roles, *rule.excluded_roles) if guild.get_role(role_id) is not None}
        return cls(
            # @everyone has the guild's id, and is in nobody's list of roles.
            is_choosing=rule.is_choosing and not only_excluded and guild.id not in rule.roles,
            roles=frozenset(present.intersection(rule.roles)),
            members=frozenset(rule.members),
            excluded_roles=frozenset(present.intersection(rule.excluded_roles)),
            excluded_members=frozenset(rule.excluded_members),
        )

    def holds(self, user_id: int, roles: Sequence[int]) -> bool:
        """Whether somebody with these roles is chosen and not excluded."""
        if user_id in self.excluded_members or not self.excluded_roles.isdisjoint(roles):
            return False
        return not self.is_choosing or user_id in self.members or not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class _Place:
    """A channel, and whom of those who can see it an event asks."""

    channel: WatchableChannel
    chosen: Chosen

    @property
    def guild(self) -> discord.Guild:
        return self.channel.guild

    @property
    def is_private(self) -> bool:
        return isinstance(self.channel, discord.Thread) and self.channel.is_private()


class DiscordAudience:
    """Computes audiences from discord.py's member cache, and only from a complete one."""

    def __init__(self, client: discord.Client, roster: MemberRoster) -> None:
        self._client = client
        self._roster = roster

    async def asked(self, event: TrackedEvent) -> Set[int]:
        """Return the ids of all people who can see the event's channel and whom the event asks.

        Yields to the event loop every few milliseconds; with 50,000 members in 200 sets of roles it decides 200 times.

        Raises:
            MembersIncompleteError: not all members are known; they have been asked for.
            TransientDiscordError: the guild is not in the cache, which proves nothing.
            DiscordError: the channel is not in the cache either, and this is what Discord says of it.
        """
        place = await self._place(event)
        if place.is_private:
            return await _thread_members(place)
        return await _who_is_asked(place, place.guild.members)

    async def reachable(self, event: TrackedEvent, user_ids: Set[int]) -> Set[int]:
        """Return those of some people who can see the event's channel and are not excluded, chosen or not.

        Raises:
            DiscordError: as `asked`.
        """
        place = await self._place(event, only_excluded=True)
        if place.is_private:
            return await _thread_members(place) & user_ids
        members = (place.guild.get_member(user_id) for user_id in user_ids)
        return await _who_is_asked(place, [member for member in members if member is not None])

    async def asks(self, event: TrackedEvent, user_id: int) -> bool:
        """Return whether one person is among them, without looking at the others.

        Raises:
            DiscordError: as `asked`.
        """
        place = await self._place(event)
        if place.is_private:
            return user_id in await _thread_members(place)
        member = place.guild.get_member(user_id)
        return member is not None and bool(await _who_is_asked(place, (member,)))

    async def _place(self, event: TrackedEvent, *, only_excluded: bool = False) -> "_Place":
        guild = self._guild(event)
        channel = await self._channel(guild, event.channel_id)
        # After the last wait: what was a role before it may be none any more.
        return _Place(channel, Chosen.of(event.options.audience, guild, only_excluded=only_excluded))

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


async def _who_is_asked(place: _Place, members: Iterable[discord.Member]) -> Set[int]:
    """Decide once per set of roles, and apart for the owner, for those an overwrite names and those the event names."""
    channel, chosen = place.channel, place.chosen
    exceptions = _decided_one_by_one(channel) | chosen.members | chosen.excluded_members
    verdicts: dict[tuple[int, ...], bool] = {}
    asked: set[int] = set()
    deadline = time.monotonic() + SLICE_SECONDS
    for count, member in enumerate(members):
        if not count % SLICE_MEMBERS and time.monotonic() > deadline:
            await asyncio.sleep(0)
            deadline = time.monotonic() + SLICE_SECONDS
        if member.bot:
            continue
        # Member.roles builds and sorts a list of Role objects for every member: 30 times as slow as the ids.
        roles = tuple(member._roles)
        # A timeout takes Connect away, whatever the roles say.
        if member.id in exceptions or member.timed_out_until is not None:
            verdict = chosen.holds(member.id, roles) and can_open(channel, channel.permissions_for(member))
        else:
            known = verdicts.get(roles)
            if known is None:
                known = chosen.holds(member.id, roles) and can_open(channel, channel.permissions_for(member))
                verdicts[roles] = known
            verdict = known
        if verdict:
            asked.add(member.id)
    return asked


def _decided_one_by_one(channel: WatchableChannel) -> frozenset[int]:
    place = channel.parent if isinstance(channel, discord.Thread) else channel
    return frozenset({channel.guild.owner_id or 0, *_named_members(place)})


def _named_members(place: discord.abc.GuildChannel | None) -> Iterator[int]:
    if place is None:
        return
    for target in place.overwrites:
        if not isinstance(target, discord.Role):
            yield target.id


async def _thread_members(place: _Place) -> Set[int]:
    """Those asked who were added to a private thread; a mention would add anybody else, moderators included."""
    thread = place.channel
    assert isinstance(thread, discord.Thread), "only threads are private"
    with discord_errors():
        in_thread = {member.id for member in await thread.fetch_members()}
    members = [member for member in map(thread.guild.get_member, in_thread) if member is not None]
    return await _who_is_asked(place, members)
