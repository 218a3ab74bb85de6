"""PURE: which time of day the pieces of a moment mean.

A morning without a time is 9:00, an afternoon 15:00, an evening, a night or “tonight” 20:00. With a time they tell
which half of the day it lies in: “tonight at 9” is 21:00, and “tonight at 1” is 1:00 of the next day. *Midnight* ends
the day it is said with; ``0:00`` and ``12am`` begin it. Any other time is read on 24 hours: “at 8” is 8:00.
"""

from datetime import date, datetime, time, timedelta

from utils.moments.pieces import PartOfDay, TimeOfDay
from utils.moments.rules import Found

_SMALL_HOURS = 5


def has_time(found: Found) -> bool:
    """Tell whether a time of day, or a part of the day, is said."""
    return TimeOfDay in found or PartOfDay in found


def at_time(day: date, found: Found) -> datetime:
    """Return the naive local time that is meant on a day.

    Raises:
        OverflowError: it lies beyond the calendar.
    """
    part, said = found.get(PartOfDay), found.get(TimeOfDay)
    if not isinstance(said, TimeOfDay):
        return datetime.combine(day, part.value if isinstance(part, PartOfDay) else time())
    hour, days = said.hour, 1 if said.is_end_of_day else 0
    if part is PartOfDay.AFTERNOON and not said.is_exact and 1 <= hour < 12:
        hour += 12
    if part is PartOfDay.EVENING and not said.is_end_of_day:
        if hour < _SMALL_HOURS:
            days = 1
        elif hour < 12 and not said.is_exact:
            hour += 12
    return datetime.combine(day, time(hour, said.minute)) + timedelta(days=days)
