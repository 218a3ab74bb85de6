"""What the words of a moment say, one piece each: a time of day, a day of the week, a date, a while from now."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum


class PartOfDay(Enum):
    """A part of a day; the value is the time it stands for when none is said."""

    MORNING = time(9)
    AFTERNOON = time(15)
    EVENING = time(20)


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time on the clock, 24 hours."""

    hour: int
    minute: int = 0
    is_exact: bool = False
    """Said with am or pm, so that no part of the day moves it."""
    is_end_of_day: bool = False
    """Midnight, said as a word: the one that ends the day."""


@dataclass(frozen=True, slots=True)
class NearDay:
    """So many days from today."""

    days: int


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week, Monday is 0; the coming one, and today's if its time is still to come."""

    number: int
    is_after_today: bool = False
    """Said as "next": never today."""
    weeks_later: int = 0


@dataclass(frozen=True, slots=True)
class Weekend:
    """The Saturday of this week, or today when it is Sunday."""


@dataclass(frozen=True, slots=True)
class NextWeek:
    """With a day of the week, that day of the week that begins next Monday; else a week from today."""


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """A date; without a year, or without a month too, the next such."""

    day: int
    month: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Offset:
    """A while from now: months and days go by the calendar, seconds by the stopwatch."""

    months: int = 0
    days: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class UtcOffset:
    """How far the clock that is meant is ahead of UTC."""

    ahead: timedelta


@dataclass(frozen=True, slots=True)
class Exact:
    """A moment that needs no zone."""

    at: datetime


Piece = PartOfDay | TimeOfDay | NearDay | Weekday | Weekend | NextWeek | CalendarDate | Offset | UtcOffset | Exact
