"""How moments are written: for messages as Discord's tags, for suggestions and selects in words."""

from datetime import date, datetime, timedelta, tzinfo

from utils.moments.languages import language_of
from utils.moments.local_times import moments_of
from utils.time import offset_text, timestamp_tag


def describe(moment: datetime) -> str:
    """Write a moment for a message: the long date and time, and how far it is, each reader in their own zone."""
    return f"{timestamp_tag(moment, 'F')} ({timestamp_tag(moment, 'R')})"


def label(moment: datetime, zone: tzinfo, language: str) -> str:
    """Write a moment in words, to the minute, for where Discord shows no tags: ``Fri 6 March 2026, 20:00``.

    At most 100 characters. `read_moment` reads it back; where the clocks show the time twice, its offset is added.
    """
    local = moment.astimezone(zone)
    text = f"{day_label(local.date(), language)}, {local:%H:%M}"
    naive = local.replace(tzinfo=None, fold=0)
    return text if len(moments_of(naive, zone)) < 2 else f"{text} ({offset_text(local.utcoffset() or timedelta())})"


def day_label(day: date, language: str) -> str:
    """Write a day in words: ``Fri 6 March 2026``."""
    names = language_of(language)
    number = names.first_of_month if day.day == 1 else str(day.day)
    return f"{names.weekdays[day.weekday()]} {number} {names.months[day.month - 1]} {day.year}"
