"""Row 5: many events due at the same moment, beside APScheduler with a job for each.

Two moments count: when a delivery begins, and when, claimed and written down, it is handed to the sender. Discord's
limits are off: they would let 45 through in a second.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Collection, Sequence, Set
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.records import Claim, TrackedEvent
from reminder_bot.reminder_message import Tally
from reminder_bot.reminder_sender import Posted
from tests.bench.figures import Arm, Comparison, Figure, Line, Metrics, Setup, at, at_most
from tests.bench.filling import LONG_AFTER, fill, many_events
from tests.bench.house import open_house
from tests.bench.references import apscheduler_jobs
from tests.bench.spread import percentile
from utils.time import SystemClock, to_text, whole_milliseconds

PEOPLE = frozenset({1, 2, 3})
COUNTS = (1_000, 10_000)
MOST_SECONDS = 15.0
"""How long is waited for the last; what has not come by then counts as that late."""


@dataclass
class Stopwatch:
    """An audience and a sender that note how late they are called, once for each event."""

    due_at: datetime = LONG_AFTER
    begun: dict[int, float] = field(default_factory=dict)
    handed: dict[int, float] = field(default_factory=dict)

    def late(self) -> float:
        """Return the seconds since the events fell due."""
        return time.time() - self.due_at.timestamp()

    def times(self, count: int) -> tuple[list[float], list[float]]:
        """Return how late ``count`` events were begun and handed over; one that has not been, by now."""
        late = self.late()
        begun, handed = self.begun.values(), self.handed.values()
        return [*begun, *[late] * (count - len(begun))], [*handed, *[late] * (count - len(handed))]

    async def asked(self, event: TrackedEvent) -> frozenset[int]:
        """Return the people; the first thing a delivery asks for."""
        self.begun.setdefault(event.message_id, self.late())
        return PEOPLE

    async def reachable(self, event: TrackedEvent, user_ids: Set[int]) -> Set[int]:
        """Return those of some people who are among the people."""
        return PEOPLE.intersection(user_ids)

    async def asks(self, event: TrackedEvent, user_id: int) -> bool:
        """Return whether this person is one of them."""
        return user_id in PEOPLE

    async def post(
        self,
        event: TrackedEvent,
        claim: Claim,
        tally: Tally,
        next_at: datetime | None,
        *,
        late: bool,
        softly: bool,
        may_leave: Callable[[], bool],
    ) -> Posted:
        """Take a reminder."""
        self.handed.setdefault(event.message_id, self.late())
        return Posted(event.message_id + 1, frozenset(claim.recipients))

    async def find(self, event: TrackedEvent, claim: Claim, known: Collection[int]) -> Posted | None:
        """Find nothing."""
        return None


def _size(setup: Setup, count: int) -> int:
    return setup.choose(full=count, quick=count // 50)


def _bot(count: int) -> Arm:
    return lambda setup: asyncio.run(_deliver(setup.folder, _size(setup, count)))


async def _deliver(folder: Path, count: int) -> Metrics:
    path = folder / "due.db"
    for old in folder.glob("due.db*"):
        old.unlink()
    fill(path, many_events(count))
    watch = Stopwatch()
    async with open_house(path, clock=SystemClock(), audience=watch, sender=watch) as house:
        house.connect()
        watch.due_at = _make_due(path, seconds=0.3 + count / 10_000)
        house.manager.wake()
        while len(watch.handed) < count and watch.late() < MOST_SECONDS:
            await asyncio.sleep(0.05)
        begun, handed = watch.times(count)
    return _delays("begun", begun) | _delays("handed", handed)


def _make_due(path: Path, seconds: float) -> datetime:
    """Have all events fall due shortly, and return when; on a slow machine, so much later that it is still to come."""
    with closing(sqlite3.connect(path, timeout=5)) as connection:
        while True:
            due_at = whole_milliseconds(datetime.now(UTC)) + timedelta(seconds=seconds)
            with connection:
                connection.execute("UPDATE event SET next_reminder_at = ?", (to_text(due_at),))
            if datetime.now(UTC) < due_at - timedelta(seconds=seconds / 2):
                return due_at
            seconds *= 2


def _jobs(count: int, *, is_stored: bool) -> Arm:
    def run(setup: Setup) -> Metrics:
        path = setup.folder / "jobs.db" if is_stored else None
        return _delays("handed", asyncio.run(apscheduler_jobs.lateness(_size(setup, count), path)))

    return run


def _delays(name: str, seconds: Sequence[float]) -> dict[str, float]:
    return {
        f"{name}_p50_ms": percentile(seconds, 0.5) * 1e3,
        f"{name}_p99_ms": percentile(seconds, 0.99) * 1e3,
        f"{name}_max_ms": max(seconds) * 1e3,
    }


def _lines() -> list[Line]:
    bars = {1_000: 100.0, 10_000: 500.0}
    lines = []
    for count in COUNTS:
        bot, jobs = f"bot_{count}", f"memory_{count}"
        name = f"{count:,} due at once"
        handed = at(bot, "handed_p99_ms")
        reference = at(jobs, "handed_p99_ms")
        lines += [
            Line(f"{name}: handed to the sender p99", "ms", handed, bar=at_most(bars[count])),
            Line(f"{name}: handed to the sender p99", "ms", handed, reference, "APScheduler in memory",
                 Comparison.RATIO, at_most(1.0)),
            Line(f"{name}: handed to the sender p50", "ms", at(bot, "handed_p50_ms"), at(jobs, "handed_p50_ms"),
                 "APScheduler in memory", Comparison.RATIO),
            Line(f"{name}: handed to the sender max", "ms", at(bot, "handed_max_ms"), at(jobs, "handed_max_ms"),
                 "APScheduler in memory", Comparison.RATIO),
            Line(f"{name}: delivery begun p99", "ms", at(bot, "begun_p99_ms"), reference, "APScheduler in memory",
                 Comparison.RATIO),
        ]  # fmt: skip
    stored = at("stored_1000", "handed_p99_ms")
    lines.append(
        Line("1,000 due at once: handed to the sender p99", "ms", at("bot_1000", "handed_p99_ms"), stored,
             "APScheduler in SQLAlchemy's store", Comparison.RATIO)
    )  # fmt: skip
    return lines


def _arms() -> dict[str, Arm]:
    arms = {f"bot_{count}": _bot(count) for count in COUNTS}
    arms |= {f"memory_{count}": _jobs(count, is_stored=False) for count in COUNTS}
    return arms | {"stored_1000": _jobs(1_000, is_stored=True)}


FIGURE = Figure(5, "due", _arms(), tuple(_lines()))
