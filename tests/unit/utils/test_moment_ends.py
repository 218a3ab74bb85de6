"""Until when: a day lasts to its end, in its zone, whatever the clocks do."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from utils.errors import InvalidMomentError
from utils.moments.ends import end_suggestions, read_end

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)
"""A Wednesday; 21:00 in Paris."""


def end(text: str, zone: ZoneInfo = PARIS, now: datetime = NOW, language: str = "en") -> datetime:
    return read_end(text, now=now, zone=zone, language=language)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Friday", datetime(2026, 3, 6, 23, tzinfo=UTC)),
        ("today", datetime(2026, 3, 4, 23, tzinfo=UTC)),
        ("Friday 18:00", datetime(2026, 3, 6, 17, tzinfo=UTC)),
        ("in 3 days", datetime(2026, 3, 7, 20, tzinfo=UTC)),
        ("29 March 2026", datetime(2026, 3, 29, 22, tzinfo=UTC)),
    ],
)
def test_day_lasts_to_its_end_and_a_moment_is_itself(text: str, expected: datetime) -> None:
    assert end(text) == expected


def test_day_whose_end_the_clocks_skip_ends_when_they_jump() -> None:
    havana = ZoneInfo("America/Havana")
    assert end("7 March 2026", havana) == datetime(2026, 3, 8, 5, tzinfo=UTC)


def test_time_that_is_shown_twice_is_the_second_one() -> None:
    assert end("25 October 2026 2:30") == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-03-01", "2040-01-01", "9999-12-31", "yesterday", "", "soon", "x" * 200])
def test_what_cannot_be_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InvalidMomentError, match=r"\.$"):
        end(text)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("typed", ["", "fri", "ven", "friday", "vendredi", "tomorrow", "demain 18h", "in 3 days"])
def test_every_suggestion_is_read_back(typed: str, language: str) -> None:
    for label in end_suggestions(typed, now=NOW, zone=PARIS, language=language):
        assert end(label, language=language) > NOW
        assert len(label) <= 100


def test_days_of_a_week_are_suggested_for_nothing_typed() -> None:
    assert len(end_suggestions("", now=NOW, zone=PARIS, language="en")) == 7
    assert end_suggestions("friday", now=NOW, zone=PARIS, language="en")[0] == "Fri 6 March 2026"
