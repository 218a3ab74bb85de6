"""Row 11: the size of an answer in the file, and each store function at 10,000 and at 1,000,000 answers.

An event has 100 answers in both, a server 100 events: what grows is the database. The functions run in transactions
that are rolled back, on events drawn by chance, so that the file does not change and is not all in the cache.
"""

import random
import time
from pathlib import Path
from statistics import median

from persistence.database import DatabaseHandle, open_database
from tests.bench.figures import Arm, Comparison, Figure, Line, Metrics, Round, Setup, Value, at, at_most
from tests.bench.filling import FIRST_GUILD, add_answers, event_ids, fill, many_events, prepared
from tests.bench.store_calls import GROUPS, Call

ANSWERS_EACH, EVENTS_EACH = 100, 100
FEW, MANY = 10_000, 1_000_000


def _arm(answers: int) -> Arm:
    def run(setup: Setup) -> Metrics:
        events = setup.choose(full=answers, quick=answers // 50) // ANSWERS_EACH
        path = prepared(setup.folder, f"store-{events}", lambda path: _make(path, events))
        empty = prepared(setup.folder, f"store-{events}-empty", lambda path: _make_empty(path, events))
        grown = path.stat().st_size - empty.stat().st_size
        return {"bytes_each": grown / (events * ANSWERS_EACH)} | _times(path, events, setup)

    return run


def _guilds(events: int) -> int:
    return max(events // EVENTS_EACH, 1)


def _make_empty(path: Path, events: int) -> None:
    fill(path, many_events(events, guilds=_guilds(events)), people=ANSWERS_EACH)


def _make(path: Path, events: int) -> None:
    _make_empty(path, events)
    add_answers(path, event_ids(events), ANSWERS_EACH)


def _times(path: Path, events: int, setup: Setup) -> dict[str, float]:
    draw = random.Random(1)
    chosen = [draw.randrange(events) for _ in range(setup.choose(full=100, quick=2))]
    handle = open_database(path)
    handle.connect()
    try:
        return {
            f"{group}.{name}_us": median(_timed(handle, call, number, events) for number in chosen) * 1e6
            for group, calls in GROUPS.items()
            for name, call in calls.items()
        }
    finally:
        handle.database.close()
        handle.close()


def _timed(handle: DatabaseHandle, call: Call, number: int, events: int) -> float:
    with handle.database.transaction("IMMEDIATE") as transaction:
        started = time.perf_counter()
        call(FIRST_GUILD + number % _guilds(events), event_ids(events)[number])
        seconds = time.perf_counter() - started
        transaction.rollback()
    return seconds


def _worst(group: str) -> Value:
    """Read by how much the function of a group grew that grew most."""

    def value(found: Round) -> float:
        names = [f"{group}.{name}_us" for name in GROUPS[group]]
        return max(found["many"][name] / found["few"][name] for name in names)

    return value


def _lines() -> list[Line]:
    lines = [Line("file size per answer", "bytes", at("many", "bytes_each"), bar=at_most(200))]
    for group, calls in GROUPS.items():
        name = f"growth of the {group} function that grew most, of {len(calls)}"
        lines.append(Line(name, "×", _worst(group), bar=at_most(3.0)))
    reaction = "answer.apply_signal_first_us"
    lines.append(
        Line("a first answer, without its commit", "µs", at("many", reaction), at("few", reaction), "10,000 answers",
             Comparison.RATIO)
    )  # fmt: skip
    return lines


FIGURE = Figure(11, "store", {"few": _arm(FEW), "many": _arm(MANY)}, tuple(_lines()))
