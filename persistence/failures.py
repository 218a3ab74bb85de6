"""Which errors are the database's, and how they are told."""

import sqlite3
import traceback

from peewee import ProgrammingError

from models.sql import DATABASE_ERRORS, errors_behind, first_cause
from utils.errors import StorageError
from utils.formatting import truncate

_LONGEST_DETAIL = 100
_NO_ACCESS = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def as_storage_error(error: Exception) -> Exception:
    """Return the `StorageError` that stands for a database's error; any other error, a bug among them, as it is."""
    if not isinstance(error, DATABASE_ERRORS):
        return error
    if isinstance(first_cause(error), ProgrammingError | sqlite3.ProgrammingError):
        return error
    return storage_error("The database could not do what was asked", error)


def storage_error(failure: str, error: Exception) -> StorageError:
    """Return a `StorageError` that names the failure and what led to it first; one that is one already, as it is."""
    if isinstance(error, StorageError):
        return error
    for link in errors_behind(error):
        # The frames hold cursors, and a connection stays open as long as one of them lives.
        traceback.clear_frames(link.__traceback__)
    translated = StorageError(f"{failure}: {detail_of(error)}.")
    translated.__cause__ = error
    return translated


def detail_of(error: Exception) -> str:
    """Say in one short line, without a full stop, what led to an error first."""
    if isinstance(error, StorageError):
        return str(error).rstrip(".")
    return short_line(str(first_cause(error)) or type(error).__name__)


def short_line(text: str) -> str:
    """Make one line of at most 100 characters of what SQLite says, without its headings and the last full stop."""
    lines = (line.strip() for line in text.splitlines())
    said = "; ".join(line for line in lines if line and not line.startswith("***"))
    return truncate((said or text.strip()).rstrip("."), _LONGEST_DETAIL)


def is_without_access(error: Exception) -> bool:
    """Whether the file could not be reached, read or written; it says nothing of what is in it."""
    return _code(error) in _NO_ACCESS


def is_trouble_with_the_file(error: Exception) -> bool:
    """Whether the file is the cause, as on a full disk, and not what was asked of it."""
    return _code(error) in _NO_ACCESS | _DAMAGE


def _code(error: Exception) -> int | None:
    code = getattr(first_cause(error), "sqlite_errorcode", None)
    # The higher bits tell more of the same.
    return None if code is None else code & 0xFF
