"""The latest messages of a channel, as options to choose from."""

from datetime import datetime, timedelta

import discord

from reminder_bot.event_index import EventIndex
from utils.durations import format_duration
from utils.formatting import first_line_and_rest, one_line, truncate
from utils.i18n import _

OPTION_LIMIT = 100
"""Source: https://discord.com/developers/docs/components/reference#string-select-select-option-structure"""

AUTHOR_LIMIT = 60
"""Leaves room for how long ago a message was written, and whether it is watched."""


def message_option(message: discord.Message, index: EventIndex, now: datetime) -> discord.SelectOption:
    """Return a message as an option: its first line, its author, how long ago, and whether it is watched already."""
    filename = message.attachments[0].filename if message.attachments else ""
    label, _rest = first_line_and_rest(message.clean_content, one_line(filename, OPTION_LIMIT, _("(no text)")))
    # A name that turns text round would turn the rest of the line round with it.
    author = one_line(message.author.display_name, AUTHOR_LIMIT, str(message.author.id))
    details = [author, _ago(now - message.created_at)]
    if index.get(message.id) is not None:
        details.append(_("watched"))
    return discord.SelectOption(
        label=truncate(label, OPTION_LIMIT),
        value=str(message.id),
        description=truncate(" · ".join(details), OPTION_LIMIT),
    )


def _ago(age: timedelta) -> str:
    """Return an age in its largest unit, as options show no timestamps that would read right in each zone."""
    for unit in (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)):
        if age >= unit:
            return _("{age} ago").format(age=format_duration(age // unit * unit))
    return _("just now")
