"""Moments in numbers, the same in every language: ``20:00``, ``20h30``, ``8 pm``, ``03/04/2026``, ``2026-03-04``."""

import re
from datetime import UTC, datetime, timedelta

from utils.errors import InvalidMomentError
from utils.i18n import _
from utils.moments.pieces import CalendarDate, Exact, TimeOfDay, UtcOffset
from utils.moments.rules import Pieces, rule

_AT = r"(?:(?:at|@|a|vers) ?)?"
_HALVES = {"am": 0, "pm": 12}
_DAY_MONTH = r"(?P<day>[0-9]{1,2})(?P<mark>[/.-])(?P<month>[0-9]{1,2})"


def time_of_day(hour: str, minute: str | None = None, half: str | None = None) -> TimeOfDay | None:
    """Return a time of day, or None when there is none such; ``half`` is ``am``, ``pm`` or nothing."""
    hours, minutes = int(hour), int(minute or 0)
    if minutes > 59 or hours > 24 or (hours == 24 and minutes):
        return None
    if hours == 24:
        return TimeOfDay(0, is_end_of_day=True)
    if not half:
        return TimeOfDay(hours, minutes)
    if not 1 <= hours <= 12:
        return None
    return TimeOfDay(hours % 12 + _HALVES[half], minutes, is_exact=True)


def _time(match: re.Match[str]) -> TimeOfDay | None:
    groups = match.groupdict()
    return time_of_day(match["hour"], groups.get("minute"), groups.get("half"))


def _day_first(match: re.Match[str]) -> CalendarDate | None:
    day, month, year = int(match["day"]), int(match["month"]), match.groupdict().get("year")
    if month > 12 and day <= 12:
        raise InvalidMomentError(
            _("Dates are read day first, so that one has no month: write the day, then the month, as in 25/03/2026.")
        )
    return CalendarDate(day, month, _year(year) if year else None)


def _year(text: str) -> int:
    return int(text) + 2000 if len(text) == 2 else int(text)


def _iso_date(match: re.Match[str]) -> CalendarDate:
    return CalendarDate(int(match["day"]), int(match["month"]), int(match["year"]))


def _local_iso(match: re.Match[str]) -> Pieces | None:
    at = time_of_day(match["hour"], match["minute"])
    return None if at is None else (_iso_date(match), at)


def _iso(match: re.Match[str]) -> Pieces | None:
    at, ahead = time_of_day(match["hour"], match["minute"]), _offset(match)
    return None if at is None or ahead is None else (_iso_date(match), at, ahead)


def _offset(match: re.Match[str]) -> UtcOffset | None:
    hours, minutes = int(match["hours"] or 0), int(match["minutes"] or 0)
    if hours > 14 or minutes > 59:
        return None
    ahead = timedelta(hours=hours, minutes=minutes)
    return UtcOffset(-ahead if match["sign"] == "-" else ahead)


def _tag(match: re.Match[str]) -> Exact | None:
    try:
        return Exact(datetime.fromtimestamp(int(match["seconds"]), UTC))
    except (OverflowError, OSError, ValueError):
        return None


_ISO_SECONDS = r"(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
_ISO_OFFSET = r"(?:z|(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2}))"
_ISO_DATE = r"(?P<year>[0-9]{4})(?P<mark>[-/])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"

RULES = (
    rule(_AT + r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::[0-9]{2})?(?: ?(?P<half>[ap]m))?", _time),
    rule(_AT + r"(?P<hour>[0-9]{1,2})(?:\.(?P<minute>[0-9]{2}))? ?(?P<half>[ap]m)", _time),
    rule(_AT + r"(?P<hour>[0-9]{1,2}) ?h(?:eures?)? ?(?P<minute>[0-9]{2})", _time),
    rule(_AT + r"(?P<hour>[0-9]{1,2}) ?h(?:eures?)?", _time),
    rule(r"(?:at|@|a|vers) ?(?P<hour>[0-9]{1,2})", _time),
    rule(_ISO_DATE, _iso_date),
    rule(_ISO_DATE + r"t(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})" + _ISO_SECONDS, _local_iso),
    rule(_ISO_DATE + r"[t ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})" + _ISO_SECONDS + _ISO_OFFSET, _iso),
    rule(_DAY_MONTH + r"(?P=mark)(?P<year>[0-9]{4}|[0-9]{2})", _day_first),
    rule(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})", _day_first),
    rule(r"\(?(?:utc|gmt) ?(?:(?P<sign>[+-])(?P<hours>[0-9]{1,2})(?::(?P<minutes>[0-9]{2}))?)?\)?", _offset),
    rule(r"<t:(?P<seconds>-?[0-9]{1,12})(?::[a-z])?>", _tag),
)
