"""The SQLite files of the later eras, and how to read any SQLite file without changing a byte around it."""

import ast
import json
import shutil
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

_HEADER = b"SQLite format 3\x00"
_LONGEST_LIST = 1 << 20


class Era(StrEnum):
    """Whose tables a file has."""

    MODELS = "models"
    """`event` and `reaction`: naive local times, lists of emoji as Python writes them."""
    COLUMNS = "columns"
    """`events` alone: ids as text, who answered as a JSON list in a column."""
    OURS = "ours"
    """A database of this bot."""
    OTHER = "other"


def is_sqlite(path: Path) -> bool:
    """Tell whether a file begins as SQLite's do.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return file.read(len(_HEADER)) == _HEADER


def era_of(path: Path) -> Era:
    """Tell by its tables whose file it is. Read-only.

    Raises:
        OSError, sqlite3.Error: it cannot be read.
    """
    with frozen_connection(path) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "schema_migration" in tables:
            return Era.OURS
        if {"event", "reaction"} <= tables:
            return Era.MODELS
        if "events" in tables and {"message_id", "users_who_reacted"} <= _columns(connection, "events"):
            return Era.COLUMNS
    return Era.OTHER


def read_rows(path: Path, era: Era, *, advance: Callable[[int], None]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the events of a file as the JSON files would have them: a key and an object with their field names.

    Who answered with what is known in the era of ``MODELS``, but its importer had made some of it up: only that they
    answered is taken over. ``advance`` is told the share of the file's bytes that is done.

    Raises:
        OSError, sqlite3.Error: it cannot be read.
    """
    table = "event" if era is Era.MODELS else "events"
    with frozen_connection(path) as connection:
        connection.row_factory = sqlite3.Row
        answered = _answered(connection) if era is Era.MODELS else None
        (total,) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()
        share = path.stat().st_size // max(total, 1)
        for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid'):
            raw = {name: row[name] for name in row.keys()}  # noqa: SIM118 - a Row iterates over its values
            for field in ("required_reactions", "users_who_reacted", "all_users"):
                raw[field] = _list(raw.get(field))
            if answered is not None:
                raw["users_who_reacted"] = answered(row)
            yield str(raw.get("message_id")), {name: value for name, value in raw.items() if value is not None}
            advance(share)


@contextmanager
def frozen_connection(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a SQLite file, and what its write-ahead log holds, without writing anything in its folder.

    Nobody may write to it meanwhile. A log with something in it cannot be read in place without making files beside
    it, so file and log are then copied to the folder for temporary files.

    Raises:
        OSError, sqlite3.Error: it cannot be read.
    """
    log = path.resolve()
    log = log.with_name(f"{log.name}-wal")
    if not log.exists() or log.stat().st_size == 0:
        with closing(_connect(path, "immutable=1")) as connection:
            yield connection
        return
    with TemporaryDirectory(prefix="reminder-bot-") as folder:
        copy = Path(folder) / "copy.db"
        shutil.copyfile(path, copy)
        shutil.copyfile(log, copy.with_name("copy.db-wal"))
        with closing(_connect(copy, "mode=rw")) as connection:
            yield connection


def _connect(path: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?{how}", uri=True, isolation_level=None)


def _answered(connection: sqlite3.Connection) -> Callable[[sqlite3.Row], list[Any]]:
    columns = _columns(connection, "event")
    keys = connection.execute('PRAGMA foreign_key_list("reaction")').fetchall()
    pointed_at = next((key["to"] for key in keys if key["table"] == "event" and key["to"]), None)
    own = pointed_at or ("id" if "id" in columns else "message_id")

    def answered(row: sqlite3.Row) -> list[Any]:
        found = connection.execute('SELECT user_id FROM "reaction" WHERE event_id = ?', [row[own]])
        return [user_id for (user_id,) in map(tuple, found)]

    return answered


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')}


def _list(value: Any) -> Any:
    """Return the list that a text stands for, written as JSON or as Python writes it; anything else as it is."""
    if not isinstance(value, str) or len(value) > _LONGEST_LIST:
        return value
    for read in (json.loads, _python_literal):
        try:
            found = read(value)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
        if isinstance(found, list | tuple):
            return list(found)
    return value


def _python_literal(text: str) -> Any:
    with warnings.catch_warnings():
        # A stray backslash in somebody's title is no concern of whoever runs this.
        warnings.simplefilter("ignore")
        return ast.literal_eval(text)
