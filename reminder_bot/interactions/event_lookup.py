"""From an ``event`` option to an event, and from what somebody types to suggestions: only what they can see."""

import logging
from collections.abc import Iterable, Iterator
from itertools import islice

import discord
from discord import app_commands

from models.records import TrackedEvent
from reminder_bot.interactions.channel_access import can_see_offhand, may_know
from reminder_bot.services import Services
from utils.checks import require_member
from utils.converters import parse_event_option, unknown_event
from utils.errors import EventNotFoundError, ReminderBotError
from utils.formatting import clean_text, truncate

log = logging.getLogger(__name__)

CHOICE_LIMIT = 25
CHOICE_NAME_LIMIT = 100
SEARCH_LIMIT = 1000
"""How many events of that title are looked at for those in channels the caller can see."""


async def require_event(services: Services, member: discord.Member, text: str) -> TrackedEvent:
    """Return the watched event that an option names.

    Raises:
        EventNotFoundError: there is none, or it is in a channel that the caller cannot see.
        InvalidLinkError: the link leads to another guild.
        DiscordError: whether the caller can see it cannot be told at the moment.
    """
    guild = member.guild
    event_id = parse_event_option(text, guild.id)
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
    visible = islice(_visible_offhand(member, found), CHOICE_LIMIT)
    return [app_commands.Choice(name=choice_name(event), value=str(event.message_id)) for event in visible]


def choice_name(event: TrackedEvent) -> str:
    """Return what a suggestion shows: the plain title, as suggestions render no markdown and ping nobody."""
    return truncate(clean_text(event.title).strip() or str(event.message_id), CHOICE_NAME_LIMIT)


def _visible_offhand(member: discord.Member, found: Iterable[TrackedEvent]) -> Iterator[TrackedEvent]:
    for event in found:
        channel = member.guild.get_channel_or_thread(event.channel_id)
        if member.guild_permissions.administrator or (channel is not None and can_see_offhand(channel, member)):
            yield event
