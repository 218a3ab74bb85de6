"""What a database holds of imported events, read before anything is written: is it there, is it still as imported?"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from models.import_records import ImportedEntry, entry_from_dict, fingerprint
from models.records import EventState
from persistence.forgotten import ForgottenPeople, people_of
from persistence.imported_events import UNKNOWN_HELD


class _Row(NamedTuple):
    """The columns of `_SELECT_EVENT`, in order."""

    channel_id: int
    guild_id: int
    title: str
    interval_minutes: float
    required_reactions: str
    is_paused: int
    last_reminder: str | None
    created_at: str
    state: str
    description: str | None
    next_reminder_at: str | None
    created_by: int | None


_SELECT_EVENT = f"SELECT {', '.join(_Row._fields)} FROM event WHERE message_id = ?"
_SELECT_MARK = (
    "SELECT last_reminder, field_count, variant, fingerprint, is_dormant FROM imported_event WHERE event_id = ?"
)
_SELECT_ANSWERS = "SELECT user_id, held FROM reaction WHERE event_id = ? ORDER BY user_id"
_SELECT_UNRESOLVED = "SELECT entry FROM unresolved_event ORDER BY message_id"
_SELECT_WAITING = "SELECT entry FROM unresolved_event WHERE message_id = ?"
_SELECT_GUILDS = "SELECT DISTINCT guild_id FROM event WHERE channel_id = ?"
_SELECT_FORGOTTEN = "SELECT key, digest FROM forgotten_person"
_SELECT_PERSON = "SELECT 1 FROM user WHERE guild_id = ? AND user_id = ?"

Order = tuple[str, int, int]
"""Last reminder as stored (empty when never), number of fields, variant: the greater of two versions is the newer."""


@dataclass(frozen=True, slots=True)
class StoredImport:
    """An event as the database has it.

    ``fingerprint`` is of what is stored; None when the bot has made more of the event than any import would.
    ``imported_fingerprint`` and ``imported_order`` are of the version that was imported last, None when none was.
    """

    guild_id: int
    interval_minutes: float
    last_reminder: str | None
    fingerprint: str | None
    imported_fingerprint: str | None
    imported_order: Order | None

    @property
    def is_as_imported(self) -> bool:
        """Whether nothing has changed since the last import."""
        return self.fingerprint is not None and self.fingerprint == self.imported_fingerprint


class ImportedState:
    """Reads through any connection, also one that cannot write; a file of an older schema has simply less in it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        self.is_foreign = bool(tables) and "schema_migration" not in tables
        self._has_events = "event" in tables
        self._has_marks = "imported_event" in tables
        self._has_forgotten = "forgotten_person" in tables

    def find(self, message_id: int) -> StoredImport | None:
        """Return an event and the mark of its last import."""
        found = self._connection.execute(_SELECT_EVENT, [message_id]).fetchone() if self._has_events else None
        if found is None:
            return None
        row = _Row(*found)
        mark = self._connection.execute(_SELECT_MARK, [message_id]).fetchone() if self._has_marks else None
        last_reminder, field_count, variant, imported, is_dormant = mark or (None, 0, 0, None, 0)
        return StoredImport(
            guild_id=row.guild_id,
            interval_minutes=row.interval_minutes,
            last_reminder=row.last_reminder,
            fingerprint=self._fingerprint(message_id, row, was_dormant=bool(is_dormant)),
            imported_fingerprint=imported,
            imported_order=None if mark is None else (last_reminder or "", field_count, variant),
        )

    def unresolved(self) -> Iterator[ImportedEntry]:
        """Yield the events that wait for their guild, by message id."""
        if self._has_marks:
            for (text,) in self._connection.execute(_SELECT_UNRESOLVED):
                yield entry_from_dict(json.loads(text))

    def find_unresolved(self, message_id: int) -> ImportedEntry | None:
        """Return an event that waits for its guild."""
        found = self._connection.execute(_SELECT_WAITING, [message_id]).fetchone() if self._has_marks else None
        return None if found is None else entry_from_dict(json.loads(found[0]))

    def forgotten(self) -> ForgottenPeople:
        """Return everybody who is forgotten."""
        rows = self._connection.execute(_SELECT_FORGOTTEN).fetchall() if self._has_forgotten else ()
        return people_of(rows)

    def guilds_of_channel(self, channel_id: int) -> frozenset[int]:
        """Return the guilds of the events of a channel; reads through all events."""
        rows = self._connection.execute(_SELECT_GUILDS, [channel_id]) if self._has_events else ()
        return frozenset(guild_id for (guild_id,) in rows)

    def knows_person(self, guild_id: int, user_id: int) -> bool:
        """Whether a person of a guild is stored."""
        if not self._has_events:
            return False
        return self._connection.execute(_SELECT_PERSON, [guild_id, user_id]).fetchone() is not None

    def _fingerprint(self, message_id: int, row: _Row, *, was_dormant: bool) -> str | None:
        is_touched = row.state != EventState.ACTIVE or any(
            value is not None for value in (row.description, row.next_reminder_at, row.created_by)
        )
        was_resumed = was_dormant and not row.is_paused
        answers = self._connection.execute(_SELECT_ANSWERS, [message_id]).fetchall()
        if is_touched or was_resumed or any(held != UNKNOWN_HELD for _user_id, held in answers):
            return None
        return fingerprint(
            row.channel_id, row.guild_id, row.title, row.interval_minutes, tuple(json.loads(row.required_reactions)),
            bool(row.is_paused) and not was_dormant, row.last_reminder, row.created_at,
            tuple(user_id for user_id, _held in answers),
        )  # fmt: skip
