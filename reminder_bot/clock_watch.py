"""How far this machine's clock is from Discord's, by the time that each of Discord's answers says it left."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from utils.time import PacedClock

PRECISION = timedelta(seconds=1)
"""The header tells whole seconds. Source: RFC 9110, section 6.6.1."""


class ClockWatch:
    """Compares the clocks whenever an answer of Discord's comes; nothing is asked for it.

    An answer was written after its request had left and before it arrived. So only what lies outside of that is a
    difference for sure, and a slow network is none.
    """

    def __init__(self, clock: PacedClock) -> None:
        self._clock = clock
        self._ahead: timedelta | None = None

    @property
    def ahead(self) -> timedelta | None:
        """How much at least this clock is ahead of Discord's, negative when behind; None before the first answer."""
        return self._ahead

    def now(self) -> datetime:
        """Return the present moment by the clock that is watched."""
        return self._clock.now()

    def answered(self, left_at: datetime, date: str | None) -> None:
        """Take note of an answer that comes now, to a request that left then; ``date`` is its header of that name."""
        try:
            written = parsedate_to_datetime(date or "")
        except ValueError:
            return
        # Without a zone the header is none of HTTP's.
        if written.tzinfo is None:
            return
        ahead, behind = left_at - (written + PRECISION), written - self.now()
        difference = ahead if ahead > timedelta() else min(-behind, timedelta())
        # A season that passes in an hour makes minutes of a blink.
        self._ahead = self._clock.real_delay(difference)
