"""When to look for due reminders: one wake-up at the next due time, and a safety tick.

The database is the truth about what is due; APScheduler only holds the wake-up, and what is done hourly or at night, in
memory.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from utils.time import PacedClock, SystemClock

log = logging.getLogger(__name__)

WAKE_UP = "wake-up"
SAFETY_TICK_SECONDS = 30
"""Also what a suspended machine or a clock that jumps costs at most."""

# The defaults throw a job away that is one second late, with a line in the log.
JOB_DEFAULTS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


class ReminderScheduler:
    """Calls ``on_due`` from the event loop at the armed moment and at every safety tick.

    ``on_due`` must only start work and return: APScheduler drops a date job that is still running when its re-armed
    successor fires.
    """

    def __init__(self, *, clock: PacedClock, on_due: Callable[[], None]) -> None:
        self._clock = clock
        self._own_clock = SystemClock()
        self._on_due = on_due
        self._armed_for: datetime | None = None
        self._lateness = timedelta(0)
        self._tick_timer: asyncio.TimerHandle | None = None
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=JOB_DEFAULTS)

    @property
    def armed_for(self) -> datetime | None:
        """The next due time that is known, or None."""
        return self._armed_for

    @property
    def lateness(self) -> timedelta:
        """How late the last wake-up was."""
        return self._lateness

    def start(self) -> None:
        """Start ticking on the running event loop."""
        self._scheduler.start()
        self._clock.on_change(self._arm_anew)
        self._tick_later()

    def every(self, seconds: int, call: Callable[[], None]) -> None:
        """Call something from the event loop every so many seconds; it must return at once."""

        async def job() -> None:
            call()

        self._scheduler.add_job(job, IntervalTrigger(seconds=seconds, timezone=UTC))

    def at(self, name: str, moment: datetime, call: Callable[[], None]) -> None:
        """Call something once at a moment, at once when it is over; it replaces what has the same name.

        It must return at once. A scheduler that has been stopped calls nothing.
        """

        async def job() -> None:
            call()

        if self._scheduler.running:
            self._scheduler.add_job(job, self._trigger(moment), id=name, replace_existing=True)

    def arm(self, due_at: datetime | None) -> None:
        """Set the one wake-up to this moment instead of the one before; None takes it away."""
        if due_at == self._armed_for and (due_at is None or self._scheduler.get_job(WAKE_UP) is not None):
            return
        self._armed_for = due_at
        if due_at is None:
            if self._scheduler.get_job(WAKE_UP) is not None:
                self._scheduler.remove_job(WAKE_UP)
            return
        self._scheduler.add_job(self._wake_up, self._trigger(due_at), args=[due_at], id=WAKE_UP, replace_existing=True)

    def stop(self) -> None:
        """Stop at once; nothing fires afterwards."""
        if self._tick_timer is not None:
            self._tick_timer.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _trigger(self, moment: datetime) -> DateTrigger:
        # APScheduler keeps its own clock, so it is given a delay, not a moment of ours.
        delay = self._clock.real_delay(max(moment - self._clock.now(), timedelta(0)))
        return DateTrigger(self._own_clock.now() + delay, timezone=UTC)

    def _arm_anew(self) -> None:
        due_at, self._armed_for = self._armed_for, None
        self.arm(due_at)

    # Coroutines run on the event loop; plain functions APScheduler would hand to a thread.
    async def _wake_up(self, due_at: datetime) -> None:
        self._lateness = max(self._clock.now() - due_at, timedelta(0))
        self._on_due()

    def _tick_later(self) -> None:
        self._tick_timer = asyncio.get_running_loop().call_later(SAFETY_TICK_SECONDS, self._tick)

    def _tick(self) -> None:
        # APScheduler sleeps by the wall clock of the moment it fell asleep; a clock that jumped there and back would
        # leave it asleep. This timer runs by the monotonic clock and has it look again.
        self._scheduler.wakeup()
        self._on_due()
        self._tick_later()
