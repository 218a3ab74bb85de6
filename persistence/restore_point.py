"""A copy of the database that is the same to the byte, and the way back to it; for a database nobody else writes to.

SQLite's own online backup gives an equal database but not equal bytes: it counts up the copy's schema cookie. Here the
bot is stopped, so the file itself can be copied, while a transaction of ours keeps every other writer away.
"""

import contextlib
import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from persistence.database_file import make_file, sync_folder
from persistence.failures import detail_of
from utils.errors import StorageError

_CHUNK = 1 << 20
_BUSY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Copied:
    """A file and what is in it; ``sha256`` in hexadecimal."""

    sha256: str
    size: int


def copy_database(path: Path, copy: Path) -> Copied | None:
    """Take a database's write-ahead log into it and copy it, for the owner alone; None when there is no database.

    The copy is compared with the file and checked as a database. Hold the lock of the database meanwhile.

    Raises:
        StorageError: it could not be copied, or the copy is not sound.
    """
    if not path.exists() or path.stat().st_size == 0:
        return None
    try:
        with closing(_connect(path)) as connection:
            copied = _copied(connection, path, copy)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"The database {path} could not be backed up: {_reason(error)}.") from error
    verify_copy(copy, copied.sha256)
    return copied


def copy_file(path: Path, copy: Path) -> Copied:
    """Copy a file, for its owner alone, and leave it on the disk, not in a cache.

    Raises:
        OSError: it cannot be read or written.
    """
    make_file(copy)
    digest = hashlib.sha256()
    with path.open("rb") as source, copy.open("wb") as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
        return Copied(digest.hexdigest(), target.tell())


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify_copy(copy: Path, sha256: str) -> None:
    """Make sure that a copied database is there, is what was copied, and is sound. Read-only.

    Raises:
        StorageError: it is not.
    """
    try:
        if sha256_of(copy) != sha256:
            raise StorageError(f"The backup {copy} is not what was written: its SHA-256 is another one.")
        with closing(sqlite3.connect(f"file:{quote(str(copy))}?immutable=1", uri=True)) as connection:
            (finding,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"The backup {copy} cannot be read: {_reason(error)}.") from error
    if finding != "ok":
        raise StorageError(f"The backup {copy} is damaged: {finding}.")


def put_back(path: Path, copy: Path | None, replaced: Path) -> None:
    """Put a verified copy in the place of the database, or no file where there was none; keep what was there.

    ``replaced`` is where the present database goes, its log taken in, or beside it when a reader is in the way of that.
    A crash at any moment leaves either database in its place. Hold the lock of the database meanwhile.

    Raises:
        StorageError: it could not be done; the present database is still in its place.
    """
    # A link is to lead to the new file as it did to the old one.
    target = path.resolve()
    try:
        if target.exists():
            _keep(target, replaced)
        if copy is None:
            target.unlink(missing_ok=True)
        else:
            fresh = target.with_name(f"{target.name}.restoring")
            copy_file(copy, fresh)
            fresh.replace(target)
        sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"The database {path} could not be put back: {_reason(error)}.") from error


def _copied(connection: sqlite3.Connection, path: Path, copy: Path) -> Copied:
    if _take_in_log(connection):
        connection.execute("BEGIN IMMEDIATE")
        copied = copy_file(path, copy)
        connection.execute("ROLLBACK")
        return copied
    # A reader that looks at an older state keeps the log from being taken in. Equal will have to do for the same.
    make_file(copy)
    with closing(sqlite3.connect(copy)) as target:
        connection.backup(target)
    return Copied(sha256_of(copy), copy.stat().st_size)


def _keep(target: Path, replaced: Path) -> None:
    with contextlib.suppress(sqlite3.Error), closing(_connect(target)) as connection:
        _take_in_log(connection)
    try:
        os.link(target, replaced)
    except OSError:
        copy_file(target, replaced)
    log = target.with_name(f"{target.name}-wal")
    if log.exists() and log.stat().st_size:
        shutil.move(log, replaced.with_name(f"{replaced.name}-wal"))
    for suffix in ("-wal", "-shm"):
        target.with_name(f"{target.name}{suffix}").unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)


def _take_in_log(connection: sqlite3.Connection) -> bool:
    """Move the write-ahead log into the file; tell whether all of it is there. It need not be empty afterwards."""
    # The first way waits for nobody, the second for readers of an older state.
    for mode in ("PASSIVE", "FULL"):
        _busy, in_log, moved = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
        if in_log == moved:
            return True
    return False


def _reason(error: Exception) -> str:
    return detail_of(error) if isinstance(error, sqlite3.Error) else str(getattr(error, "strerror", None) or error)
