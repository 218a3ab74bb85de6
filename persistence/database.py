"""The file and its settings: open, check, bind, close."""

import logging
import os
import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import cast
from urllib.parse import quote

from peewee import SqliteDatabase

from models.database_models import database_proxy
from models.schema_manager import SchemaManager
from models.sql import DATABASE_ERRORS, run_sql
from persistence.database_file import close_to_others, is_unborn, make_file, make_folder, refuse_unusable
from persistence.early_check import EarlyCheck
from persistence.failures import detail_of, is_without_access, short_line, storage_error
from persistence.lock import DatabaseLock
from utils.errors import DatabaseCorruptError, StorageError

_BUSY_TIMEOUT_SECONDS = 5
_EIGHT_MEGABYTES = -8_000
_SIXTY_FOUR_MEGABYTES = -64_000

logger = logging.getLogger(__name__)


class DatabaseProfile(StrEnum):
    """How much a power cut may cost. A crash or kill of the bot alone costs nothing in any of them."""

    DURABLE = "durable"
    """Every commit is on the disk before it is acknowledged (synchronous=FULL)."""
    BALANCED = "balanced"
    """A power cut may take back the last commits, never damage the file (synchronous=NORMAL)."""
    FAST = "fast"
    """The data design's settings (synchronous=OFF, 64 MB of cache): a power cut may take back the last commits and
    may damage the file, so that only a backup helps."""


_SYNCHRONOUS = {DatabaseProfile.DURABLE: 2, DatabaseProfile.BALANCED: 1, DatabaseProfile.FAST: 0}


@dataclass(frozen=True, slots=True)
class DatabaseHandle:
    """An open database: locked, checked and bound to the models. Threads connect to ``database`` each on their own."""

    path: Path
    profile: DatabaseProfile
    database: SqliteDatabase
    lock: DatabaseLock
    identity: tuple[int, int]
    """Device and inode of the file, as it was opened."""

    @property
    def size_bytes(self) -> int:
        """The size of the file, without its write-ahead log.

        Raises:
            StorageError: the file is gone.
        """
        return self._found().st_size

    @property
    def wal_bytes(self) -> int:
        """The size of the write-ahead log, 0 when there is none."""
        try:
            return self.path.with_name(f"{self.path.name}-wal").stat().st_size
        except FileNotFoundError:
            return 0

    def connect(self) -> bool:
        """Connect the calling thread to the file that was opened; tell whether it was not connected before.

        Raises:
            StorageError: the file is gone; SQLite alone would make a new, empty one in its place.
            peewee.DatabaseError: SQLite cannot open it.
        """
        self.refuse_if_gone()
        return bool(self.database.connect(reuse_if_open=True))

    def refuse_if_gone(self) -> None:
        """Make sure that the path still leads to the file that was opened; SQLite would write on into a deleted one.

        Raises:
            StorageError: the file is gone, or another one lies in its place.
        """
        found = self._found()
        if (found.st_dev, found.st_ino) != self.identity:
            raise StorageError(f"The database file {self.path} is gone: another file lies in its place.")

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the file and empty it; needs a connection of the calling thread.

        Returns False when another connection was in its way.
        """
        busy, *_ = run_sql(self.database, "PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def connection(self) -> sqlite3.Connection:
        """Return the calling thread's own connection, which it must have opened."""
        return cast(sqlite3.Connection, self.database.connection())  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Empty the write-ahead log, unbind the models and give the lock back; close writer and reader first.

        A log that cannot be emptied, as on a full disk, stays and is read at the next start: told in the log and not
        raised, for what made the program end must not be hidden by it.
        """
        try:
            opened = self.connect()
            try:
                self.checkpoint()
            finally:
                if opened:
                    self.database.close()
        except (StorageError, *DATABASE_ERRORS) as error:
            logger.warning("the write-ahead log was not emptied path=%s cause=%s", self.path, detail_of(error))
        finally:
            if database_proxy.obj is self.database:
                database_proxy.initialize(None)
            self.lock.release()

    def _found(self) -> os.stat_result:
        try:
            return self.path.stat()
        except FileNotFoundError as error:
            raise StorageError(f"The database file {self.path} is gone.") from error
        except OSError as error:
            raise StorageError(f"The database file {self.path} cannot be reached: {error.strerror}.") from error


def open_database(
    path: Path,
    profile: DatabaseProfile | str = DatabaseProfile.DURABLE,
    *,
    held: DatabaseLock | None = None,
    early: EarlyCheck | None = None,
) -> DatabaseHandle:
    """Open the database file, made with its folder when missing, and bind the models to it.

    ``held`` is the lock of a caller who has it already; closing the handle gives it back all the same. ``early`` is
    a check that was begun before: where it holds, the file is not read again.

    A file that is refused is left as it was, in content and mode. The schema is `SchemaManager`'s business, next.

    Raises:
        DatabaseInUseError: another process owns the file.
        DatabaseCorruptError: it is no SQLite database, or a damaged one.
        DatabaseTooNewError: a newer version of this program wrote it.
        StorageError: the path holds no file, or one that cannot be made, read or written, or only a write-ahead log.
    """
    profile = DatabaseProfile(profile)
    if early is not None:
        early.wait()
    if held is None:
        refuse_unusable(path)
        make_folder(path)
    lock = held or DatabaseLock(path)
    lock.acquire()
    try:
        is_new = _make_or_check(path, early)
        database = _connected(path, profile)
        found = path.stat()
    except BaseException:
        lock.release()
        raise
    if is_new and held is None:
        # Expected once in the life of a bot; at any other start the path is wrong. Who had the lock has looked already.
        logger.warning("a new, empty database was made path=%s", path.absolute())
    database_proxy.initialize(database)
    return DatabaseHandle(path, profile, database, lock, (found.st_dev, found.st_ino))


def _make_or_check(path: Path, early: EarlyCheck | None) -> bool:
    """Return whether the file is new."""
    make_file(path)
    is_new = is_unborn(path)
    if not is_new:
        check_contents(path, is_sound=early is not None and early.holds())
    close_to_others(path)
    return is_new


def check_contents(path: Path, *, is_sound: bool = False) -> None:
    """Make sure that a file in which something was stored is a sound database of this program.

    Reads the whole file, unless its pages are known to be sound already.

    Raises:
        DatabaseCorruptError: it is damaged, or belongs to another program.
        DatabaseTooNewError: a newer version of this program wrote it.
        StorageError: it cannot be read.
    """
    database = read_only_database(path)
    try:
        database.connect()
        finding = "ok" if is_sound else run_sql(database, "PRAGMA quick_check(1)").fetchone()[0]
        if finding != "ok":
            raise DatabaseCorruptError(str(path), short_line(str(finding)))
        schema = SchemaManager(database)
        if schema.is_foreign():
            raise DatabaseCorruptError(str(path), "it belongs to another program")
        schema.refuse_newer()
    except DATABASE_ERRORS as error:
        if is_without_access(error):
            raise storage_error(f"The database {path} cannot be read", error) from error
        raise DatabaseCorruptError(str(path), detail_of(error)) from error
    finally:
        database.close()


def read_only_database(path: Path) -> SqliteDatabase:
    """Return an unconnected database that can change nothing, not even its write-ahead log; it needs no lock."""
    return SqliteDatabase(
        f"file:{quote(str(path))}?mode=ro", uri=True, timeout=_BUSY_TIMEOUT_SECONDS, autoconnect=False
    )


def _connected(path: Path, profile: DatabaseProfile) -> SqliteDatabase:
    database = SqliteDatabase(
        str(path),
        pragmas=_pragmas(profile),
        timeout=_BUSY_TIMEOUT_SECONDS,
        # A deferred transaction that turns into a writing one fails at once, the timeout unheeded.
        lock_type="IMMEDIATE",
        autoconnect=False,
    )
    try:
        database.connect()
        mode = str(database.journal_mode)
        database.close()
    except DATABASE_ERRORS as error:
        raise storage_error(f"The database {path} cannot be opened for writing", error) from error
    if mode != "wal":
        raise StorageError(f"The file system of {path} does not carry a write-ahead log; choose a local disk.")
    return database


def _pragmas(profile: DatabaseProfile) -> list[tuple[str, int | str]]:
    return [
        # Counts in an empty file only, and only before the journal mode is set.
        ("auto_vacuum", "incremental"),
        ("journal_mode", "wal"),
        ("synchronous", _SYNCHRONOUS[profile]),
        ("cache_size", _SIXTY_FOUR_MEGABYTES if profile is DatabaseProfile.FAST else _EIGHT_MEGABYTES),
        ("foreign_keys", 1),
        ("ignore_check_constraints", 0),
    ]
