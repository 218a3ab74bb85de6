"""From an ``event`` option to an event, and from what somebody types to suggestions: only what they can see."""

import asyncio
import logging
from collections.abc import Iterable
from itertools import islice

import discord
from discord import app_commands

from models.records import TrackedEvent
from reminder_bot.interactions.channel_access import can_see_offhand, may_know
from reminder_bot.services import Services
from utils.checks import require_member
from utils.converters import parse_event_option, unknown_event
from utils.errors import DiscordError, EventNotFoundError, ReminderBotError
from utils.formatting import one_line

log = logging.getLogger(__name__)

CHOICE_LIMIT = 25
CHOICE_NAME_LIMIT = 100
SEARCH_LIMIT = 1000
"""How many events of that title are looked at for those in channels the caller can see."""


LOST_CHANNELS = 5
LOST_SECONDS = 1.5
"""Suggestions have to be there within 3 seconds, and are asked for at every letter."""


async def require_event(services: Services, member: discord.Member, text: str) -> TrackedEvent:
    """Return the watched event that an option names: by suggestion, link or id, or by a title that only one has.

    Raises:
        EventNotFoundError: there is none, or it is in a channel that the caller cannot see.
        InvalidLinkError: the link leads to another guild.
        DiscordError: whether the caller can see it cannot be told at the moment.
    """
    guild = member.guild
    try:
        event_id = parse_event_option(text, guild.id)
    except EventNotFoundError:
        return await _only_one_of_title(services, member, text)
    try:
        event = await services.manager.require(guild.id, event_id)
    except EventNotFoundError as error:
        raise unknown_event() from error
    if not await may_know(guild, member, event.channel_id):
        raise unknown_event()
    return event


async def visible_events(
    guild: discord.Guild, member: discord.Member, found: Iterable[TrackedEvent]
) -> list[TrackedEvent]:
    """Return those of the events that a member can see, in the same order; each channel is looked at once.

    Raises:
        DiscordError: what the member can see cannot be told at the moment.
    """
    verdicts: dict[int, bool] = {}
    visible = []
    for event in found:
        if event.channel_id not in verdicts:
            verdicts[event.channel_id] = await may_know(guild, member, event.channel_id)
        if verdicts[event.channel_id]:
            visible.append(event)
    return visible


async def suggest_events(
    services: Services, interaction: discord.Interaction, text: str
) -> list[app_commands.Choice[str]]:
    """Return up to 25 suggestions by title, newest first; none when they cannot be had within Discord's 3 seconds."""
    try:
        member = require_member(interaction)
        found = await services.queries.search(member.guild.id, text.strip(), SEARCH_LIMIT)
    except ReminderBotError as error:
        log.warning("no suggestions guild_id=%s reason=%s", interaction.guild_id, error)
        return []
    lost = await _seen_in_lost_channels(member, found)
    visible = islice((event for event in found if _is_visible_offhand(member, event, lost)), CHOICE_LIMIT)
    return [app_commands.Choice(name=choice_name(event), value=str(event.message_id)) for event in visible]


def choice_name(event: TrackedEvent) -> str:
    """Return what a suggestion shows: the plain title, as suggestions render no markdown and ping nobody."""
    return one_line(event.title, CHOICE_NAME_LIMIT, str(event.message_id))


def _is_visible_offhand(member: discord.Member, event: TrackedEvent, lost: frozenset[int]) -> bool:
    if member.guild_permissions.administrator or event.channel_id in lost:
        return True
    channel = member.guild.get_channel_or_thread(event.channel_id)
    return channel is not None and can_see_offhand(channel, member)


async def _seen_in_lost_channels(member: discord.Member, found: Iterable[TrackedEvent]) -> frozenset[int]:
    """Ask Discord about a few channels that are not in the cache, as archived threads are not, but not for long."""
    guild = member.guild
    unknown = dict.fromkeys(
        event.channel_id for event in found if guild.get_channel_or_thread(event.channel_id) is None
    )
    asked = tuple(islice(unknown, LOST_CHANNELS))
    try:
        async with asyncio.timeout(LOST_SECONDS):
            verdicts = await asyncio.gather(*(may_know(guild, member, channel_id) for channel_id in asked))
    except (TimeoutError, DiscordError):
        return frozenset()
    return frozenset(channel_id for channel_id, is_seen in zip(asked, verdicts, strict=True) if is_seen)


async def _only_one_of_title(services: Services, member: discord.Member, text: str) -> TrackedEvent:
    wanted = text.strip().casefold()
    found = await services.queries.search(member.guild.id, text.strip(), SEARCH_LIMIT)
    same = [event for event in found if choice_name(event).casefold() == wanted]
    visible = await visible_events(member.guild, member, same)
    if len(visible) != 1:
        raise unknown_event()
    return visible[0]
