"""PURE: times of day and week in somebody's zone, as moments. Each day has exactly one, whatever its clocks do.

A time that a change of the clocks skips falls as much later as they were moved; one that they show twice is the first.
(A cron trigger in that zone would run twice in the second case.)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class WallClockTime:
    """A time of day; of every day, or of one day of the week (Monday is 0)."""

    at: time
    weekday: int | None = None

    def next_after(self, moment: datetime, zone: tzinfo) -> datetime:
        """Return the first such moment later than ``moment``, in UTC."""
        return next(found for found in self._moments(moment, zone, 1) if found > moment)

    def last_until(self, moment: datetime, zone: tzinfo) -> datetime:
        """Return the last such moment that is not later than ``moment``, in UTC."""
        return next(found for found in self._moments(moment, zone, -1) if found <= moment)

    def _moments(self, near: datetime, zone: tzinfo, direction: int) -> Iterator[datetime]:
        # One day further off: the zone's own day may be another than that of the moment it is asked for.
        day = near.astimezone(zone).date() - timedelta(days=direction)
        # A day of the week is at most eight days away.
        for _ in range(10):
            if self.weekday is None or day.weekday() == self.weekday:
                yield self._on(day, zone)
            day += timedelta(days=direction)

    def _on(self, day: date, zone: tzinfo) -> datetime:
        return datetime.combine(day, self.at.replace(fold=0), zone).astimezone(UTC)
