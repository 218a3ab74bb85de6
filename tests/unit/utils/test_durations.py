"""Durations: what is read, what is refused, what is suggested."""

import contextlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.durations import (
    LONGEST,
    duration_suggestions,
    format_duration,
    parse_duration,
    parse_durations,
    parse_interval,
)
from utils.errors import InvalidIntervalError

LEAST, MOST = timedelta(minutes=5), timedelta(days=28)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5m", timedelta(minutes=5)),
        ("45", timedelta(minutes=45)),
        ("90s", timedelta(seconds=90)),
        ("2h30m", timedelta(hours=2, minutes=30)),
        ("2h30", timedelta(hours=2, minutes=30)),
        ("1h 30m", timedelta(hours=1, minutes=30)),
        (" 1 Day ", timedelta(days=1)),
        ("2 weeks", timedelta(days=14)),
        ("1 week, 2 days and 3 hours", timedelta(days=9, hours=3)),
        ("0.5h", timedelta(minutes=30)),
        ("1,5h", timedelta(minutes=90)),
        ("1d12h", timedelta(hours=36)),
        ("3650d", LONGEST),
        ("five minutes", timedelta(minutes=5)),
        ("half an hour", timedelta(minutes=30)),
        ("a half-hour", timedelta(minutes=30)),
        ("an hour and a half", timedelta(minutes=90)),
        ("two and a half hours", timedelta(minutes=150)),
        ("2½ h", timedelta(minutes=150)),
        ("a quarter of an hour", timedelta(minutes=15)),
        ("three quarters of an hour", timedelta(minutes=45)),
        ("a couple of days", timedelta(days=2)),
        ("a day and a half", timedelta(hours=36)),
        ("a fortnight", timedelta(days=14)),
        ("twenty-five minutes", timedelta(minutes=25)),
        ("2 h 30", timedelta(minutes=150)),
        ("2\u202fh\u202f30", timedelta(minutes=150)),
        ("1,5 h", timedelta(minutes=90)),
        ("une demi-heure", timedelta(minutes=30)),
        ("Une heure et demie", timedelta(minutes=90)),
        ("deux heures et quart", timedelta(minutes=135)),
        ("un quart d’heure", timedelta(minutes=15)),
        ("trois quarts d'heure", timedelta(minutes=45)),
        ("un jour et demi", timedelta(hours=36)),
        ("une demi-journée", timedelta(hours=12)),
        ("1 semaine, 2 jours et 3 heures", timedelta(days=9, hours=3)),
        ("2j 12h", timedelta(hours=60)),
        ("vingt et une minutes", timedelta(minutes=21)),
        ("90 secondes", timedelta(seconds=90)),
    ],
)
def test_written_durations_are_read(text: str, expected: timedelta) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "m",
        "0",
        "0s",
        "0.4s",
        "-5m",
        "half",
        "an",
        "demi",
        "h 2",
        "5x",
        "5 m m",
        "1d 30",
        "30 1h",
        "1h30 5",
        "5m!",
        "٥m",
        "1e3s",
        "nan",
    ],
)
def test_what_is_no_duration_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidIntervalError) as caught:
        parse_duration(text)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("text", ["3651d", "999999999w", "9" * 400, "3650d 1s"])
def test_endless_durations_are_refused(text: str) -> None:
    with pytest.raises(InvalidIntervalError):
        parse_duration(text)


@given(st.integers(1, int(LONGEST.total_seconds())))
def test_what_is_formatted_is_read_back(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert parse_duration(format_duration(duration)) == duration


@given(st.text(max_size=40))
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidIntervalError):
        assert timedelta(0) < parse_duration(text) <= LONGEST


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (timedelta(0), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(minutes=150), "2 hours 30 minutes"),
        (timedelta(days=28), "28 days"),
        (timedelta(days=1, seconds=1), "1 day 1 second"),
        (timedelta(milliseconds=2600), "3 seconds"),
    ],
)
def test_durations_are_written_in_words(duration: timedelta, expected: str) -> None:
    assert format_duration(duration) == expected


def test_negative_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        format_duration(timedelta(seconds=-1))


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("1d, 1h", [24, 1]),
        ("1h,1d", [24, 1]),
        ("1h; une heure; 60", [1]),
        ("1,5 h", [1.5]),
        ("1,5h, 30m", [1.5, 0.5]),
        ("un jour et demi, une demi-heure", [36, 0.5]),
        ("2 h 30", [2.5]),
    ],
)
def test_durations_with_commas_between_are_read_longest_first_and_once(text: str, hours: list[float]) -> None:
    assert parse_durations(text) == [timedelta(hours=number) for number in hours]


@pytest.mark.parametrize("text", ["", "1d,", "1d, x", ",1h"])
def test_list_with_something_that_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(InvalidIntervalError):
        parse_durations(text)


@pytest.mark.parametrize("text", ["5m", "28d"])
def test_interval_on_a_bound_is_accepted(text: str) -> None:
    assert parse_interval(text, LEAST, MOST) == parse_duration(text)


@pytest.mark.parametrize("text", ["4m59s", "28d 1s"])
def test_interval_out_of_bounds_is_refused_with_the_bounds(text: str) -> None:
    with pytest.raises(InvalidIntervalError, match="between 5 minutes and 28 days"):
        parse_interval(text, LEAST, MOST)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2", ["2 hours", "2 days", "14 days"]),
        ("30", ["30 minutes", "1 day 6 hours"]),
        ("2h", ["2 hours"]),
        ("2 ho", ["2 hours"]),
        ("2 heu", ["2 hours"]),
        ("3 jo", ["3 days"]),
        ("une demi-heure", ["30 minutes"]),
        ("un jour et demi", ["1 day 12 hours"]),
        ("10mi", ["10 minutes"]),
        ("10 mins", ["10 minutes"]),
        ("2h 3", ["2 hours 3 minutes", "2 hours 3 seconds"]),
        ("2h30m", ["2 hours 30 minutes"]),
        ("100d", []),
        ("abc", []),
        ("x 5", []),
    ],
)
def test_half_typed_text_is_completed_within_the_bounds(text: str, expected: list[str]) -> None:
    assert duration_suggestions(text, LEAST, MOST) == expected


def test_nothing_typed_suggests_common_intervals_within_the_bounds() -> None:
    suggestions = duration_suggestions(" ", timedelta(minutes=30), timedelta(hours=6))
    assert suggestions == ["30 minutes", "1 hour", "2 hours", "6 hours"]


@given(st.text("0123456789 .hmdws", max_size=12))
def test_every_suggestion_is_accepted_when_chosen(text: str) -> None:
    suggestions = duration_suggestions(text, LEAST, MOST)
    assert len(suggestions) <= 10
    for suggestion in suggestions:
        assert format_duration(parse_interval(suggestion, LEAST, MOST)) == suggestion
