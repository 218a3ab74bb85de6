"""How far the clock is from Discord's: only what the network cannot explain."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from reminder_bot.clock_watch import ClockWatch
from tests.fakes import START, FakeClock


class FastClock(FakeClock):
    """A clock on which an hour passes in a second."""

    def real_delay(self, delay: timedelta) -> timedelta:
        """Return what that takes."""
        return delay / 3600


def answered(clock: FakeClock, written: float) -> ClockWatch:
    """Return a watch after an answer that comes now, written so many seconds after its request left."""
    watch = ClockWatch(clock)
    watch.answered(START, format_datetime(START + timedelta(seconds=written), usegmt=True))
    return watch


@pytest.mark.parametrize(
    ("written", "arrived", "ahead"),
    [(0, 0, 0), (10, 20, 0), (0, 20, 0), (20, 20, 0), (-1, 0, 0), (-7, 0, 6), (-7, 20, 6), (30, 20, -10), (30, 0, -30)],
)
def test_difference_is_what_lies_outside_of_the_requests_journey(written: float, arrived: float, ahead: float) -> None:
    watch = answered(FakeClock(START + timedelta(seconds=arrived)), written)
    assert watch.ahead == timedelta(seconds=ahead)


def test_difference_on_a_fast_clock_is_told_in_the_machines_seconds() -> None:
    assert answered(FastClock(), 3600).ahead == timedelta(seconds=-1)


@pytest.mark.parametrize("date", [None, "", "yesterday", "Sun, 01 Mar 2026 20:00:00"])
def test_answer_without_a_readable_date_changes_nothing(date: str | None) -> None:
    watch = ClockWatch(FakeClock())
    watch.answered(START, date)
    assert watch.ahead is None
