"""Moments in people's words: the tables, what is refused and how, and how moments are written."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.phrases import NEW_YORK, PARIS, SATURDAY, WEDNESDAY, Phrase, phrases
from utils.errors import (
    InvalidMomentError,
    MomentNotUnderstoodError,
    MomentPastError,
    MomentSkippedError,
    MomentTooFarError,
    MomentWithoutTimeError,
)
from utils.moments.labels import day_label, describe, label
from utils.moments.reading import Moment, read_moment


def read(text: str, language: str = "en", *, now: datetime = WEDNESDAY, zone: ZoneInfo = PARIS) -> Moment:
    return read_moment(text, now=now, zone=zone, language=language)


@pytest.mark.parametrize(
    "phrase", list(phrases()), ids=lambda phrase: f"{phrase.zone.key} {phrase.language} {phrase.text}"
)
def test_phrase_is_read(phrase: Phrase) -> None:
    moment = read(phrase.text, phrase.language, now=phrase.now, zone=phrase.zone)
    assert f"{moment.at.astimezone(phrase.zone):%Y-%m-%d %H:%M:%S}" == f"{phrase.expected}:00"
    assert moment.again is None
    assert moment.at.tzinfo is UTC


def test_tables_hold_sixty_phrases_and_more_of_each_language() -> None:
    counted = Counter(phrase.language for phrase in phrases())
    assert min(counted.values()) >= 90
    assert counted.keys() == {"en", "fr"}


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "soon", "8", "20", "tomorrow 20", "25:00", "20:60", "8:5", "13pm", "0am", "24:30"),
        *("8pm 9pm", "Friday or Saturday 8pm", "tomorrow tomorrow 8pm", "every friday 20:00", "2 hours ago"),
        *("in", "in 0 minutes", "in 30", "in 2 hours at 20:00", "in 3 days friday 20:00", "next week tomorrow 8pm"),
        *(
            "UTC+2",
            "8pm UTC+99",
            "at",
            "the",
            "bientôt",
            "20h ou 21h",
            "٨pm",
            "8pm" + " " * 200 + "x",
            "<t:99999999999999:F>",
        ),
    ],
)
@pytest.mark.parametrize(("language", "example"), [("en", "tomorrow 8pm"), ("fr", "demain 20h")])
def test_what_is_no_moment_is_refused_with_examples_in_the_language(text: str, language: str, example: str) -> None:
    with pytest.raises(MomentNotUnderstoodError) as caught:
        read(text, language)
    assert example in str(caught.value)


@pytest.mark.parametrize("example", ["tomorrow 8pm", "3 April 20:00", "demain 20h", "3 avril 20h"])
def test_examples_in_refusals_are_read(example: str) -> None:
    assert read(example).at > WEDNESDAY


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("today 10:00", "en", "Wed 4 March 2026, 10:00"),
        ("this morning", "en", "Wed 4 March 2026, 09:00"),
        ("today 13:00", "en", "Wed 4 March 2026, 13:00"),
        ("2026-03-03 20:00", "en", "Tue 3 March 2026, 20:00"),
        ("03/03/2026 20h", "fr", "mar. 3 mars 2026, 20:00"),
        ("0001-01-01 00:00", "en", "Mon 1 January 1, 00:00"),
        ("<t:0>", "en", "Thu 1 January 1970, 01:00"),
    ],
)
def test_past_moment_is_refused_and_shown(text: str, language: str, shown: str) -> None:
    with pytest.raises(MomentPastError) as caught:
        read(text, language)
    assert str(caught.value) == f"That would be {shown}, which is past: write a later time."


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("tomorrow", date(2026, 3, 5)),
        ("vendredi", date(2026, 3, 6)),
        ("next Friday", date(2026, 3, 6)),
        ("Wednesday", date(2026, 3, 4)),
        ("3 avril", date(2026, 4, 3)),
        ("le 15", date(2026, 3, 15)),
        ("03/04/2026", date(2026, 4, 3)),
    ],
)
def test_day_without_a_time_is_refused_and_a_time_asked_for(text: str, day: date) -> None:
    with pytest.raises(MomentWithoutTimeError) as caught:
        read(text)
    assert caught.value.day == day
    assert f"“{day_label(day, 'en')}, 20:00”" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["1 January 2032 20:00", "in 6 years", "in 99999 years", "in 999999999 hours", "9999-12-31 24:00"]
)
def test_moment_more_than_five_years_away_is_refused(text: str) -> None:
    with pytest.raises(MomentTooFarError, match="five years"):
        read(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("03/25/2026 20:00", "day first"),
        ("31 April 20:00", "no such date"),
        ("30/02 20h", "no such date"),
        ("2026-13-01 20:00", "no such date"),
        ("Tuesday 3 April 20:00", "Fri 3 April 2026 is another day of the week"),
        ("tomorrow friday 20:00", "Thu 5 March 2026 is another day of the week"),
        ("mardi 20", "Fri 20 March 2026 is another day of the week"),
    ],
)
def test_date_that_is_wrong_is_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(InvalidMomentError, match=says):
        read(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("in 2 hours", 0), ("in 90s", 57), ("in 3 days", 0), ("in 90 seconds and 1 day", 57)]
)
def test_while_is_rounded_to_minutes_unless_it_has_seconds(text: str, seconds: int) -> None:
    assert read(text, now=WEDNESDAY + timedelta(seconds=27, milliseconds=5)).at.second == seconds


@pytest.mark.parametrize(
    ("day", "text", "expected"),
    [
        (4, "this weekend 14:00", "Sat 7 March 2026, 14:00"),
        (7, "this weekend 14:00", "Sat 7 March 2026, 14:00"),
        (8, "this weekend 14:00", "Sun 8 March 2026, 14:00"),
        (6, "Friday 20:00", "Fri 6 March 2026, 20:00"),
        (6, "Friday 12:00", "Fri 13 March 2026, 12:00"),
        (6, "next Friday 20:00", "Fri 13 March 2026, 20:00"),
        (8, "next Monday 20:00", "Mon 9 March 2026, 20:00"),
        (8, "Monday next week 20:00", "Mon 9 March 2026, 20:00"),
        (9, "Monday next week 20:00", "Mon 16 March 2026, 20:00"),
        (31, "in a month", "Thu 30 April 2026, 14:00"),
    ],
)
def test_day_that_is_meant_follows_from_today(day: int, text: str, expected: str) -> None:
    now = datetime(2026, 3, day, 12, 0, tzinfo=UTC).astimezone(PARIS).replace(hour=14 if day == 31 else 13)
    assert label(read(text, now=now.astimezone(UTC)).at, PARIS, "en") == expected


def test_zone_decides_which_day_today_is() -> None:
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    assert read("today 20:00", now=late).at == datetime(2026, 3, 5, 19, 0, tzinfo=UTC)
    assert read("today 20:00", now=late, zone=NEW_YORK).at == datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


def test_own_language_is_read_before_the_other() -> None:
    assert read("mar 20h", "fr").at == datetime(2026, 3, 10, 19, 0, tzinfo=UTC)
    with pytest.raises(MomentNotUnderstoodError):
        read("mardi mars 20h", "fr")


@pytest.mark.parametrize(("language", "expected"), [("de", "en"), ("en-GB", "en"), ("fr", "fr"), ("FR_ca", "fr")])
def test_language_is_told_by_its_first_letters_and_is_english_otherwise(language: str, expected: str) -> None:
    assert day_label(date(2026, 3, 4), language) == day_label(date(2026, 3, 4), expected)


def test_now_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        read("8pm", now=datetime(2026, 3, 4))  # noqa: DTZ001


def test_moment_is_described_by_tags_that_are_read_back() -> None:
    at = datetime(2026, 3, 6, 20, 0, tzinfo=UTC)
    assert describe(at) == "<t:1772827200:F> (<t:1772827200:R>)"
    assert read("<t:1772827200:F>").at == at


def test_skipped_time_is_refused_with_the_nearest_times() -> None:
    with pytest.raises(MomentSkippedError) as caught:
        read("29 March 02:30")
    assert caught.value.before == datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert caught.value.after == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert "Sun 29 March 2026, 02:30: they go from 01:59 to 03:00." in str(caught.value)


@pytest.mark.parametrize("text", ["2:30 am", "tomorrow 02:00", "sunday 2h59", "8 march 02:30", "tonight at 2:15"])
def test_time_that_new_york_skips_is_refused(text: str) -> None:
    with pytest.raises(MomentSkippedError, match="from 01:59 to 03:00"):
        read(text, now=SATURDAY, zone=NEW_YORK)


@pytest.mark.parametrize(
    ("text", "zone", "first", "second"),
    [
        ("25 October 02:30", PARIS, "2026-10-25T00:30", "2026-10-25T01:30"),
        ("dimanche 25 octobre à 2h", PARIS, "2026-10-25T00:00", "2026-10-25T01:00"),
        ("1 November 1:30am", NEW_YORK, "2026-11-01T05:30", "2026-11-01T06:30"),
        ("5 April 01:45", ZoneInfo("Australia/Lord_Howe"), "2026-04-04T14:45", "2026-04-04T15:15"),
    ],
)
def test_time_that_is_shown_twice_gives_both(text: str, zone: ZoneInfo, first: str, second: str) -> None:
    moment = read(text, zone=zone)
    assert moment.again is not None
    assert [f"{at:%Y-%m-%dT%H:%M}" for at in (moment.at, moment.again)] == [first, second]
    assert [read(label(at, zone, "fr"), zone=zone) for at in (moment.at, moment.again)] == [
        Moment(moment.at),
        Moment(moment.again),
    ]


@pytest.mark.parametrize(("hour", "offset"), [(0, "UTC+1"), (1, "UTC+0")])
def test_time_that_is_shown_twice_is_written_with_its_offset(hour: int, offset: str) -> None:
    at = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    assert label(at, ZoneInfo("Europe/London"), "en") == f"Sun 25 October 2026, 01:30 ({offset})"


@pytest.mark.parametrize("text", ["today 02:30", "02:30", "Sunday 02:30"])
def test_second_of_two_is_left_when_the_first_is_past(text: str) -> None:
    between = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    assert read(text, now=between) == Moment(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("now", "text", "expected"),
    [
        ("2026-03-28T01:30", "in 1 day", "2026-03-29T01:30"),
        ("2026-10-24T00:30", "in 1 day", "2026-10-25T00:30"),
        ("2026-10-25T01:30", "in 1 hour", "2026-10-25T02:30"),
        ("2026-10-25T00:30", "in 30 minutes", "2026-10-25T01:00"),
    ],
)
def test_days_go_by_the_calendar_and_hours_by_the_stopwatch(now: str, text: str, expected: str) -> None:
    found = read(text, now=datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert found == Moment(datetime.fromisoformat(expected).replace(tzinfo=UTC))
