"""Durations as people write them, in English and French: ``5m``, ``2h30m``, ``1 day``, ``une demi-heure``."""

import re
from datetime import timedelta
from typing import NamedTuple

from utils.duration_words import plain_duration
from utils.errors import InvalidIntervalError
from utils.i18n import _, ngettext

LONGEST = timedelta(days=3650)
"""Longer texts than this are refused before any arithmetic can overflow."""

_MOST_CHARACTERS = 200
"""No duration is as long in words; reading a text costs as much as it is long."""

_MINUTE, _HOUR, _DAY, _WEEK = 60, 3600, 86400, 604800
_SECONDS_OF = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "seconde", "secondes"), 1),
    **dict.fromkeys(("m", "mn", "min", "mins", "minute", "minutes"), _MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "heure", "heures"), _HOUR),
    **dict.fromkeys(("d", "day", "days", "j", "jour", "jours", "journee", "journees"), _DAY),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks", "sem", "semaine", "semaines"), _WEEK),
    **dict.fromkeys(("fortnight", "fortnights"), 2 * _WEEK),
}
_PART = re.compile(r"([0-9]{1,9}(?:[.,][0-9]{1,3})?)\s*([a-z]*)(?:\s*(?:,|(?:and|et)\b)\s*|\s*)")
_LAST_PART = re.compile(r"(?P<before>.*?)(?P<number>[0-9]{1,9}(?:[.,][0-9]{1,3})?)\s*(?P<letters>[a-z]*)\s*", re.DOTALL)
_BETWEEN = re.compile(r";|,(?![0-9])|(?<![0-9]),")
_SUGGESTED_UNITS = ("minutes", "hours", "days", "weeks", "seconds")
_SUGGESTED_FIRST = ("5m", "15m", "30m", "1h", "2h", "6h", "12h", "1d", "2d", "1w")


class _Part(NamedTuple):
    number: float
    unit: str
    """A key of `_SECONDS_OF`, or empty."""


def parse_duration(text: str) -> timedelta:
    """Read a duration, rounded to whole seconds: ``90s``, ``2h30m``, ``1h30``, ``1,5 h``, ``half an hour``.

    English and French are read alike: ``deux jours``, ``une heure et demie``. A number without a unit means minutes.

    Raises:
        InvalidIntervalError: the text is no duration, or it is nothing or more than ten years.
    """
    parts = _parts(text)
    seconds = sum(_seconds(parts, index) for index in range(len(parts)))
    if seconds > LONGEST.total_seconds():
        raise InvalidIntervalError(_("That interval is too long: ten years is the most."))
    duration = timedelta(seconds=round(seconds))
    if not duration:
        raise InvalidIntervalError(_("An interval must be longer than nothing. Write it like 30m, 2h30m or 1d."))
    return duration


def parse_durations(text: str) -> list[timedelta]:
    """Read several durations with commas or semicolons between them, as ``1d, 1h``; longest first, each once.

    A comma between two digits is a decimal one: ``1,5h`` is an hour and a half.

    Raises:
        InvalidIntervalError: one of them is no duration.
    """
    return sorted({parse_duration(part) for part in _BETWEEN.split(text)}, reverse=True)


def parse_interval(text: str, least: timedelta, most: timedelta) -> timedelta:
    """Read a duration that must lie within bounds, both included.

    Raises:
        InvalidIntervalError: the text is no duration, or one out of bounds.
    """
    return require_between(parse_duration(text), least, most)


def require_between(duration: timedelta, least: timedelta, most: timedelta) -> timedelta:
    """Return a duration that lies within bounds, both included.

    Raises:
        InvalidIntervalError: it does not.
    """
    if not least <= duration <= most:
        raise InvalidIntervalError(
            _("The interval must be between {least} and {most}; {given} is not.").format(
                least=format_duration(least), most=format_duration(most), given=format_duration(duration)
            )
        )
    return duration


def format_duration(duration: timedelta) -> str:
    """Write a duration in the language in force, rounded to whole seconds: ``2 hours 30 minutes``.

    Days are the largest unit, because "28 days" is how bounds are set and spoken of.

    Raises:
        ValueError: the duration is negative.
    """
    seconds = round(duration.total_seconds())
    if seconds < 0:
        raise ValueError(f"negative duration {duration}")
    days, seconds = divmod(seconds, _DAY)
    hours, seconds = divmod(seconds, _HOUR)
    minutes, seconds = divmod(seconds, _MINUTE)
    words = (
        (days, ngettext("day", "days", days)),
        (hours, ngettext("hour", "hours", hours)),
        (minutes, ngettext("minute", "minutes", minutes)),
        (seconds, ngettext("second", "seconds", seconds)),
    )
    return " ".join(f"{count} {word}" for count, word in words if count) or f"0 {ngettext('second', 'seconds', 0)}"


def duration_suggestions(text: str, least: timedelta, most: timedelta) -> list[str]:
    """Return what a half-typed duration may become: at most ten texts that `parse_interval` accepts.

    ``2`` gives 2 minutes, 2 hours, 2 days …; ``2h 3`` gives 2 hours 3 minutes; nothing gives common intervals.
    """
    if len(text) > _MOST_CHARACTERS:
        return []
    candidates = [*_completions(plain_duration(text)), text] if text.strip() else _SUGGESTED_FIRST
    found: dict[str, None] = {}
    for candidate in candidates:
        try:
            found[format_duration(parse_interval(candidate, least, most))] = None
        except InvalidIntervalError:
            continue
    return list(found)


def _parts(text: str) -> list[_Part]:
    if len(text) > _MOST_CHARACTERS:
        raise InvalidIntervalError(_("That is no interval. Write it like 30m, 2h30m or 1d."))
    rest = plain_duration(text)
    parts = []
    while rest:
        match = _PART.match(rest)
        if match is None or (match[2] and match[2] not in _SECONDS_OF):
            raise InvalidIntervalError(_("That is no interval. Write it like 30m, 2h30m or 1d."))
        parts.append(_Part(float(match[1].replace(",", ".")), match[2]))
        rest = rest[match.end() :]
    if not parts:
        raise InvalidIntervalError(_("The interval is empty. Write it like 30m, 2h30m or 1d."))
    return parts


def _seconds(parts: list[_Part], index: int) -> float:
    part = parts[index]
    if part.unit:
        return part.number * _SECONDS_OF[part.unit]
    is_only = len(parts) == 1
    is_minutes_of_hour = index == len(parts) - 1 and _SECONDS_OF.get(parts[index - 1].unit) == _HOUR
    if not is_only and not is_minutes_of_hour:
        raise InvalidIntervalError(_("A number in that interval has no unit. Write it like 30m, 2h30m or 1d."))
    return part.number * _MINUTE


def _completions(text: str) -> list[str]:
    match = _LAST_PART.fullmatch(text)
    if match is None:
        return []
    try:
        before = [_SECONDS_OF.get(part.unit, 0) for part in _parts(match["before"])] if match["before"].strip() else []
    except InvalidIntervalError:
        return []
    smallest = min(before, default=2 * _WEEK)
    return [
        f"{match['before']}{match['number']} {unit}"
        for unit in _SUGGESTED_UNITS
        if _starts(unit, match["letters"]) and _SECONDS_OF[unit] < smallest
    ]


def _starts(unit: str, letters: str) -> bool:
    """Tell whether ``letters`` may be on the way to ``unit``, or are, or begin, another spelling of it."""
    if letters in _SECONDS_OF:
        return _SECONDS_OF[letters] == _SECONDS_OF[unit]
    return any(word.startswith(letters) and size == _SECONDS_OF[unit] for word, size in _SECONDS_OF.items())
