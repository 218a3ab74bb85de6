"""What an import costs: against `sqlite3.executemany` of the same rows, and in memory. `make bench-migrate` runs it.

Every figure is the median of runs in fresh processes, one kind after the other, so that a noisy moment meets all kinds.
"""

import importlib
import json
import random
import sqlite3
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import click

ANSWERS = 20
SIZES = (1_000, 10_000)
MOST_TIMES_EXECUTEMANY = 3.0
MOST_SECONDS_ABOVE_IMPORTS = 0.2
LARGE_BYTES = 350 * 2**20
MOST_MIB = 80
TABLES = ("guild", "event", "reaction", "user", "imported_event")
FIRST_ID, APART = 1408837454081036388, 1 << 32


@click.group(invoke_without_command=True)
@click.option("--runs", default=5, show_default=True, help="Runs of each kind; the median counts.")
@click.option("--large", is_flag=True, help="Also the peak memory for a file of 350 MiB; takes minutes.")
@click.pass_context
def main(ctx: click.Context, *, runs: int, large: bool) -> None:
    """Measure everything and print it."""
    if ctx.invoked_subcommand is not None:
        return
    with TemporaryDirectory(prefix="bench-migrate-") as folder:
        for size in SIZES:
            _print(size, _measure(Path(folder), size, runs))
        if large:
            path = write_events(Path(folder) / "large.json", None)
            result = _child("take", path, Path(folder) / "large" / "bot.db")
            verdict = "kept" if result["peak_mib"] <= MOST_MIB else "MISSED"
            click.echo(f"a file of {path.stat().st_size / 2**20:.0f} MiB, {result['wall']:.0f} s")
            click.echo(
                f"  peak memory            {result['peak_mib']:7.0f} MiB  at most {MOST_MIB} MiB wanted: {verdict}"
            )


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("database", type=click.Path(path_type=Path))
def take(path: Path, database: Path) -> None:
    """Import a file, as the command line does."""
    from tests.legacy_files import OPTIONS, Silent
    from utils.data_migration import DataMigration
    from utils.time import SystemClock

    with DataMigration(database, OPTIONS, clock=SystemClock(), progress=Silent()) as migration:
        outcome = migration.migrate([path], confirm=lambda _totals: True)
    assert outcome.exit_code == 0
    _answer(peak_mib=_peak_mib(), cpu=time.process_time())


@main.command()
def imports() -> None:
    """Only import what an import needs."""
    for module in ("tests.legacy_files", "utils.data_migration", "utils.time"):
        importlib.import_module(module)
    _answer(cpu=time.process_time())


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
def parse(path: Path) -> None:
    """Only read the JSON."""
    from utils.legacy.json_file import read_entries

    started = time.perf_counter()
    count = sum(1 for _ in read_entries(path, is_wrapped=False, advance=lambda _count: None))
    _answer(seconds=time.perf_counter() - started, count=count)


@main.command()
@click.argument("database", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
def insert(database: Path, target: Path) -> None:
    """Insert the rows of an imported database into an empty one: same schema, same settings, one transaction."""
    with closing(sqlite3.connect(database)) as source:
        schema = source.execute(
            # FTS5 makes the tables of its own by itself.
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name <> 'schema_migration' "
            "AND NOT (type = 'table' AND name GLOB 'event_text_*')"
        ).fetchall()
        rows = {table: source.execute(f'SELECT * FROM "{table}"').fetchall() for table in TABLES}
    started, cpu = time.perf_counter(), time.process_time()
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        for pragma in ("auto_vacuum = incremental", "journal_mode = wal", "synchronous = full", "cache_size = -8000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN IMMEDIATE")
        for (statement,) in schema:
            connection.execute(statement)
        for table, values in rows.items():
            places = ", ".join("?" * len(values[0]))
            connection.executemany(f'INSERT INTO "{table}" VALUES ({places})', values)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _answer(seconds=time.perf_counter() - started, cpu=time.process_time() - cpu)


def write_events(path: Path, count: int | None) -> Path:
    """Write a file of V2 with so many events of 20 answers each; with None, as many as fill 350 MiB."""
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        file.write("{")
        for number in range(sys.maxsize if count is None else count):
            file.write(f"{',' if number else ''}\n{json.dumps(str(FIRST_ID + number * APART))}: ")
            json.dump(_event(number, chance), file, ensure_ascii=False, indent=2)
            if count is None and file.tell() >= LARGE_BYTES:
                break
        file.write("}")
    return path


def _event(number: int, chance: random.Random) -> dict[str, object]:
    users = [616380306186043403 + user * 4194304 for user in chance.sample(range(5_000), ANSWERS + 5)]
    return {
        "message_id": FIRST_ID + number * APART,
        "channel_id": 1222580547239411833,
        "guild_id": 1221886632236548157,
        "title": f"Raid night {number}",
        "interval_minutes": 60,
        "required_reactions": ["✅", "❌", "❓"],
        "last_reminder": "2025-08-24T20:17:48.950795",
        "users_who_reacted": users[:ANSWERS],
        "all_users": users,
        "is_paused": False,
        "created_at": "2025-08-23T18:28:53.879452",
    }


def _measure(folder: Path, size: int, runs: int) -> dict[str, float]:
    path = write_events(folder / f"{size}.json", size)
    found: dict[str, list[float]] = defaultdict(list)
    for run in range(runs):
        database = folder / f"{size}-{run}" / "bot.db"
        taken, bare = _child("take", path, database), _child("imports")
        inserted = _child("insert", database, folder / f"{size}-{run}.db")
        alone, alone_cpu = taken["wall"] - bare["wall"], taken["cpu"] - bare["cpu"]
        found["whole"].append(taken["wall"])
        found["imports"].append(bare["wall"])
        found["alone"].append(alone)
        found["alone_cpu"].append(alone_cpu)
        found["parse"].append(_child("parse", path)["seconds"])
        found["insert"].append(inserted["seconds"])
        found["insert_cpu"].append(inserted["cpu"])
        found["ratio"].append(alone / inserted["seconds"])
        found["ratio_cpu"].append(alone_cpu / inserted["cpu"])
        found["peak"].append(taken["peak_mib"])
    return {name: statistics.median(values) for name, values in found.items()}


def _print(size: int, figures: dict[str, float]) -> None:
    """Print one size; in parentheses the time of the processor alone, which a busy machine stretches less."""
    above = _verdict(size, 1_000, figures["alone"], MOST_SECONDS_ABOVE_IMPORTS, "s")
    times = _verdict(size, 10_000, figures["ratio"], MOST_TIMES_EXECUTEMANY, "×")
    click.echo(f"{size:,} events × {ANSWERS} answers: medians, in parentheses the processor's time alone")
    click.echo(f"  whole process          {figures['whole']:7.3f} s")
    click.echo(f"  interpreter + imports  {figures['imports']:7.3f} s")
    click.echo(f"  import alone           {figures['alone']:7.3f} s ({figures['alone_cpu']:.3f}){above}")
    click.echo(f"  JSON parse alone       {figures['parse']:7.3f} s")
    click.echo(f"  executemany            {figures['insert']:7.3f} s ({figures['insert_cpu']:.3f})")
    click.echo(f"  import / executemany   {figures['ratio']:7.2f} × ({figures['ratio_cpu']:.2f}){times}")
    click.echo(f"  peak memory            {figures['peak']:7.0f} MiB")


def _verdict(size: int, meant: int, figure: float, most: float, unit: str) -> str:
    if size != meant:
        return ""
    return f"  at most {most:g} {unit} wanted: {'kept' if figure <= most else 'MISSED'}"


def _child(*arguments: object) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.migration", *map(str, arguments)]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wall = time.perf_counter() - started
    answered: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {**answered, "wall": wall}


def _answer(**figures: float) -> None:
    click.echo(json.dumps(figures))


def _peak_mib() -> float:
    # Not getrusage: a child's figure there begins with its parent's.
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
