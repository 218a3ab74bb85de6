"""Row 12: how the costs grow with the number of events, servers, members and answers: the exponents.

0 is a cost that does not grow, 1 one that is proportional. What a reaction costs includes the looks at the answered
events that follow it, at most four a second for each event.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median

from models.records import Person, ReactionSignal, SignalKind
from reminder_bot.bot import ReminderBot
from reminder_bot.pace import RequestBudget
from tests.bench.answer_load import call
from tests.bench.crowd import EVENT, audience_of, crowd
from tests.bench.figures import Arm, Figure, Line, Metrics, Setup, at, at_most
from tests.bench.filling import EMOJIS, add_answers, event_ids, fill, many_events, people_ids, prepared
from tests.bench.house import House, open_house
from tests.bench.spread import exponent
from tests.bench.wake_up import settled
from tests.fakes import FakeAudience, FakeSender
from utils.time import SystemClock

EVENTS = (10, 100, 1_000, 10_000, 100_000)
GUILDS = (1, 10, 50, 200)
ANSWERS = (1, 10, 100, 1_000, 10_000)
MEMBERS = (10, 100, 1_000, 10_000, 50_000)

BUSY = 10
"""Events that are answered during a measurement."""

NO_GROWTH, PROPORTIONAL = 0.1, 1.1


def _over_events(setup: Setup) -> Metrics:
    return _grown(setup, "events", setup.choose(full=EVENTS, quick=EVENTS[:2]), lambda n: _fill(n, 1, 10))


def _over_guilds(setup: Setup) -> Metrics:
    return _grown(setup, "guilds", setup.choose(full=GUILDS, quick=GUILDS[:2]), lambda n: _fill(2_000, n, 10))


def _over_answers(setup: Setup) -> Metrics:
    return _grown(setup, "answers", setup.choose(full=ANSWERS, quick=ANSWERS[:2]), lambda n: _fill(BUSY, 1, n))


def _fill(events: int, guilds: int, answers: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        fill(path, many_events(events, guilds=guilds))
        add_answers(path, event_ids(BUSY), answers)

    return make


def _grown(setup: Setup, name: str, sizes: Sequence[int], filling: Callable[[int], Callable[[Path], None]]) -> Metrics:
    reaction: dict[int, float] = {}
    look: dict[int, float] = {}
    for size in sizes:
        path = prepared(setup.folder, f"growth-{name}-{size}", filling(size))
        reaction[size], look[size] = asyncio.run(_costs(path, setup))
    return _found("reaction_us", reaction) | _found("look_us", look)


async def _costs(path: Path, setup: Setup) -> tuple[float, float]:
    audience = FakeAudience(frozenset(people_ids(400)))
    async with open_house(path, clock=SystemClock(), audience=audience, sender=FakeSender()) as house:
        house.connect()
        await settled(house)
        looks = [await _seconds(house.manager.send_due_reminders) for _ in range(setup.choose(full=300, quick=2))]
        reaction = await _reaction_cost(house, setup.choose(full=4_000, quick=20))
        return reaction * 1e6, median(looks) * 1e6


async def _reaction_cost(house: House, count: int) -> float:
    now = SystemClock().now()
    watched = [item for item in house.manager.index if item.message_id in event_ids(BUSY)]
    signals = [
        ReactionSignal(
            SignalKind.ADD, item.guild_id, item.message_id, person, EMOJIS[0], now, Person(person, "New", is_bot=False)
        )
        for number in range(count)
        for item, person in [(watched[number % BUSY], people_ids(10**9)[10**6 + number])]
    ]  # fmt: skip
    used = time.process_time()
    await call(house.manager.record_reaction, signals, callers=100)
    await settled(house)
    return (time.process_time() - used) / count


def _over_members(setup: Setup) -> Metrics:
    sizes = setup.choose(full=MEMBERS, quick=MEMBERS[:2])
    path = prepared(setup.folder, "growth-members", _fill(BUSY, 1, 10))
    return _found("missing_us", {size: asyncio.run(_missing(path, size)) for size in sizes})


async def _missing(path: Path, people: int) -> float:
    client = ReminderBot("http://127.0.0.1", RequestBudget())
    crowd(client, people)
    async with open_house(path, clock=SystemClock(), audience=audience_of(client), sender=FakeSender()) as house:
        times = [await _seconds(lambda: house.manager.delivery.missing.tally(EVENT)) for _ in range(20)]
    await client.close()
    return median(times) * 1e6


async def _seconds(measured: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await measured()
    return time.perf_counter() - started


def _found(name: str, costs: dict[int, float]) -> dict[str, float]:
    return {f"{name}_exponent": exponent(costs)} | {f"{name}@{size}": cost for size, cost in costs.items()}


def _lines() -> list[Line]:
    lines = [
        Line(f"{what}, by {arm}", "exponent", at(arm, f"{metric}_exponent"), bar=at_most(NO_GROWTH))
        for arm in ("events", "guilds", "answers")
        for what, metric in (("CPU of a reaction", "reaction_us"), ("look for due reminders", "look_us"))
    ]
    name = "who is missing, by members"
    return [*lines, Line(name, "exponent", at("members", "missing_us_exponent"), bar=at_most(PROPORTIONAL))]


ARMS: dict[str, Arm] = {
    "events": _over_events,
    "guilds": _over_guilds,
    "answers": _over_answers,
    "members": _over_members,
}

FIGURE = Figure(12, "growth", ARMS, tuple(_lines()))
