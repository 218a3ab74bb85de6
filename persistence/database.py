"""The file and its settings: open, check, bind, close."""

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
from models.sql import run_sql
from persistence.failures import DATABASE_ERRORS
from persistence.lock import DatabaseLock
from utils.errors import DatabaseCorruptError, StorageError

_HEADER = b"SQLite format 3\x00"
_BUSY_TIMEOUT_SECONDS = 5
_EIGHT_MEGABYTES = -8_000
_SIXTY_FOUR_MEGABYTES = -64_000


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

    @property
    def size_bytes(self) -> int:
        """The size of the file, without its write-ahead log."""
        return self.path.stat().st_size

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
        """Empty the write-ahead log, unbind the models and give the lock back; close writer and reader first."""
        try:
            opened = self.database.connect(reuse_if_open=True)
            try:
                self.checkpoint()
            finally:
                if opened:
                    self.database.close()
        except DATABASE_ERRORS as error:
            raise StorageError(f"The database {self.path} could not be closed cleanly: {error}.") from error
        finally:
            if database_proxy.obj is self.database:
                database_proxy.initialize(None)
            self.lock.release()


def open_database(path: Path, profile: DatabaseProfile | str = DatabaseProfile.DURABLE) -> DatabaseHandle:
    """Open the database file, made with its folder when missing, and bind the models to it.

    A file that is refused is left byte for byte as it was. The schema is `SchemaManager`'s business, next.

    Raises:
        DatabaseInUseError: another process owns the file.
        DatabaseCorruptError: it is no SQLite database, or a damaged one.
        DatabaseTooNewError: a newer version of this program wrote it.
        StorageError: the folder or file cannot be made, read or written.
    """
    profile = DatabaseProfile(profile)
    _make_folder(path)
    lock = DatabaseLock(path)
    lock.acquire()
    try:
        _make_file(path)
        _check_file(path)
        database = _connected(path, profile)
    except BaseException:
        lock.release()
        raise
    database_proxy.initialize(database)
    return DatabaseHandle(path, profile, database, lock)


def read_only_database(path: Path) -> SqliteDatabase:
    """Return an unconnected database that can change nothing, not even its write-ahead log; it needs no lock."""
    return SqliteDatabase(
        f"file:{quote(str(path))}?mode=ro", uri=True, timeout=_BUSY_TIMEOUT_SECONDS, autoconnect=False
    )


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"The folder {path.parent} for the database cannot be made: {error.strerror}.") from error


def _make_file(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageError(f"The database {path} cannot be opened for writing: {error.strerror}.") from error
    try:
        is_owner = os.fstat(descriptor).st_uid == os.geteuid()
        if is_owner:
            # SQLite gives its -wal and -shm files the mode of the database.
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def _check_file(path: Path) -> None:
    with path.open("rb") as file:
        header = file.read(len(_HEADER))
    if not header:
        return
    if header != _HEADER:
        raise DatabaseCorruptError(str(path), "it is no SQLite database")
    database = read_only_database(path)
    try:
        database.connect()
        finding = run_sql(database, "PRAGMA quick_check(1)").fetchone()[0]
        if finding != "ok":
            raise DatabaseCorruptError(str(path), str(finding))
        schema = SchemaManager(database)
        if schema.is_foreign():
            raise DatabaseCorruptError(str(path), "it belongs to another program")
        schema.refuse_newer()
    except DATABASE_ERRORS as error:
        if _is_trouble_with_access(error):
            raise StorageError(f"The database {path} cannot be read: {error}.") from error
        raise DatabaseCorruptError(str(path), str(error)) from error
    finally:
        database.close()


def _is_trouble_with_access(error: Exception) -> bool:
    cause = error if isinstance(error, sqlite3.Error) else error.__context__
    code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR)


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
        raise StorageError(f"The database {path} cannot be opened for writing: {error}.") from error
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
