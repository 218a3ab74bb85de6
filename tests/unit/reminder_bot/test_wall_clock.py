"""Times of day as moments: one for each day, through every change of the clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminder_bot.wall_clock import WallClockTime

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati"]
EVERY_DAY = st.builds(WallClockTime, st.times().map(lambda at: at.replace(second=0, microsecond=0)))
SOME_DAY = st.builds(WallClockTime, st.times(), st.integers(0, 6))
MOMENTS = st.integers(0, 12 * 366 * 86_400).map(lambda seconds: utc(2020, 1, 1) + timedelta(seconds=seconds))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # parts of a date, then of a time


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        # In summer time, two hours ahead.
        (utc(2026, 7, 1, 0, 0), utc(2026, 7, 1, 0, 30)),
        (utc(2026, 7, 1, 0, 30), utc(2026, 7, 2, 0, 30)),
        # The clocks skip from 02:00 to 03:00: 02:30 falls at 03:30.
        (utc(2026, 3, 28, 12, 0), utc(2026, 3, 29, 1, 30)),
        (utc(2026, 3, 29, 1, 30), utc(2026, 3, 30, 0, 30)),
        # They show 02:30 twice: the first, and not again an hour later.
        (utc(2026, 10, 24, 12, 0), utc(2026, 10, 25, 0, 30)),
        (utc(2026, 10, 25, 0, 30), utc(2026, 10, 26, 1, 30)),
    ],
)
def test_half_past_two_in_berlin(after: datetime, expected: datetime) -> None:
    assert WallClockTime(time(2, 30)).next_after(after, BERLIN) == expected


def test_day_of_the_week_is_the_zones_own() -> None:
    monday = WallClockTime(time(0, 30), weekday=0)
    # Monday in Kiritimati begins when it is still Sunday morning in UTC.
    assert monday.next_after(utc(2026, 3, 1, 0, 0), ZoneInfo("Pacific/Kiritimati")) == utc(2026, 3, 1, 10, 30)


@given(EVERY_DAY | SOME_DAY, MOMENTS, st.sampled_from(ZONES).map(ZoneInfo))
def test_next_and_last_lie_around_a_moment_without_another_between(
    clock: WallClockTime, moment: datetime, zone: ZoneInfo
) -> None:
    last, upcoming = clock.last_until(moment, zone), clock.next_after(moment, zone)
    assert last <= moment < upcoming
    assert clock.next_after(last, zone) == upcoming
    assert clock.last_until(upcoming, zone) == upcoming
    apart = timedelta(days=1 if clock.weekday is None else 7)
    assert abs(upcoming - last - apart) <= timedelta(hours=1)


@settings(max_examples=20)
@given(EVERY_DAY, st.sampled_from(ZONES).map(ZoneInfo), st.integers(2020, 2030))
def test_year_has_one_moment_for_each_day(clock: WallClockTime, zone: ZoneInfo, year: int) -> None:
    moment, found = datetime(year, 1, 1, tzinfo=zone) - timedelta(microseconds=1), 0
    while (moment := clock.next_after(moment, zone)).astimezone(zone).year == year:
        found += 1
    assert found == (366 if year % 4 == 0 else 365)
