"""PURE: which days the pieces of a moment may mean, counted from today.

``Friday`` is the coming one, and today's when its time is still to come. ``next Friday`` and ``vendredi prochain``
are the first Friday after today. ``Friday next week`` lies in the week that begins next Monday; ``Friday week`` and
``vendredi en huit`` are a week after the coming one. A date without a year, or without a month, is the next such date.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from utils.moments.pieces import CalendarDate, NearDay, NextWeek, Offset, Weekday, Weekend
from utils.moments.rules import Found

_SATURDAY, _SUNDAY = 5, 6
_YEARS_TO_LOOK = 9
"""Between two 29ths of February there are at most eight years."""


def days_meant(found: Found, today: date) -> Iterator[date]:
    """Yield the days that may be meant, the nearest first; none when there is no such day in the calendar.

    There is a second one only where the time decides: “Friday 12:00”, said on a Friday afternoon, is a week away.
    """
    calendar, near = found.get(CalendarDate), found.get(NearDay)
    if isinstance(calendar, CalendarDate):
        yield from _dates(calendar, today)
    elif isinstance(near, NearDay):
        yield today + timedelta(days=near.days)
    elif Weekend in found:
        yield today if today.weekday() == _SUNDAY else today + timedelta(days=_SATURDAY - today.weekday())
    else:
        yield from _days_of_week(found, today)


def moved(day: date, offset: Offset) -> date:
    """Return the day some months and days on; the last day of a month that is too short for it.

    Raises:
        OverflowError: it lies beyond the calendar.
    """
    months = day.year * 12 + day.month - 1 + offset.months
    year, month = divmod(months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(f"no year {year}")
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + timedelta(days=offset.days)


def _days_of_week(found: Found, today: date) -> Iterator[date]:
    weekday = found.get(Weekday)
    if not isinstance(weekday, Weekday):
        start = today + timedelta(days=7 if NextWeek in found else 0)
        yield from (start + timedelta(days=later) for later in range(3))
        return
    if NextWeek in found:
        monday = today + timedelta(days=7 - today.weekday())
        yield monday + timedelta(days=weekday.number)
        return
    ahead = (weekday.number - today.weekday()) % 7
    if weekday.is_after_today and not ahead:
        ahead = 7
    first = today + timedelta(days=ahead + 7 * weekday.weeks_later)
    yield from (first, first + timedelta(days=7))


def _dates(calendar: CalendarDate, today: date) -> Iterator[date]:
    if calendar.year is not None:
        months = [(calendar.year, calendar.month or today.month)]
    elif calendar.month is not None:
        months = [(year, calendar.month) for year in range(today.year, today.year + _YEARS_TO_LOOK)]
    else:
        ahead = (today.year * 12 + today.month - 1 + later for later in range(12))
        months = [(number // 12, number % 12 + 1) for number in ahead]
    for year, month in months:
        is_real = date.min.year <= year <= date.max.year and 1 <= month <= 12
        if is_real and 1 <= calendar.day <= monthrange(year, month)[1]:
            day = date(year, month, calendar.day)
            if calendar.year is not None or day >= today:
                yield day
