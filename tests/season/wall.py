"""The clock on the wall, for the oracle: when a zone's clocks show a time, and which quiet hours a moment lies in.

Written anew from the rules alone: a time that a change of the clocks skips is the moment at which they jump, one that
they show twice is the first; the beginning belongs to the quiet hours, the end does not.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]


@cache
def shown(day: date, at: time, zone: str) -> datetime:
    """Return the first moment of a day at which the clocks of a zone show a time, in UTC."""
    where = ZoneInfo(zone)
    moments = [datetime.combine(day, at, where).replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    true = [each for each in moments if each.astimezone(where).replace(tzinfo=None) == datetime.combine(day, at)]
    return min(true) if true else _jump(min(moments), max(moments), where)


def _jump(before: datetime, after: datetime, where: ZoneInfo) -> datetime:
    """Return the first second of the offset that is in force at ``after``; another one is at ``before``."""
    late = after.astimezone(where).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(where).utcoffset() == late:
            after = middle
        else:
            before = middle
    return after


@cache
def spans(day: date, hours: str, zone: str) -> tuple[Span, ...]:
    """Return the quiet hours that begin on the day before, on this day and on the next."""
    begins, ends = (time.fromisoformat(part) for part in hours.split("-"))
    return tuple(_spans(day, begins, ends, zone))


def _spans(day: date, begins: time, ends: time, zone: str) -> Iterator[Span]:
    for number in (-2, -1, 0, 1):
        first = day + timedelta(days=number)
        last = first if begins < ends else first + timedelta(days=1)
        span = shown(first, begins, zone), shown(last, ends, zone)
        if span[0] < span[1]:
            yield span


def quiet_span(hours: str, zone: str, moment: datetime) -> Span | None:
    """Return the quiet hours that a moment lies in, None outside of them."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    return next((span for span in spans(day, hours, zone) if span[0] <= moment < span[1]), None)
