"""What a half-typed moment may become, and that every suggestion is read when it is chosen."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.phrases import PARIS, WEDNESDAY, phrases
from utils.moments.labels import label
from utils.moments.reading import read_moment
from utils.moments.suggestions import moment_suggestions

WORDS = sorted({word for phrase in phrases() for word in phrase.text.split()})
NOWS = st.datetimes(datetime(2025, 1, 1), datetime(2035, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("tomorrow 8pm", "en", ["Thu 5 March 2026, 20:00"]),
        ("25 octobre 2h30", "fr", ["dim. 25 octobre 2026, 02:30 (UTC+2)", "dim. 25 octobre 2026, 02:30 (UTC+1)"]),
        ("29 March 02:30", "en", ["Sun 29 March 2026, 01:59", "Sun 29 March 2026, 03:00"]),
        ("today", "en", [f"Wed 4 March 2026, {hour}:00" for hour in (20, 21, 19, 18, 14)]),
        ("1er avril", "fr", [f"mer. 1er avril 2026, {hour}:00" for hour in (20, 21, 19, 18, 14, 10)]),
        ("today 10:00", "en", []),
        ("in 10 years", "en", []),
        ("hello", "en", []),
    ],
)
def test_half_typed_moment_is_completed(text: str, language: str, expected: list[str]) -> None:
    assert moment_suggestions(text, now=WEDNESDAY, zone=PARIS, language=language) == expected


def test_nothing_typed_suggests_the_evenings_of_a_week_that_are_to_come() -> None:
    assert len(moment_suggestions(" ", now=WEDNESDAY, zone=PARIS, language="en")) == 7
    late = datetime(2026, 3, 4, 19, 30, tzinfo=UTC)
    found = moment_suggestions("", now=late, zone=PARIS, language="fr")
    assert (len(found), found[0]) == (7, "jeu. 5 mars 2026, 20:00")


@given(
    st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join),
    NOWS,
    st.sampled_from([PARIS, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/Havana")]),
    st.sampled_from(["en", "fr"]),
)
def test_every_suggestion_is_read_when_chosen(text: str, now: datetime, zone: ZoneInfo, language: str) -> None:
    found = moment_suggestions(text, now=now, zone=zone, language=language)
    assert len(found) <= 10
    assert len(set(found)) == len(found)
    for suggestion in found:
        assert len(suggestion) <= 100
        moment = read_moment(suggestion, now=now, zone=zone, language=language)
        assert moment.again is None
        assert label(moment.at, zone, language) == suggestion
