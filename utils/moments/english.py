"""English moments: ``tomorrow 8pm``, ``next Tuesday at 20:00``, ``the 3rd of April at half past eight``."""

import re

from utils.moments import numerals
from utils.moments.language import Language, any_of, numbered
from utils.moments.offsets import offset_rule, read_offset
from utils.moments.pieces import CalendarDate, NearDay, NextWeek, Offset, PartOfDay, TimeOfDay, Weekday, Weekend
from utils.moments.rules import Pieces, rule, words

_WEEKDAYS = numbered(
    (
        "monday mon",
        "tuesday tue tues",
        "wednesday wed weds",
        "thursday thu thur thurs",
        "friday fri",
        "saturday sat",
        "sunday sun",
    ),
    0,
)
_MONTHS = numbered(
    (
        "january jan",
        "february feb",
        "march mar",
        "april apr",
        "may",
        "june jun",
        "july jul",
        "august aug",
        "september sep sept septembre",
        "october oct",
        "november nov",
        "december dec",
    ),
    1,
)
_PARTS = {
    "morning": PartOfDay.MORNING,
    "afternoon": PartOfDay.AFTERNOON,
    "evening": PartOfDay.EVENING,
    "night": PartOfDay.EVENING,
}
_DAY = rf"(?P<weekday>{any_of(_WEEKDAYS)})"
_MONTH = rf"(?P<month>{any_of(_MONTHS)})"
_YEAR = r"(?:,? ?(?P<year>[0-9]{4}))?"
_PART = rf"(?P<part>{any_of(_PARTS)})"
_HALF = r"(?: ?(?P<half>[ap]m))?"


def _weekday(match: re.Match[str]) -> Weekday:
    groups = match.groupdict()
    return Weekday(_WEEKDAYS[match["weekday"]], groups.get("which") == "next", 1 if groups.get("later") else 0)


def _date(match: re.Match[str]) -> CalendarDate:
    year = match["year"]
    return CalendarDate(int(match["day"]), _MONTHS[match["month"]], int(year) if year else None)


def _part_today(match: re.Match[str]) -> Pieces:
    return NearDay(0), _PARTS[match["part"]]


def _tonight(match: re.Match[str]) -> Pieces | None:
    at = numerals.time_of_day(match["hour"])
    return None if at is None else (NearDay(0), at, PartOfDay.EVENING)


def _time_and_part(match: re.Match[str]) -> Pieces | None:
    at = numerals.time_of_day(match["hour"], match["minute"])
    return None if at is None else (at, _PARTS[match["part"]])


def _past_or_to(match: re.Match[str]) -> TimeOfDay | None:
    minutes = {"half": 30, "quarter": 15}.get(match["minutes"]) or int(match["minutes"])
    at = numerals.time_of_day(match["hour"], None, match["half"])
    if at is None or minutes > 59:
        return None
    in_all = at.hour * 60 + (minutes if match["way"] == "past" else -minutes)
    return TimeOfDay(in_all // 60 % 24, in_all % 60, at.is_exact)


def _from_now(match: re.Match[str]) -> Offset | None:
    return read_offset(match["while"])


ENGLISH = Language(
    rules=(
        rule(r"(?P<hour>[0-9]{1,2}) tonight", _tonight),
        rule(r"tonight (?P<hour>[0-9]{1,2})", _tonight),
        words(r"today", NearDay(0)),
        words(r"tonight", NearDay(0), PartOfDay.EVENING),
        words(r"tomorrow|tomorow|tommorow|tommorrow|tmrw|tmr", NearDay(1)),
        words(r"(?:the )?day after tomorrow", NearDay(2)),
        rule(rf"this {_PART}", _part_today),
        rule(rf"(?:(?:in|at) (?:the )?)?{_PART}", lambda match: _PARTS[match["part"]]),
        rule(rf"(?:at )?(?P<hour>[0-9]{{1,2}})(?:[:.](?P<minute>[0-9]{{2}}))? (?:in the|at) {_PART}", _time_and_part),
        rule(
            rf"(?:at )?(?:a )?(?P<minutes>half|quarter|[0-9]{{1,2}}) (?P<way>past|to) (?P<hour>[0-9]{{1,2}}){_HALF}",
            _past_or_to,
        ),
        rule(r"(?:at )?(?P<hour>[0-9]{1,2}) o'? ?clock", lambda match: numerals.time_of_day(match["hour"])),
        words(r"(?:at )?(?:12 )?(?:noon|midday)", TimeOfDay(12, is_exact=True)),
        words(r"(?:at )?(?:12 )?midnight", TimeOfDay(0, is_end_of_day=True)),
        rule(rf"(?:(?P<which>next|this|coming) )?{_DAY}(?P<later> week)?", _weekday),
        rule(rf"(?P<later>(?:a|1) week) (?:on|from) {_DAY}", _weekday),
        words(r"(?:this|the|at the) week-?end", Weekend()),
        words(r"next week", NextWeek()),
        words(r"next month", Offset(months=1)),
        words(r"next year", Offset(months=12)),
        rule(rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}{_YEAR}", _date),
        rule(rf"{_MONTH} (?:the )?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?{_YEAR}", _date),
        rule(r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)", lambda match: CalendarDate(int(match["day"]))),
        offset_rule("in|within"),
        rule(r"(?P<while>.{1,60}?) from now", _from_now),
    ),
    fillers=re.compile(r"(?:on|at|the|of|by|in|around)(?= )"),
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    first_of_month="1",
    examples=("tomorrow 8pm", "3 April 20:00"),
)
