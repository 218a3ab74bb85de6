"""Which channels a caller may be told about: those they can open themselves, so that no command leaks another."""

import asyncio
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Protocol, TypeVar

import discord

from reminder_bot.discord_errors import discord_errors
from utils.checks import AnyChannel, can_read_messages
from utils.errors import BlockedError, DiscordError, GoneError, TransientDiscordError

LOST_CHANNELS = 5
LOST_SECONDS = 1.5
"""Suggestions have to be there within 3 seconds, and are asked for at every letter."""


class InChannel(Protocol):
    """A record of something in a channel, or in none."""

    @property
    def channel_id(self) -> int | None:
        """Where it is."""
        ...


R = TypeVar("R", bound=InChannel)


async def find_channel(guild: discord.Guild, channel_id: int) -> AnyChannel | None:
    """Return a channel or thread of the guild, from the cache or from Discord; None when the bot cannot know it.

    Only archived threads and what was made a moment ago are missing from the cache.

    Raises:
        TransientDiscordError: Discord could not be asked.
    """
    cached = guild.get_channel_or_thread(channel_id)
    if cached is not None:
        return cached
    try:
        with discord_errors():
            return await guild.fetch_channel(channel_id)
    except (GoneError, BlockedError):
        return None
    except TransientDiscordError as error:
        # What discord.py raises for a channel of another guild.
        if isinstance(error.__cause__, discord.InvalidData):
            return None
        raise


async def can_see(channel: AnyChannel, member: discord.Member) -> bool:
    """Whether a member can read the channel; for a private thread Discord is asked who is in it.

    Raises:
        TransientDiscordError: Discord could not be asked.
    """
    if not can_read_messages(channel, member):
        return False
    if can_see_offhand(channel, member) or not isinstance(channel, discord.Thread):
        return True
    try:
        with discord_errors():
            await channel.fetch_member(member.id)
    except (GoneError, BlockedError):
        return False
    return True


def can_see_offhand(channel: AnyChannel, member: discord.Member) -> bool:
    """Whether the cache proves that a member can read the channel; asks nobody, so it may miss a private thread."""
    if not can_read_messages(channel, member):
        return False
    if not isinstance(channel, discord.Thread) or not channel.is_private():
        return True
    if channel.permissions_for(member).manage_threads:
        return True
    return any(present.id == member.id for present in channel.members)


async def may_know(guild: discord.Guild, member: discord.Member, channel_id: int) -> bool:
    """Whether a member may be told of what happens in a channel, also one that the bot itself has lost sight of.

    Raises:
        TransientDiscordError: Discord could not be asked.
    """
    if member.guild_permissions.administrator:
        return True
    channel = await find_channel(guild, channel_id)
    return channel is not None and await can_see(channel, member)


async def visible_channels(member: discord.Member, channel_ids: Iterable[int]) -> frozenset[int]:
    """Return those of the channels that a member can be proved to see, quickly.

    The cache is asked; Discord only about a few channels that are not in it, as archived threads are not, and not for
    long. So it may miss some.
    """
    wanted = dict.fromkeys(channel_ids)
    if member.guild_permissions.administrator:
        return frozenset(wanted)
    known = {channel_id: member.guild.get_channel_or_thread(channel_id) for channel_id in wanted}
    offhand = {key for key, channel in known.items() if channel is not None and can_see_offhand(channel, member)}
    return frozenset(offhand) | await _seen_in_lost_channels(
        member, (channel_id for channel_id, channel in known.items() if channel is None)
    )


async def visible_among(member: discord.Member, found: Sequence[R]) -> list[R]:
    """Return those of some records whose channel a member can be proved to see, as `visible_channels` does, in order.

    A record of no channel is anybody's.
    """
    seen = await visible_channels(member, (one.channel_id for one in found if one.channel_id is not None))
    return [one for one in found if one.channel_id is None or one.channel_id in seen]


async def _seen_in_lost_channels(member: discord.Member, lost: Iterable[int]) -> frozenset[int]:
    asked = tuple(islice(lost, LOST_CHANNELS))
    try:
        async with asyncio.timeout(LOST_SECONDS):
            verdicts = await asyncio.gather(*(may_know(member.guild, member, channel_id) for channel_id in asked))
    except (TimeoutError, DiscordError):
        return frozenset()
    return frozenset(channel_id for channel_id, is_seen in zip(asked, verdicts, strict=True) if is_seen)
