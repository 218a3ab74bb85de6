"""From an ``event`` option to an event, and from what somebody types to suggestions: only what they can see."""

import logging
from collections.abc import Iterable
from itertools import islice

import discord
from discord import app_commands

from models.records import TrackedEvent
from reminder_bot.interactions.channel_access import may_know, visible_channels
from reminder_bot.services import Services
from utils.checks import require_member
from utils.converters import parse_event_option, unknown_event
from utils.errors import EventNotFoundError, ReminderBotError, UserError
from utils.formatting import one_line

log = logging.getLogger(__name__)

CHOICE_LIMIT = 25
CHOICE_NAME_LIMIT = 100
SEARCH_LIMIT = 1000
"""How many events of that title are looked at for those in channels the caller can see."""


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


async def require_recorded_event(services: Services, member: discord.Member, text: str) -> TrackedEvent:
    """Return the event that an option names as `require_event` does; by link or id also one that is over.

    Raises:
        UserError: as `require_event`.
        DiscordError: as `require_event`.
    """
    guild = member.guild
    try:
        event_id = parse_event_option(text, guild.id)
    except EventNotFoundError:
        return await _only_one_of_title(services, member, text)
    event = await services.queries.recorded(guild.id, event_id)
    if event is None or not await may_know(guild, member, event.channel_id):
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
        # A refusal is worded for its reader, in their language; the log is in English.
        reason = type(error).__name__ if isinstance(error, UserError) else error
        log.warning("no suggestions guild_id=%s reason=%s", interaction.guild_id, reason)
        return []
    seen = await visible_channels(member, (event.channel_id for event in found))
    visible = islice((event for event in found if event.channel_id in seen), CHOICE_LIMIT)
    return [app_commands.Choice(name=choice_name(event), value=str(event.message_id)) for event in visible]


def choice_name(event: TrackedEvent) -> str:
    """Return what a suggestion shows: the plain title, as suggestions render no markdown and ping nobody."""
    return one_line(event.title, CHOICE_NAME_LIMIT, str(event.message_id))


async def _only_one_of_title(services: Services, member: discord.Member, text: str) -> TrackedEvent:
    wanted = text.strip().casefold()
    found = await services.queries.search(member.guild.id, text.strip(), SEARCH_LIMIT)
    same = [event for event in found if choice_name(event).casefold() == wanted]
    visible = await visible_events(member.guild, member, same)
    if len(visible) != 1:
        raise unknown_event()
    return visible[0]
