"""Where reminders go, as people read it and as they write it."""

import re

import discord
from discord import app_commands

from models.event_options import Place
from reminder_bot.interactions.channel_access import find_channel, may_know
from utils.errors import UserError
from utils.folding import folded
from utils.formatting import one_line
from utils.i18n import _

Chosen = tuple[Place, int | None]
"""A place, and the channel where it is another one."""

MOST_CHOICES = 25
CHOICE_LIMIT = 100
LARGEST_ID = 2**63 - 1
"""Discord refuses to look for larger ones."""

_HERE = ("channel", "here", "salon", "ici")
_THREAD = ("thread", "fil")
_MENTION = re.compile(r"<#(\d{15,20})>|(\d{15,20})")


def place_text(place: Place, channel_id: int | None) -> str:
    """Return where reminders go; the mention of a channel pings nobody."""
    if place is Place.THREAD:
        return _("in a thread of the event's message")
    if place is Place.ELSEWHERE:
        return _("in {channel}").format(channel=f"<#{channel_id}>")
    return _("in the channel of the event")


async def read_place(text: str, member: discord.Member) -> Chosen:
    """Read a place: a word for the event's channel or a thread of its message, or a channel that the member can see.

    Raises:
        UserError: it is none of these.
        DiscordError: the channel cannot be looked at now.
    """
    word = folded(text.strip())
    if word in _HERE:
        return Place.CHANNEL, None
    if word in _THREAD:
        return Place.THREAD, None
    channel_id = _channel_id(text.strip(), member.guild)
    channel = None if channel_id is None else await find_channel(member.guild, channel_id)
    if channel is None or isinstance(channel, discord.CategoryChannel | discord.ForumChannel):
        raise _unknown_place()
    if not await may_know(member.guild, member, channel.id):
        raise _unknown_place()
    return Place.ELSEWHERE, channel.id


def suggest_places(member: discord.Member | discord.User, text: str) -> list[app_commands.Choice[str]]:
    """Return the words, and the text channels that a member can see, by what is typed."""
    wanted = folded(text.strip().removeprefix("#"))
    words = [(_("The event's channel"), _HERE[0]), (_("A thread of the event's message"), _THREAD[0])]
    found = [app_commands.Choice(name=name, value=value) for name, value in words if wanted in folded(name)]
    if isinstance(member, discord.Member):
        for channel in member.guild.text_channels:
            if wanted in folded(channel.name) and channel.permissions_for(member).view_channel:
                name = one_line(f"#{channel.name}", CHOICE_LIMIT, str(channel.id))
                found.append(app_commands.Choice(name=name, value=str(channel.id)))
    return found[:MOST_CHOICES]


def _channel_id(text: str, guild: discord.Guild) -> int | None:
    if match := _MENTION.fullmatch(text):
        found = int(match[1] or match[2])
        return found if found <= LARGEST_ID else None
    wanted = folded(text.removeprefix("#"))
    same = [channel.id for channel in guild.text_channels if folded(channel.name) == wanted]
    return same[0] if len(same) == 1 else None


def _unknown_place() -> UserError:
    return UserError(_("That is no place for reminders. Write `channel` or `thread`, or pick a channel as you type."))
