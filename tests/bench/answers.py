"""Row 1: answers stored through the event manager, beside raw SQLite, a commit for each call, and a rewritten file."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from models.records import ReactionSignal
from tests.bench.answer_load import (
    CALLERS,
    EVENTS,
    PEOPLE,
    Record,
    answer_count,
    answers,
    call,
    callers_named,
)
from tests.bench.figures import Comparison, Figure, Line, Metrics, Setup, at, at_least, at_most, most
from tests.bench.filling import fill, many_events, people_ids, prepared
from tests.bench.house import open_house
from tests.bench.references import autocommit, json_file, raw_sqlite
from tests.bench.spread import percentile
from tests.fakes import FakeAudience, FakeSender
from utils.time import SystemClock

JSON_CALLS = 50
"""Each rewrites every answer there is; more of them would say the same."""


def empty_events(setup: Setup, name: str) -> Path:
    """Return a database with the events and nobody's answers."""
    return prepared(setup.folder, name, lambda path: fill(path, many_events(EVENTS)))


def _bot(setup: Setup) -> Metrics:
    found: dict[str, float] = {}
    for callers in CALLERS:
        found |= asyncio.run(_bot_with(empty_events(setup, "answers"), callers, answer_count(setup, callers)))
    return found


async def _bot_with(path: Path, callers: int, count: int) -> Metrics:
    audience = FakeAudience(frozenset(people_ids(PEOPLE)))
    async with open_house(path, clock=SystemClock(), audience=audience, sender=FakeSender()) as house:
        house.connect()
        found = await _timed(house.manager.record_reaction, answers(count), callers)
    return found | {f"lost_{callers}": float(count - raw_sqlite.count_answers(path))}


def _autocommit(setup: Setup) -> Metrics:
    with autocommit.opened(empty_events(setup, "autocommit")) as record:
        return asyncio.run(_timed(record, answers(setup.choose(full=2_000, quick=100)), callers=100))


def _json(setup: Setup) -> Metrics:
    stored = answers(setup.choose(full=EVENTS * PEOPLE, quick=100))
    record = json_file.recorder(setup.folder / "answers.json", stored[:-JSON_CALLS])
    return asyncio.run(_timed(record, stored[-JSON_CALLS:], callers=100))


async def _timed(record: Record, signals: Sequence[ReactionSignal], callers: int) -> dict[str, float]:
    started, used = time.perf_counter(), time.process_time()
    seconds = await call(record, signals, callers)
    elapsed, used = time.perf_counter() - started, time.process_time() - used
    return {
        f"per_second_{callers}": len(signals) / elapsed,
        f"p50_ms_{callers}": percentile(seconds, 0.5) * 1e3,
        f"p99_ms_{callers}": percentile(seconds, 0.99) * 1e3,
        f"cpu_us_{callers}": used / len(signals) * 1e6,
    }


def _raw(setup: Setup) -> Metrics:
    found: dict[str, float] = {}
    for size in CALLERS:
        signals = answers(answer_count(setup, size))
        with closing(raw_sqlite.connect(empty_events(setup, "raw"))) as connection:
            started, used = time.perf_counter(), time.process_time()
            raw_sqlite.store(connection, signals, size)
            elapsed, used = time.perf_counter() - started, time.process_time() - used
        found[f"per_second_{size}"] = len(signals) / elapsed
        found[f"cpu_us_{size}"] = used / len(signals) * 1e6
    return found


def _lines() -> list[Line]:
    def speed(callers: int, reference: str, against: str, least: float | None) -> Line:
        metric = f"per_second_{callers}"
        bar = None if least is None else at_least(least)
        name = f"answers stored, {callers_named(callers)}"
        return Line(name, "/s", at("bot", metric), at(reference, metric), against, Comparison.RATIO, bar)

    def plain(name: str, unit: str, metric: Callable[[int], str], callers: int) -> Line:
        return Line(f"{name}, {callers_named(callers)}", unit, at("bot", metric(callers)))

    lines = [speed(callers, "raw", "raw sqlite3", 0.6 if callers == 100 else None) for callers in CALLERS]
    lines += [speed(100, "autocommit", "a commit per call", 8.0), speed(100, "json", "whole file rewritten", None)]
    lost = [f"lost_{callers}" for callers in CALLERS]
    lines.append(Line("answers lost", "", most("bot", *lost), bar=at_most(0)))
    for callers in CALLERS:
        lines.append(plain("time to durable p50", "ms", "p50_ms_{}".format, callers))
        lines.append(plain("time to durable p99", "ms", "p99_ms_{}".format, callers))
        cpu = f"cpu_us_{callers}"
        lines.append(
            Line(f"CPU per answer, {callers_named(callers)}", "µs", at("bot", cpu), at("raw", cpu), "raw sqlite3",
                 Comparison.RATIO)
        )  # fmt: skip
    return lines


FIGURE = Figure(1, "answers", {"bot": _bot, "raw": _raw, "autocommit": _autocommit, "json": _json}, tuple(_lines()))
