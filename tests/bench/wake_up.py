"""Row 6: one look for due reminders, with nothing due and with 20, beside ever more events that are not due."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median

from tests.bench.figures import Arm, Comparison, Figure, Line, Metrics, Setup, at, at_most
from tests.bench.filling import fill, many_events, prepared
from tests.bench.house import House, open_house
from tests.fakes import START, FakeAudience, FakeClock, FakeSender

COUNTS = (100, 10_000, 100_000)
DUE = 20
MINUTE = timedelta(minutes=1)


def _arm(count: int) -> Arm:
    def run(setup: Setup) -> Metrics:
        size = setup.choose(full=count, quick=max(count // 100, 2 * DUE))
        path = prepared(setup.folder, f"wake-{size}", lambda path: _fill(path, size))
        looks, rounds = setup.choose(full=(300, 5), quick=(5, 1))
        return asyncio.run(_costs(path, looks, rounds))

    return run


def _fill(path: Path, count: int) -> None:
    """Make a database in which the first 20 events fall due each minute, and the others long after."""
    stored = many_events(count)
    often = [replace(event, next_at=START + MINUTE, interval_minutes=1.0) for event in stored[:DUE]]
    fill(path, [*often, *stored[DUE:]])


async def _costs(path: Path, looks: int, rounds: int) -> Metrics:
    """Return the median microseconds of a look with nothing due and with 20 due."""
    clock = FakeClock()
    audience = FakeAudience(frozenset({1, 2, 3}))
    async with open_house(path, clock=clock, audience=audience, sender=FakeSender()) as house:
        house.connect()
        await settled(house)
        nothing = [await _timed_look(house) for _ in range(looks)]
        due: list[float] = []
        # At most five: a channel takes five messages in five seconds.
        for _ in range(rounds):
            clock.advance(minutes=1)
            due.append(await _timed_look(house))
            await settled(house)
    return {"nothing_us": median(nothing) * 1e6, "due_us": median(due) * 1e6}


async def _timed_look(house: House) -> float:
    started = time.perf_counter()
    await house.manager.send_due_reminders()
    return time.perf_counter() - started


async def settled(house: House) -> None:
    """Wait until no delivery runs and no event waits to be looked at."""
    await asyncio.sleep(0.01)
    while not house.manager.is_idle:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.01)


def _lines() -> list[Line]:
    lines = []
    for name, metric in (("nothing due", "nothing_us"), ("20 due", "due_us")):
        few = at("events_100", metric)
        bar = at_most(1_000) if metric == "nothing_us" else None
        lines.append(Line(f"look with {name}, 100 events", "µs", few, bar=bar))
        for count in COUNTS[1:]:
            many = at(f"events_{count}", metric)
            if bar is not None:
                lines.append(Line(f"look with {name}, {count:,} events", "µs", many, bar=bar))
            lines.append(
                Line(f"look with {name}, {count:,} events", "µs", many, few, "with 100", Comparison.RATIO,
                     at_most(2.0))
            )  # fmt: skip
    return lines


FIGURE = Figure(6, "wake_up", {f"events_{count}": _arm(count) for count in COUNTS}, tuple(_lines()))
