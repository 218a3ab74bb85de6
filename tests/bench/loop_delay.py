"""Row 2: how late the event loop is while answers are stored."""

import asyncio
import gc
from pathlib import Path

from tests.bench.answer_load import CALLERS, PEOPLE, answer_count, answers, call, callers_named
from tests.bench.answers import empty_events
from tests.bench.figures import Comparison, Figure, Line, Metrics, Setup, at, at_most
from tests.bench.filling import people_ids
from tests.bench.house import open_house
from tests.bench.spread import percentile
from tests.bench.ticker import ticking
from tests.fakes import FakeAudience, FakeSender
from utils.time import SystemClock


def _idle(setup: Setup) -> Metrics:
    return asyncio.run(_idle_for(setup.choose(full=2.0, quick=0.1)))


async def _idle_for(seconds: float) -> Metrics:
    async with ticking() as late:
        await asyncio.sleep(seconds)
    return {"p99_ms": percentile(late, 0.99) * 1e3, "max_ms": max(late) * 1e3}


def _bot(setup: Setup) -> Metrics:
    found: dict[str, float] = {}
    for callers in CALLERS:
        path = empty_events(setup, "loop")
        late = asyncio.run(_delays(path, callers, answer_count(setup, callers)))
        found |= {f"p99_ms_{callers}": percentile(late, 0.99) * 1e3, f"max_ms_{callers}": max(late) * 1e3}
    return found


async def _delays(path: Path, callers: int, count: int) -> list[float]:
    audience = FakeAudience(frozenset(people_ids(PEOPLE)))
    async with open_house(path, clock=SystemClock(), audience=audience, sender=FakeSender()) as house:
        house.connect()
        # As the bot does when its members have arrived: a full collection of what the libraries hold takes 20 to 40 ms.
        gc.freeze()
        async with ticking() as late:
            await call(house.manager.record_reaction, answers(count), callers)
    return late


def _lines() -> list[Line]:
    def line(callers: int, what: str, most: float) -> Line:
        name = f"loop delay {what}, {callers_named(callers)}"
        return Line(
            name, "ms", at("bot", f"{what}_ms_{callers}"), at("idle", f"{what}_ms"), "an idle ticker",
            Comparison.EXCESS, at_most(most),
        )  # fmt: skip

    return [line(callers, what, most) for callers in CALLERS for what, most in (("p99", 5.0), ("max", 25.0))]


FIGURE = Figure(2, "loop_delay", {"bot": _bot, "idle": _idle}, tuple(_lines()))
