"""SQLite's settings by measurement: `make bench-settings`, about two minutes.

Each setting is measured in processes of its own, in turns with the bot's own settings, on a copy of the same file of
200,000 answers: storing answers in transactions of 100 that touch pages all over it, and reading who has answered.
"""

import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from types import MappingProxyType

import click

from models.records import ReactionSignal, SignalKind
from models.sql import run_sql
from persistence import reactions
from persistence.database import DatabaseProfile, open_database
from tests.bench.filling import EMOJIS, FIRST_GUILD, add_answers, event_ids, fill, many_events, people_ids, prepared
from tests.fakes import START

OWN = "the bot's own"
SETTINGS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        OWN: {},
        "cache of 2 MB, SQLite's own": {"cache_size": -2_000},
        "cache of 64 MB": {"cache_size": -64_000},
        "256 MB mapped to memory": {"mmap_size": 256 * 1024 * 1024},
        "pages of 8 KiB": {"page_size": 8_192},
        "pages of 16 KiB": {"page_size": 16_384},
        "checkpoint after 250 pages": {"wal_autocheckpoint": 250},
        "checkpoint after 4,000 pages": {"wal_autocheckpoint": 4_000},
    }
)
EVENTS, ANSWERS_EACH, PEOPLE = 500, 400, 2_000
GROUPS, GROUP, READS = 100, 100, 300


def measure(path: Path, pragmas: Mapping[str, int], groups: int, reads: int) -> dict[str, float]:
    """Return microseconds for an answer stored, by the clock and by the processor, and for one look at an event."""
    handle = open_database(path, DatabaseProfile.DURABLE)
    handle.connect()
    for name, value in pragmas.items():
        run_sql(handle.database, f"PRAGMA {name} = {value}")
    draw = random.Random(2)
    started, used = time.perf_counter(), time.process_time()
    for _ in range(groups):
        with handle.database.atomic("IMMEDIATE"):
            reactions.apply_signals([_answer(draw) for _ in range(GROUP)], START)
    stored, stored_cpu = time.perf_counter() - started, time.process_time() - used
    started = time.perf_counter()
    for _ in range(reads):
        reactions.answered(FIRST_GUILD, draw.choice(event_ids(EVENTS)))
    read = time.perf_counter() - started
    handle.database.close()
    handle.close()
    each = 1e6 / (groups * GROUP)
    return {"stored": stored * each, "stored_cpu": stored_cpu * each, "read": read / reads * 1e6}


def _answer(draw: random.Random) -> ReactionSignal:
    user_id, event_id = draw.choice(people_ids(PEOPLE)), draw.choice(event_ids(EVENTS))
    return ReactionSignal(SignalKind.ADD, FIRST_GUILD, event_id, user_id, draw.choice(EMOJIS), START)


def template(path: Path, page_size: int | None, *, events: int, each: int) -> None:
    """Make the file; its pages have their size from the beginning."""
    fill(path, many_events(events))
    add_answers(path, event_ids(events), each)
    if page_size is not None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in ("journal_mode = delete", f"page_size = {page_size}"):
                connection.execute(f"PRAGMA {statement}")
            connection.execute("VACUUM")


def _copy(folder: Path, name: str) -> Path:
    page_size = SETTINGS[name].get("page_size")
    return prepared(
        folder, f"pages-{page_size}", lambda path: template(path, page_size, events=EVENTS, each=ANSWERS_EACH)
    )


@click.command()
@click.option("--runs", type=click.IntRange(1, 99), default=5, show_default=True, help="Runs of each setting.")
@click.option("--one", hidden=True, nargs=2)
def main(runs: int, one: tuple[str, str] | None) -> None:
    """Measure SQLite's settings, each beside the bot's own in the same run."""
    if one is not None:
        click.echo(json.dumps(measure(Path(one[0]), SETTINGS[one[1]], GROUPS, READS)))
        return
    found: dict[str, list[dict[str, float]]] = {name: [] for name in SETTINGS}
    with TemporaryDirectory() as folder:
        for _run in range(runs):
            for name in SETTINGS:
                command = [sys.executable, "-m", __spec__.name, "--one", str(_copy(Path(folder), name)), name]
                found[name].append(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))
    click.echo("| setting | stored | CPU of it | who has answered |\n| --- | --- | --- | --- |")
    for name, measured in found.items():
        cells = [_cell(measured, found[OWN], what) for what in ("stored", "stored_cpu", "read")]
        click.echo(f"| {name} | {' | '.join(cells)} |")


def _cell(measured: list[dict[str, float]], own: list[dict[str, float]], what: str) -> str:
    ratios = [one[what] / other[what] for one, other in zip(measured, own, strict=True)]
    value = f"{median(one[what] for one in measured):,.1f} µs"
    return value if measured is own else f"{value}, {median(ratios):.2f} × ({min(ratios):.2f}–{max(ratios):.2f})"


if __name__ == "__main__":
    main()
