"""A backup of a database that is being written: one point in time, taken in slices, verified before it has its name.

The copying connection holds one read transaction from the first page to the last. Without it SQLite begins again with
every commit of another connection; with it nobody waits, and the write-ahead log grows meanwhile.
Source: https://sqlite.org/backup.html and https://sqlite.org/c3ref/backup_finish.html.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from models.sql import DATABASE_ERRORS
from persistence.background import Rests
from persistence.database_file import make_folder
from persistence.disk import flush_folder, free_bytes, remove
from persistence.failures import storage_error
from persistence.verification import Verdict, address, never, verify
from utils.errors import StorageError

PAGES_PER_SLICE = 64
"""How much is copied at once: 256 KiB, about a millisecond."""

SLICES_PER_FLUSH = 4
"""How often what was copied is put on the disk. One flush at the end would hold up the bot's own for a second."""

REST = 2.0
"""How long it rests after each slice, in parts of what the slice took: the bot has the disk two thirds of the time."""

_ROOM = 1.1
_BUSY_TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made and verified; ``seconds`` is what both took."""

    path: Path
    size_bytes: int
    version: str | None
    seconds: float


def back_up(source: Path, target: Path, should_stop: Callable[[], bool] = never) -> Backup:
    """Copy a database, in use or not, into a single new file that only its owner can read, and verify it.

    Blocks for some seconds per 100 MB: run it on a thread of its own. The file appears under its name when it is whole
    and on the disk; whatever happens before leaves at most a ``.part`` behind, which the next one removes.

    Raises:
        StorageError: there is no such database, no room, the target exists, the copy is not whole, or ``should_stop``
            said so; no file was left.
    """
    started = time.perf_counter()
    _refuse(source, target)
    make_folder(target)
    part = target.with_name(f"{target.name}.part")
    remove(part)
    try:
        _copy(f"file:{quote(str(source))}?mode=ro", part, should_stop)
        verdict = verify(part, Rests(should_stop, REST))
        _keep(verdict, target)
    except OSError as error:
        raise StorageError(f"The backup {target} cannot be made: {error.strerror}.") from error
    finally:
        remove(part)
    return Backup(target, verdict.size_bytes, verdict.version, time.perf_counter() - started)


def copy_database(source: Path, target: Path) -> None:
    """Copy a resting database, its write-ahead log included, into a new single file that only its owner can read.

    Raises:
        StorageError: it could not be copied; the target may be there in part.
    """
    _copy(address(source), target, never)


def _refuse(source: Path, target: Path) -> None:
    if not source.is_file():
        raise StorageError(f"There is no database {source} to back up.")
    if target.exists():
        raise StorageError(f"{target} is there already; name another file.")
    needed = int(source.stat().st_size * _ROOM)
    if free_bytes(target.parent) < needed:
        raise StorageError(
            f"There is no room for the backup {target}: it needs {needed / 1_000_000:.0f} MB, "
            f"and {free_bytes(target.parent) / 1_000_000:.0f} MB are free."
        )


def _keep(verdict: Verdict, target: Path) -> None:
    if not verdict.is_sound:
        raise StorageError(f"The backup {target} is not whole and was not kept: {'; '.join(verdict.problems)}.")
    verdict.path.rename(target)
    flush_folder(target.parent)


def _copy(source: str, target: Path, should_stop: Callable[[], bool]) -> None:
    try:
        descriptor = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise StorageError(f"The backup {target} cannot be written: {error.strerror}.") from error
    try:
        with _connected(source, target) as (reading, writing):
            reading.backup(writing, pages=PAGES_PER_SLICE, progress=_Pacing(descriptor, should_stop))
            # A file by itself must not wait for a log beside it; the bot switches it back when it opens it.
            writing.execute("PRAGMA journal_mode = DELETE")
        os.fsync(descriptor)
    except OSError as error:
        raise StorageError(f"The backup {target} cannot be written: {error.strerror}.") from error
    except DATABASE_ERRORS as error:
        raise storage_error(f"The database could not be copied to {target}", error) from error
    finally:
        os.close(descriptor)


@contextmanager
def _connected(source: str, target: Path) -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    reading = sqlite3.connect(source, uri=True, isolation_level=None, timeout=_BUSY_TIMEOUT_SECONDS)
    writing = sqlite3.connect(target, isolation_level=None)
    try:
        # Nobody misses the file when it is torn: it is made anew. So it needs neither a journal nor SQLite's flushes.
        writing.execute("PRAGMA synchronous = OFF")
        writing.execute("PRAGMA journal_mode = OFF")
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield reading, writing
    finally:
        writing.close()
        reading.close()


class _Pacing:
    """What SQLite calls after each slice: puts it on the disk, rests, and looks whether to stop."""

    def __init__(self, descriptor: int, should_stop: Callable[[], bool]) -> None:
        self._descriptor = descriptor
        self._must_stop = Rests(should_stop, REST)
        self._slices = 0

    def __call__(self, _status: int, _remaining: int, _total: int) -> None:
        self._slices += 1
        if self._slices % SLICES_PER_FLUSH == 0:
            os.fdatasync(self._descriptor)
        if self._must_stop():
            raise StorageError("The backup was stopped.")
