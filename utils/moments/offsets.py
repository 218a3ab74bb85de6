"""A while from now, days by the calendar and hours by the stopwatch: ``3 days``, ``2h30``, ``un mois et demi``."""

import re
from collections.abc import Iterator

from utils.duration_words import plain_duration
from utils.moments.pieces import Offset
from utils.moments.rules import Pieces, Rule

_PART = re.compile(r"([0-9]{1,9}(?:[.,][0-9]{1,3})?) ?([a-z]*)(?: ?(?:,|(?:and|et)\b) ?| ?)")
_HOUR, _DAY = 3600, 86400
_DAYS_OF_HALF_MONTHS = 30
_SECONDS_OF = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "seconde", "secondes"), 1),
    **dict.fromkeys(("m", "mn", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "heure", "heures"), _HOUR),
}
_DAYS_OF = {
    **dict.fromkeys(("d", "day", "days", "j", "jour", "jours"), 1),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks", "sem", "semaine", "semaines"), 7),
    **dict.fromkeys(("fortnight", "fortnights"), 14),
}
_MONTHS_OF = {
    **dict.fromkeys(("month", "months", "mois"), 1),
    **dict.fromkeys(("year", "years", "an", "ans", "annee", "annees"), 12),
}


def read_offset(text: str) -> Offset | None:
    """Read a while, rounded to whole seconds; None when the text is none, or nothing."""
    rest = plain_duration(text)
    months = days = seconds = 0.0
    unit = ""
    while rest:
        match = _PART.match(rest)
        if match is None:
            return None
        number, before, unit = float(match[1].replace(",", ".")), unit, match[2]
        rest = rest[match.end() :]
        if unit in _SECONDS_OF:
            seconds += number * _SECONDS_OF[unit]
        elif unit in _DAYS_OF:
            days += number * _DAYS_OF[unit]
        elif unit in _MONTHS_OF:
            months += number * _MONTHS_OF[unit]
        elif not unit and not rest and _SECONDS_OF.get(before) == _HOUR:
            seconds += number * 60
        else:
            return None
    offset = _whole(months, days, seconds)
    return offset if offset != Offset() else None


def offset_rule(before: str) -> Rule:
    """Return a rule for a while behind the words ``before``, as in ``in 3 days``; the longest reading first."""
    compiled = re.compile(rf"(?:{before}) ")

    def read(text: str, start: int) -> Iterator[tuple[int, Pieces]]:
        match = compiled.match(text, start)
        if match is None:
            return
        ends = [place.start() for place in re.finditer(r"(?=[ ,;]|$)", text) if place.start() > match.end()]
        for end in reversed(ends):
            offset = read_offset(text[match.end() : end])
            if offset is not None:
                yield end, (offset,)

    return read


def _whole(months: float, days: float, seconds: float) -> Offset:
    whole_months = int(months)
    days += (months - whole_months) * _DAYS_OF_HALF_MONTHS
    whole_days = int(days)
    return Offset(whole_months, whole_days, round(seconds + (days - whole_days) * _DAY))
