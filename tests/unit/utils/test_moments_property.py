"""Moments, whatever is typed: one that can be used or a clear refusal, soon; and labels are read back."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.phrases import phrases
from utils.errors import InvalidMomentError
from utils.moments.labels import label
from utils.moments.local_times import around_gap, moments_of
from utils.moments.meaning import FURTHEST
from utils.moments.reading import MOST_CHARACTERS, Moment, read_moment

ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            *("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati"),
            *("Africa/Casablanca", "America/St_Johns", "America/Havana", "UTC"),
        )
    ]
)
LANGUAGES = st.sampled_from(["en", "fr"])
NOWS = st.datetimes(datetime(2025, 1, 1), datetime(2035, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
WORDS = sorted({word for phrase in phrases() for word in phrase.text.split()})
SOUP = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join)


def holds(text: str, now: datetime, zone: ZoneInfo, language: str) -> None:
    try:
        moment = read_moment(text, now=now, zone=zone, language=language)
    except InvalidMomentError as error:
        assert str(error).endswith(".")
        assert "\n" not in str(error)
        return
    assert now < moment.at <= now + FURTHEST
    if moment.again is not None:
        assert moment.at < moment.again <= moment.at + timedelta(hours=3)
        assert f"{moment.at.astimezone(zone):%H:%M}" == f"{moment.again.astimezone(zone):%H:%M}"


@given(st.text(max_size=60), NOWS, ZONES, LANGUAGES)
def test_any_text_is_a_moment_to_come_or_refused(text: str, now: datetime, zone: ZoneInfo, language: str) -> None:
    holds(text, now, zone, language)


@given(SOUP, NOWS, ZONES, LANGUAGES)
def test_words_in_any_order_are_a_moment_to_come_or_refused(
    text: str, now: datetime, zone: ZoneInfo, language: str
) -> None:
    holds(text, now, zone, language)


@given(NOWS, st.integers(1, 5 * 365 * 24 * 60 - 1), ZONES, LANGUAGES)
def test_label_is_read_back(now: datetime, minutes: int, zone: ZoneInfo, language: str) -> None:
    at = now.replace(second=0, microsecond=0) + timedelta(minutes=minutes)
    text = label(at, zone, language)
    assert len(text) <= MOST_CHARACTERS
    if at > now:
        assert read_moment(text, now=now, zone=zone, language=language) == Moment(at)


@given(st.datetimes(datetime(2025, 1, 1), datetime(2035, 1, 1)), ZONES)  # noqa: DTZ001
def test_time_has_a_moment_or_lies_in_a_gap_between_neighbouring_minutes(local: datetime, zone: ZoneInfo) -> None:
    local = local.replace(second=0, microsecond=0)
    if moments_of(local, zone):
        return
    before, after = around_gap(local, zone)
    assert after - before == timedelta(minutes=1)
    assert before.astimezone(zone).replace(tzinfo=None) < local < after.astimezone(zone).replace(tzinfo=None)


@pytest.mark.parametrize(
    "part", ["in ", "1 ", "1d ", "at ", "le ", "3/4 ", "20h ", "a 8 ", "1 h et ", "half ", "dans 1", "un"]
)
def test_longest_text_of_the_same_words_takes_no_time(part: str) -> None:
    text = (part * MOST_CHARACTERS)[:MOST_CHARACTERS]
    started = time.thread_time()
    holds(text, datetime(2026, 3, 4, 12, tzinfo=UTC), ZoneInfo("Europe/Paris"), "en")
    assert time.thread_time() - started < 0.25
