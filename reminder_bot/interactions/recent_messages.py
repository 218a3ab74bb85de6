"""The latest messages of a channel, as options to choose from."""

from datetime import datetime, timedelta

import discord

from reminder_bot.event_index import EventIndex
from utils.durations import format_duration
from utils.formatting import first_line_and_rest, truncate
from utils.i18n import _

OPTION_LIMIT = 100
"""Source: https://discord.com/developers/docs/components/reference#string-select-select-option-structure"""


def message_option(message: discord.Message, index: EventIndex, now: datetime) -> discord.SelectOption:
    """Return a message as an option: its first line, its author, how long ago, and whether it is watched already."""
    without_text = message.attachments[0].filename if message.attachments else _("(no text)")
    label, _rest = first_line_and_rest(message.clean_content, without_text)
    details = [message.author.display_name, _ago(now - message.created_at)]
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
