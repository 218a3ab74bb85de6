"""Quiet hours by the oracle's own arithmetic, through the changes of the clocks."""

from datetime import UTC, date, datetime, time

import pytest

from tests.season.wall import quiet_span, shown


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("day", "at", "zone", "moment"),
    [
        (date(2031, 3, 29), time(2, 30), "Europe/Paris", utc(2031, 3, 29, 1, 30)),
        # Skipped: the clocks jump from 02:00 to 03:00 at 01:00 UTC.
        (date(2031, 3, 30), time(2, 30), "Europe/Paris", utc(2031, 3, 30, 1)),
        (date(2031, 3, 9), time(2, 15), "America/New_York", utc(2031, 3, 9, 7)),
        # Shown twice: the first counts, by summer time.
        (date(2031, 4, 6), time(2, 30), "Australia/Sydney", utc(2031, 4, 5, 15, 30)),
        (date(2031, 10, 26), time(2, 30), "Europe/Paris", utc(2031, 10, 26, 0, 30)),
    ],
)
def test_moment_at_which_the_clocks_show_a_time(day: date, at: time, zone: str, moment: datetime) -> None:
    assert shown(day, at, zone) == moment


@pytest.mark.parametrize(
    ("hours", "zone", "moment", "span"),
    [
        ("22:00-07:00", "UTC", utc(2031, 3, 4, 22), (utc(2031, 3, 4, 22), utc(2031, 3, 5, 7))),
        ("22:00-07:00", "UTC", utc(2031, 3, 5, 6, 59), (utc(2031, 3, 4, 22), utc(2031, 3, 5, 7))),
        ("22:00-07:00", "UTC", utc(2031, 3, 5, 7), None),
        ("22:00-07:00", "UTC", utc(2031, 3, 5, 21, 59), None),
        ("13:00-14:30", "UTC", utc(2031, 3, 5, 13), (utc(2031, 3, 5, 13), utc(2031, 3, 5, 14, 30))),
        ("22:00-07:00", "Europe/Paris", utc(2031, 3, 30, 3), (utc(2031, 3, 29, 21), utc(2031, 3, 30, 5))),
        # The night of Paris in which 02:30 is skipped: the hours begin when the clocks jump.
        ("02:30-10:00", "Europe/Paris", utc(2031, 3, 30, 1), (utc(2031, 3, 30, 1), utc(2031, 3, 30, 8))),
        ("02:30-10:00", "Europe/Paris", utc(2031, 3, 30, 0, 59), None),
        ("01:30-02:30", "Australia/Sydney", utc(2031, 4, 5, 15), (utc(2031, 4, 5, 14, 30), utc(2031, 4, 5, 15, 30))),
        ("01:30-02:30", "Australia/Sydney", utc(2031, 4, 5, 16), None),
    ],
)
def test_quiet_hours_that_a_moment_lies_in(
    hours: str, zone: str, moment: datetime, span: tuple[datetime, datetime] | None
) -> None:
    assert quiet_span(hours, zone, moment) == span
