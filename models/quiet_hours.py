"""Hours of the day in which nobody is to be pinged, in whatever zone they are looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Self

from utils.moments.local_times import first_moment_of


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``begins``, included, to ``ends``, excluded, on the wall's clock, in whole minutes; may go past midnight.

    A time that a change of the clocks skips is the moment at which they jump, one that they show twice is the first. So
    every day has one beginning and one end, in the order in which they are on other days.
    """

    begins: time
    ends: time

    def __post_init__(self) -> None:
        """Refuse what has no length.

        Raises:
            ValueError: they end when they begin, or a time has seconds.
        """
        if self.begins == self.ends or any(each.second or each.microsecond for each in (self.begins, self.ends)):
            raise ValueError(f"{self.text} are no quiet hours")

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what `text` writes, as ``22:00-07:00``.

        Raises:
            ValueError: it is something else.
        """
        begins, dash, ends = text.partition("-")
        if not dash or len(begins) != 5 or len(ends) != 5:
            raise ValueError(f"{text!r} are no quiet hours")
        return cls(time.fromisoformat(begins), time.fromisoformat(ends))

    @property
    def text(self) -> str:
        """The form in which they are stored, ``22:00-07:00``."""
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"

    def end_after(self, moment: datetime, zone: tzinfo) -> datetime | None:
        """Return when the quiet hours that ``moment`` lies in end, in UTC; None outside of them."""
        if self._last(self.begins, moment, zone) <= self._last(self.ends, moment, zone):
            return None
        return next(found for found in _days(self.ends, moment, zone, 1) if found > moment)

    def _last(self, at: time, moment: datetime, zone: tzinfo) -> datetime:
        return next(found for found in _days(at, moment, zone, -1) if found <= moment)


def _days(at: time, moment: datetime, zone: tzinfo, direction: int) -> Iterator[datetime]:
    """Yield a time of day as moments, day by day, from a day before ``moment``'s, or after it when going back."""
    day = moment.astimezone(zone).date() - timedelta(days=direction)
    for _ in range(5):
        yield first_moment_of(datetime.combine(day, at), zone)
        day += timedelta(days=direction)
