"""When the jobs for the database run: at their times, soon after a start that missed one, and again after a failure.

Each job's next run is one entry in the scheduler; what was done last stands in the database and in the folder of
backups, so a bot that is restarted every day misses nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from persistence import bot_state
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot.care_jobs import CareJobs
from reminder_bot.care_records import LAST_CHECK, LAST_CLEANUP, LAST_OPTIMISATION, CareReport
from reminder_bot.config import Settings
from reminder_bot.wall_clock import WallClockTime
from utils.errors import StorageError
from utils.i18n import mark
from utils.time import Clock, from_text, to_text

SOON = timedelta(minutes=2)
"""How long after a start a job runs that was missed; by then the bot has caught up with Discord."""

FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=1)

BACKUP, HANDOVER, CLEANUP = mark("backup"), mark("backup command"), mark("cleanup")
OPTIMISATION, CHECK = mark("optimize"), mark("health check")

log = logging.getLogger(__name__)


class Scheduler(Protocol):
    """Calls something at a moment."""

    def at(self, name: str, moment: datetime, call: Callable[[], None]) -> None:
        """Call something once, from the event loop; it replaces what has the same name."""
        ...


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[], Awaitable[object]]
    plan: Callable[[datetime], Awaitable[datetime | None]]
    """From now to the next run; None for a job that waits for another."""


class Caretaker:
    """Runs the jobs one after another, and tells `/health` how they went."""

    def __init__(
        self,
        *,
        settings: Settings,
        clock: Clock,
        jobs: CareJobs,
        writer: DatabaseWriter,
        reader: DatabaseReader,
        on_outcome: Callable[[str, str | None], None],
    ) -> None:
        """``on_outcome`` is told after each run of a job what went wrong, or None."""
        self._settings = settings
        self._clock = clock
        self._work = jobs
        self._writer = writer
        self._reader = reader
        self._on_outcome = on_outcome
        self._jobs = self._all_jobs()
        self._scheduler: Scheduler | None = None
        self._turn = asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._failures: dict[str, int] = {}
        self._last_backup_at: datetime | None = None

    @property
    def report(self) -> CareReport:
        """How the upkeep is. What went wrong is in the log: organisers of any server may read this."""
        return CareReport(self._last_backup_at, tuple(self._failures))

    async def start(self, scheduler: Scheduler) -> None:
        """Look up what was done last, and arm every job's next run."""
        self._scheduler = scheduler
        now = self._clock.now()
        for name in self._jobs:
            await self._arm(name, now)
        if HANDOVER in self._jobs:
            # A backup may have been made and not handed over before the bot ended.
            self._arm_at(HANDOVER, now + SOON)

    async def close(self) -> None:
        """Stop what runs, and wait until it has."""
        self._scheduler = None
        for task in self._tasks.values():
            task.cancel()
        await self._work.close()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def run_soon(self, name: str) -> None:
        """Begin a job as soon as no other runs; one that waits or runs already is not begun twice."""
        task = self._tasks.get(name)
        if self._scheduler is not None and (task is None or task.done()):
            self._tasks[name] = asyncio.create_task(self._run(name))

    def _all_jobs(self) -> Mapping[str, _Job]:
        settings, work = self._settings, self._work
        jobs = {CHECK: _Job(self._check, self._plan_check)}
        if settings.backup_time is not None:
            jobs[BACKUP] = _Job(self._back_up, self._planner(settings.backup_time, self._last_backup))
        if settings.backup_time is not None and settings.backup_command:
            jobs[HANDOVER] = _Job(work.hand_over, self._plan_nothing)
        for name, when, key, job in (
            (CLEANUP, settings.cleanup_time, LAST_CLEANUP, work.clean_up),
            (OPTIMISATION, settings.optimize_time, LAST_OPTIMISATION, work.optimise),
        ):
            if when is not None:
                jobs[name] = _Job(self._remembering(job, key), self._planner(when, self._last_done(key)))
        return jobs

    async def _run(self, name: str) -> None:
        # The operator's command may take an hour, and touches nothing that the others do.
        async with nullcontext() if name == HANDOVER else self._turn:
            problem = await self._problem_of(name)
        now = self._clock.now()
        self._on_outcome(name, problem)
        if problem is None:
            if self._failures.pop(name, 0):
                log.info("upkeep works again job=%s", name)
            await self._arm(name, now)
            return
        failures = self._failures[name] = self._failures.get(name, 0) + 1
        pause = min(FIRST_RETRY * 2 ** min(failures - 1, 10), LONGEST_RETRY)
        log.error("upkeep failed job=%s again_in_seconds=%s problem=%s", name, int(pause.total_seconds()), problem)
        self._arm_at(name, now + pause)

    async def _problem_of(self, name: str) -> str | None:
        try:
            await self._jobs[name].work()
        except StorageError as error:
            return str(error)
        except Exception as error:
            # The wrapper of the job: it must run again, whatever went wrong.
            log.exception("upkeep failed unexpectedly job=%s", name)
            return type(error).__name__
        return None

    async def _arm(self, name: str, now: datetime) -> None:
        try:
            moment = await self._jobs[name].plan(now)
        except StorageError as error:
            log.error("upkeep not planned job=%s problem=%s", name, error)
            moment = now + FIRST_RETRY
        if moment is not None:
            self._arm_at(name, moment)

    def _arm_at(self, name: str, moment: datetime) -> None:
        if self._scheduler is not None:
            self._scheduler.at(f"care: {name}", moment, lambda: self.run_soon(name))

    async def _back_up(self) -> None:
        await self._work.back_up()
        self._last_backup_at = self._clock.now()
        if HANDOVER in self._jobs:
            self.run_soon(HANDOVER)

    async def _check(self) -> None:
        problems = await self._work.check()
        now = self._clock.now()
        found = " ".join(problems) or "sound"
        await self._writer.run(bot_state.set_value, LAST_CHECK, f"{to_text(now)} {found}", now)
        if problems:
            raise StorageError(found)

    async def _plan_check(self, now: datetime) -> datetime:
        return now + timedelta(minutes=self._settings.health_check_minutes)

    async def _plan_nothing(self, now: datetime) -> None:
        """It follows another job."""

    def _planner(
        self, when: WallClockTime, last_done: Callable[[], Awaitable[datetime | None]]
    ) -> Callable[[datetime], Awaitable[datetime | None]]:
        zone = self._settings.default_timezone

        async def plan(now: datetime) -> datetime:
            last = await last_done()
            is_missed = last is None or last < when.last_until(now, zone)
            return now + SOON if is_missed else when.next_after(now, zone)

        return plan

    async def _last_backup(self) -> datetime | None:
        latest = await self._work.latest_backup()
        self._last_backup_at = None if latest is None else latest.taken_at
        return self._last_backup_at

    def _last_done(self, key: str) -> Callable[[], Awaitable[datetime | None]]:
        async def last_done() -> datetime | None:
            text = await self._reader.run(bot_state.get_value, key)
            return None if text is None else from_text(text)

        return last_done

    def _remembering(self, work: Callable[[], Awaitable[object]], key: str) -> Callable[[], Awaitable[None]]:
        async def done() -> None:
            await work()
            now = self._clock.now()
            await self._writer.run(bot_state.set_value, key, to_text(now), now)

        return done
