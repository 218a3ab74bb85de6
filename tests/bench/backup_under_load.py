"""What a backup of 200 MB costs those who write meanwhile: `make bench-backup`.

The bot's own writer commits 200 times a second, before, during and after a backup on a thread beside it, as at night.
Prints the p50 and p99 of the time from asking to durable, and whether the backup is one point in time; exit code 1 when
the p99 during the backup is more than twice that without.
"""

import argparse
import asyncio
import sqlite3
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from models.bot_state_model import BotState
from models.database_models import Guild, database_proxy
from models.schema_manager import SchemaManager
from persistence import bot_state
from persistence.background import give_way
from persistence.backup import Backup, back_up
from persistence.database import DatabaseHandle, open_database
from persistence.writer import DatabaseWriter

NOW = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)
WRITES_PER_SECOND = 200
QUIET_SECONDS = 8.0
MOST = 2.0
ROW_BYTES = 1_900
"""Two rows fill a page."""


def fill(handle: DatabaseHandle, megabytes: int) -> None:
    with handle.database.connection_context(), handle.database.atomic():
        connection = handle.connection()
        stamp = "2026-03-04 20:00:00.000+00:00"
        connection.executemany(
            "INSERT INTO bot_state (key, value, created_at, updated_at) VALUES (?, hex(randomblob(?)), ?, ?)",
            ((f"filler-{n}", ROW_BYTES // 2, stamp, stamp) for n in range(megabytes * 1_000_000 // ROW_BYTES)),
        )


def write(number: int) -> None:
    """Two rows that only ever agree at one point in time, and one page somewhere in the middle of the file."""
    Guild.insert(guild_id=number + 1, created_at=NOW, updated_at=NOW).execute()
    bot_state.set_value("written", str(number + 1), NOW)
    filler = f"filler-{number * 7919 % 90_000}"
    BotState.update(updated_at=NOW).where(BotState.key == filler).execute()


class Load:
    """Writes 200 times a second until it is stopped, and remembers when each began and how long it took."""

    def __init__(self, writer: DatabaseWriter) -> None:
        self._writer = writer
        self.samples: list[tuple[float, float]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        due, number = time.perf_counter(), 0
        while not stop.is_set():
            task = asyncio.create_task(self._write(number))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            number += 1
            due += 1 / WRITES_PER_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await asyncio.gather(*self._tasks)

    async def _write(self, number: int) -> None:
        began = time.perf_counter()
        await self._writer.run(write, number)
        self.samples.append((began, time.perf_counter() - began))


def percentile(samples: list[float], share: float) -> float:
    return sorted(samples)[min(int(len(samples) * share), len(samples) - 1)] * 1000


def is_one_point_in_time(backup: Path) -> bool:
    with closing(sqlite3.connect(backup)) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM guild").fetchone()
        (written,) = connection.execute("SELECT value FROM bot_state WHERE key = 'written'").fetchone()
    return bool(rows == int(written) > 0)


async def measure(folder: Path, megabytes: int) -> int:
    handle = open_database(folder / "bot.db")
    SchemaManager(handle.database).initialize_database()
    await asyncio.to_thread(fill, handle, megabytes)
    writer = DatabaseWriter(handle)
    await writer.start()
    load, stop = Load(writer), asyncio.Event()
    writing = asyncio.create_task(load.run(stop))
    await asyncio.sleep(QUIET_SECONDS)
    began = time.perf_counter()
    with ThreadPoolExecutor(1, initializer=give_way) as thread:
        target = folder / "backups" / "bot.db"
        backup = await asyncio.get_running_loop().run_in_executor(thread, back_up, handle.path, target)
    ended = time.perf_counter()
    await asyncio.sleep(QUIET_SECONDS)
    stop.set()
    await writing
    await writer.close()
    handle.close()
    return report(load.samples, began, ended, backup)


def report(samples: list[tuple[float, float]], began: float, ended: float, backup: Backup) -> int:
    during = [seconds for at, seconds in samples if began <= at <= ended]
    quiet = [seconds for at, seconds in samples if not began <= at <= ended]
    ratio = percentile(during, 0.99) / percentile(quiet, 0.99)
    is_consistent = is_one_point_in_time(backup.path)
    print(f"backup of {backup.size_bytes / 1e6:.0f} MB, verified: {backup.seconds:.1f} s")  # noqa: T201 - its output
    for name, found in (("without", quiet), ("during", during)):
        p50, p99 = percentile(found, 0.5), percentile(found, 0.99)
        print(f"commit {name:8} p50 {p50:6.2f} ms  p99 {p99:6.2f} ms  writes {len(found)}")  # noqa: T201 - as above
    print(f"p99 ratio {ratio:.2f} (at most {MOST}); one point in time: {is_consistent}")  # noqa: T201 - as above
    return 0 if ratio <= MOST and is_consistent else 1


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure a backup under load.")
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="where the database lies; a folder on the disk to be measured")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        result = asyncio.run(measure(Path(folder), arguments.megabytes))
    assert database_proxy.obj is None
    return result


if __name__ == "__main__":
    sys.exit(main())
