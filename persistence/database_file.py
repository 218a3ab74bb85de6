"""The database as a file, before SQLite sees it: refused when it is none, made when missing, closed to others."""

import errno
import os
import stat
import struct
from pathlib import Path

from persistence.failures import short_line
from persistence.lock import DatabaseLock
from utils.errors import DatabaseCorruptError, StorageError

_HEADER = b"SQLite format 3\x00"
"""Source: https://sqlite.org/fileformat2.html#magic_header_string."""

_FIRST_PAGE = 4_096
"""Bytes in a page, as SQLite makes them by itself."""

_JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")
_JOURNAL_HEADER = struct.Struct(">8sIII")
"""Magic, records, nonce, pages before the change. Source: https://sqlite.org/fileformat2.html#the_rollback_journal."""

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


def refuse_unusable(path: Path) -> None:
    """Make sure that the path holds a database or can come to hold one; makes and changes nothing, not even the lock.

    Raises:
        DatabaseInUseError: the lock is held.
        DatabaseCorruptError: the file is no SQLite database.
        StorageError: the path holds something else, cannot be read, or the write-ahead log is there without the file.
    """
    size = _size(path)
    _refuse_long_name(path)
    # Closing a file takes away all the locks this process has on it through SQLite, so an owner is told first.
    DatabaseLock(path).refuse_if_held()
    if size == 0:
        _refuse_lone_log(path)
        return
    try:
        with path.open("rb") as file:
            header = file.read(len(_HEADER))
    except OSError as error:
        raise StorageError(f"The database {path} cannot be read: {error.strerror}.") from error
    if header != _HEADER:
        raise DatabaseCorruptError(str(path), "it is no SQLite database")


def make_folder(path: Path) -> None:
    """Make the folder of a database, for its owner alone, when it is missing.

    Raises:
        StorageError: it cannot be made.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise StorageError(
            f"The folder {path.parent} for the database cannot be made: a file is in its place."
        ) from error
    except OSError as error:
        raise StorageError(f"The folder {path.parent} for the database cannot be made: {error.strerror}.") from error


def make_file(path: Path) -> None:
    """Make the file, for its owner alone, when it is missing.

    Raises:
        StorageError: it cannot be made, or opened for writing.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageError(f"The database {path} cannot be opened for writing: {error.strerror}.") from error
    os.close(descriptor)


def is_unborn(path: Path) -> bool:
    """Whether nothing was ever stored in the file: it is empty, or a first start was killed while it wrote page one.

    SQLite takes such a page back with its journal, but not on the read-only connection that checks a file. A table
    needs a second page.
    """
    size = path.stat().st_size
    if size == 0:
        return True
    if size > _FIRST_PAGE or _size_beside(path, "-wal") > 0:
        return False
    try:
        with _beside(path, "-journal").open("rb") as file:
            header = file.read(_JOURNAL_HEADER.size)
    except OSError:
        return False
    if len(header) < _JOURNAL_HEADER.size:
        return False
    magic, _, _, pages_before = _JOURNAL_HEADER.unpack(header)
    return bool(magic == _JOURNAL_MAGIC and pages_before <= 1)


def close_to_others(path: Path) -> None:
    """Let the owner alone read and write the file; SQLite gives its ``-wal`` and ``-shm`` the same mode.

    Raises:
        StorageError: the file system refused.
    """
    found = path.stat()
    if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) == 0o600:
        return
    try:
        path.chmod(0o600)
    except OSError as error:
        raise StorageError(f"The database {path} cannot be closed to others: {error.strerror}.") from error


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk: a file that was moved is else back at its old name after a power cut.

    Raises:
        OSError: the file system refused.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _size(path: Path) -> int:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise StorageError(f"The database {short_line(str(path))} cannot be opened: {reason}.") from error
    if not stat.S_ISREG(found.st_mode):
        kind = _KINDS.get(stat.S_IFMT(found.st_mode), "something else")
        raise StorageError(f"The database {path} is {kind}, not a file. It was left untouched; name a file.")
    return found.st_size


def _refuse_long_name(path: Path) -> None:
    try:
        # The longest of the names that SQLite makes of it.
        _beside(path, "-journal").lstat()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise StorageError(f"The database {path} cannot be opened: {error.strerror}.") from error


def _refuse_lone_log(path: Path) -> None:
    if _size_beside(path, "-wal") > 0:
        raise StorageError(
            f"The database {path} is missing or empty, but its write-ahead log is there without it and may hold all "
            "that was stored; put the database file back beside it, or move the log away. Nothing was touched."
        )


def _size_beside(path: Path, suffix: str) -> int:
    try:
        return _beside(path, suffix).stat().st_size
    except OSError:
        return 0


def _beside(path: Path, suffix: str) -> Path:
    # SQLite follows links, and its files lie beside the file itself.
    database = path.resolve()
    return database.with_name(f"{database.name}{suffix}")
