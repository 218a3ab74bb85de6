"""People in an archive: what it holds of one, and its forgetting them."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from persistence.named_people import without_in_json

Row = dict[str, Any]


def rows_about(archive: sqlite3.Connection, user_id: int) -> dict[str, list[Row]]:
    """Return what an archive holds of a person, by table: rows of theirs, and events that they made or that name them.

    Of an event that is not theirs alone, only what says which one it is.
    """
    found = {table: _rows(archive, table, "user_id", user_id) for table in _owned(archive)}
    if "event" in _tables(archive):
        made = {row["message_id"] for row in _rows(archive, "event", "created_by", user_id)}
        naming = {message_id for _row, message_id, after in _asking(archive, user_id) if after is not None}
        found["event"] = [{"message_id": each, "created_by": each in made} for each in sorted(made | naming)]
    return {table: rows for table, rows in found.items() if rows}


def forget_in(archive: sqlite3.Connection, user_id: int) -> int:
    """Remove a person from an archive; return how many rows were touched. Part of the caller's transaction."""
    touched = 0
    for table in _owned(archive):
        touched += archive.execute(f"DELETE FROM {_quoted(table)} WHERE user_id = ?", [user_id]).rowcount
    if "event" in _tables(archive):
        touched += _forget_in_events(archive, user_id)
    return touched


def _forget_in_events(archive: sqlite3.Connection, user_id: int) -> int:
    """Take a person out of who made an event, and out of whom it asks; return of how many events."""
    touched = set()
    made = archive.execute("SELECT rowid FROM event WHERE created_by = ?", [user_id]).fetchall()
    for (row_id,) in made:
        archive.execute("UPDATE event SET created_by = NULL WHERE rowid = ?", [row_id])
        touched.add(row_id)
    for row_id, _message_id, after in list(_asking(archive, user_id)):
        if after is not None:
            archive.execute("UPDATE event SET options = ? WHERE rowid = ?", [after, row_id])
            touched.add(row_id)
    return len(touched)


def _asking(archive: sqlite3.Connection, user_id: int) -> Iterator[tuple[int, int, str | None]]:
    """Yield the events that choose whom they ask: row, message, and the options without a person; None: not named."""
    # An archive that was begun before events had options may have no such column.
    if "options" not in _columns(archive, "event"):
        return
    query = "SELECT rowid, message_id, options FROM event WHERE options LIKE '%\"audience\"%'"
    for row_id, message_id, before in archive.execute(query):
        yield row_id, message_id, _without(before, user_id)


def _without(options: str, user_id: int) -> str | None:
    """Return options whose audience does not name a person; None where it did not."""
    choices = json.loads(options)
    left = without_in_json(choices.get("audience"), {user_id})
    return None if left == choices.get("audience") else json.dumps({**choices, "audience": left}, ensure_ascii=False)


def _rows(archive: sqlite3.Connection, table: str, column: str, user_id: int) -> list[Row]:
    query = f"SELECT * FROM {_quoted(table)} WHERE {_quoted(column)} = ?"
    with closing(archive.execute(query, [user_id])) as cursor:
        names = [each[0] for each in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def _owned(archive: sqlite3.Connection) -> list[str]:
    """Return the tables whose rows are somebody's: those with a person's id in a column of that name."""
    return sorted(table for table in _tables(archive) if "user_id" in _columns(archive, table))


def _tables(archive: sqlite3.Connection) -> set[str]:
    return {name for (name,) in archive.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _columns(archive: sqlite3.Connection, table: str) -> set[str]:
    return {column[1] for column in archive.execute(f"PRAGMA table_info({_quoted(table)})")}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
