"""The load of rows 1 and 2: people who answer and wait until their answer is durable."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence

from models.records import Person, ReactionSignal, SignalKind
from tests.bench.figures import Setup
from tests.bench.filling import EMOJIS, FIRST_GUILD, event_ids, people_ids
from utils.time import SystemClock

CALLERS = (1, 10, 100, 1_000)
EVENTS, PEOPLE = 50, 400

Record = Callable[[ReactionSignal], Awaitable[object]]


def answer_count(setup: Setup, callers: int) -> int:
    """Return how many answers are given; a lone caller waits for the disk each time."""
    return setup.choose(full={1: 1_000, 10: 5_000}.get(callers, 20_000), quick=max(20, callers))


def callers_named(callers: int) -> str:
    """Say how many callers there are."""
    return "1 caller" if callers == 1 else f"{callers:,} callers"


def answers(count: int) -> list[ReactionSignal]:
    """Return first answers, all different: every person answers one event after another."""
    now = SystemClock().now()
    return [
        ReactionSignal(
            SignalKind.ADD, FIRST_GUILD, event_ids(EVENTS)[number % EVENTS],
            people_ids(PEOPLE)[number // EVENTS], EMOJIS[number % 3], now,
            Person(people_ids(PEOPLE)[number // EVENTS], f"Person {number // EVENTS}", is_bot=False),
        )
        for number in range(count)
    ]  # fmt: skip


async def call(record: Record, signals: Sequence[ReactionSignal], callers: int) -> list[float]:
    """Record all signals, each caller the next one when its last is durable; return the seconds of each."""
    waiting = iter(signals)
    seconds: list[float] = []
    await asyncio.gather(*(_call_until_none_waits(record, waiting, seconds) for _ in range(callers)))
    return seconds


async def _call_until_none_waits(record: Record, waiting: Iterator[ReactionSignal], seconds: list[float]) -> None:
    for signal in waiting:
        started = time.perf_counter()
        await record(signal)
        seconds.append(time.perf_counter() - started)
