"""Archives: one file for each month of what has grown old, beside the backups; to be read with any SQLite tool.

A row's month is its own date's, not that of the day it was archived, so that a row that is written twice, as after a
crash, meets itself in the same file.
"""

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from models.sql import DATABASE_ERRORS
from persistence.archived_people import Row, forget_in, rows_about
from persistence.database_file import make_folder
from persistence.disk import flush_folder
from persistence.failures import storage_error
from persistence.outdated import Rows, Slice
from utils.errors import StorageError

_IDENTITY = {
    # Not the row numbers: SQLite gives that of a removed row to a new one.
    "reminder_log": ("event_id", "scheduled_at", "batch", "kind"),
    "reminder_recipient": ("event_id", "scheduled_at", "batch", "kind", "user_id"),
    "held_reminder": ("event_id", "user_id", "kind", "created_at"),
    "reaction": ("event_id", "user_id", "created_at"),
    # A message may be watched anew after its event has gone into an archive.
    "event": ("message_id", "created_at"),
}
"""What makes a row of an archive the same row."""


class Archives:
    """The archives of one database in a folder. Every method opens and closes files; none is for the event loop."""

    def __init__(self, folder: Path, database: Path) -> None:
        self._folder = folder
        self._stem = database.stem

    def store(self, old: Slice) -> list[Path]:
        """Write rows into the archives of their months, made when missing; on the disk when this returns.

        A row that is there already is replaced.

        Raises:
            StorageError: an archive cannot be written; some rows may be in theirs already.
        """
        months = sorted({_month(moment) for rows in old.rows for moment in rows.of(rows.dated_by)})
        for month in months:
            with self._opened(self._path(month)) as archive:
                for rows in old.rows:
                    _write(archive, rows, month)
        return [self._path(month) for month in months]

    def paths(self) -> list[Path]:
        """Return the archives there are, oldest month first."""
        name = re.compile(rf"{re.escape(self._stem)}-archive-\d{{4}}-\d{{2}}\.db")
        found = self._folder.iterdir() if self._folder.is_dir() else ()
        return sorted(path for path in found if name.fullmatch(path.name))

    def forget(self, user_ids: Iterable[int]) -> dict[Path, int]:
        """Remove people from every archive; return how many rows of each were touched, archives without any left out.

        Raises:
            StorageError: an archive cannot be written.
        """
        people = list(user_ids)
        touched = {}
        for path in self.paths():
            with self._opened(path) as archive:
                count = sum(forget_in(archive, user_id) for user_id in people)
            if count:
                touched[path] = count
        return touched

    def about(self, user_id: int) -> dict[str, dict[str, list[Row]]]:
        """Return what the archives hold of a person, by the file's name and table; files without anything left out.

        Raises:
            StorageError: an archive cannot be read.
        """
        found = {}
        for path in self.paths():
            with self._opened(path) as archive:
                rows = rows_about(archive, user_id)
            if rows:
                found[path.name] = rows
        return found

    def _path(self, month: str) -> Path:
        return self._folder / f"{self._stem}-archive-{month}.db"

    @contextmanager
    def _opened(self, path: Path) -> Iterator[sqlite3.Connection]:
        """Yield a connection in a transaction that is committed at the end."""
        make_folder(path)
        try:
            if not path.exists():
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
                flush_folder(path.parent)
            with closing(sqlite3.connect(path, isolation_level=None)) as archive:
                # EXTRA: the end of a transaction in this mode is the removal of a file.
                archive.execute("PRAGMA synchronous = EXTRA")
                archive.execute("PRAGMA secure_delete = ON")
                archive.execute("BEGIN IMMEDIATE")
                yield archive
                archive.execute("COMMIT")
        except OSError as error:
            raise StorageError(f"The archive {path} cannot be made: {error.strerror}.") from error
        except DATABASE_ERRORS as error:
            raise storage_error(f"The archive {path} cannot be written", error) from error


def _write(archive: sqlite3.Connection, rows: Rows, month: str) -> None:
    place = rows.columns.index(rows.dated_by)
    values = [row for row in rows.values if _month(row[place]) == month]
    if not values:
        return
    _prepare(archive, rows)
    columns = ", ".join(map(_quoted, rows.columns))
    marks = ", ".join("?" * len(rows.columns))
    archive.executemany(f"INSERT OR REPLACE INTO {_quoted(rows.table)} ({columns}) VALUES ({marks})", values)


def _prepare(archive: sqlite3.Connection, rows: Rows) -> None:
    """Make the table, or the columns that it got since the archive was begun."""
    table = _quoted(rows.table)
    archive.execute(f"CREATE TABLE IF NOT EXISTS {table} ({', '.join(map(_quoted, rows.columns))})")
    known = {column[1] for column in archive.execute(f"PRAGMA table_info({table})")}
    for column in rows.columns:
        if column not in known:
            archive.execute(f"ALTER TABLE {table} ADD COLUMN {_quoted(column)}")
    identity = _IDENTITY[rows.table]
    # Of an archive that was begun when a batch had no kind.
    archive.execute(f"DROP INDEX IF EXISTS {_quoted(f'{rows.table}_identity')}")
    name = _quoted("_".join((rows.table, *identity)))
    archive.execute(f"CREATE UNIQUE INDEX IF NOT EXISTS {name} ON {table} ({', '.join(map(_identifying, identity))})")


def _identifying(column: str) -> str:
    # Rows that were written without a kind are all of one.
    return f"ifnull({_quoted(column)}, 'silent')" if column == "kind" else _quoted(column)


def _month(moment: Any) -> str:
    return str(moment)[:7]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
