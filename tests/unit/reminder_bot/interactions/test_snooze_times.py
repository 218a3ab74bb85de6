"""When a snooze may end: by the clock of whoever pressed, through every change of the clocks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from reminder_bot.interactions.snooze_times import Later, later_moments

PARIS = ZoneInfo("Europe/Paris")


def test_an_hour_this_evening_and_tomorrow_morning_are_offered_in_the_zone() -> None:
    assert later_moments(datetime(2026, 7, 4, 10, tzinfo=UTC), PARIS) == {
        Later.HOUR: datetime(2026, 7, 4, 11, tzinfo=UTC),
        Later.EVENING: datetime(2026, 7, 4, 17, tzinfo=UTC),
        Later.MORNING: datetime(2026, 7, 5, 7, tzinfo=UTC),
    }


@pytest.mark.parametrize(("minute", "is_offered"), [(29, True), (30, False)])
def test_this_evening_is_offered_before_half_past_six(minute: int, is_offered: bool) -> None:
    at = datetime(2026, 7, 4, 16, minute, tzinfo=UTC)
    assert (Later.EVENING in later_moments(at, PARIS)) is is_offered


@pytest.mark.parametrize(("day", "hour"), [(28, 7), (27, 8)])
def test_tomorrow_morning_is_nine_on_the_wall_after_a_change_of_the_clocks(day: int, hour: int) -> None:
    at = datetime(2026, 3, day, 12, tzinfo=UTC)
    assert later_moments(at, PARIS)[Later.MORNING] == datetime(2026, 3, day + 1, hour, tzinfo=UTC)
