"""The database held against the files, entry by entry, field by field and person by person."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from models.import_records import ImportedEntry
from models.records import UNKNOWN_ANSWER
from persistence.imported_events import UNKNOWN_HELD
from persistence.imported_state import ImportedState
from utils.migration.plan import Action, Planned

# Many events at once, the answers of each in a line made by SQLite: reading them row by row takes longer. Before it,
# how many of them are not as an import leaves them.
_EVENTS = """
SELECT message_id, channel_id, guild_id, title, interval_minutes, is_paused, last_reminder, next_reminder_at,
    required_reactions,
    (SELECT count(*) FROM reaction WHERE event_id = message_id AND NOT (emoji = ? AND held = ? AND reacted_at IS NULL)),
    (
        SELECT group_concat(user_id, ', ') FROM (
            SELECT user_id FROM reaction WHERE event_id = message_id ORDER BY user_id
        )
    )
FROM event WHERE message_id IN (SELECT value FROM json_each(?))
"""
_FIELDS = (
    "channel_id", "guild_id", "title", "interval_minutes", "is_paused", "last_reminder", "next_reminder_at",
    "required_reactions",
)  # fmt: skip
_ANSWERS = "SELECT user_id FROM reaction WHERE event_id = ?"
_MISSING_PEOPLE = (
    "SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM user WHERE guild_id = ? AND user_id = value)"
)
_MOST_REMEMBERED = 50_000
_EVENTS_PER_LOOK = 100
_MOST_SHOWN = 20


class Verification:
    """Compares what was to be written with what is there. Read-only; what was to be left alone is not looked at."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._state = ImportedState(connection)
        self._found: dict[int, set[int]] = {}
        self._wanted: dict[int, set[int]] = {}

    def differences(self, planned: Iterable[Planned]) -> list[str]:
        """Return a line for each difference, 20 at most."""
        found: list[str] = []
        written = (each for each in planned if each.action is not Action.KEEP)
        while len(found) < _MOST_SHOWN and (batch := list(islice(written, _EVENTS_PER_LOOK))):
            rows = self._rows(batch)
            for each in batch:
                message_id = each.entry.message_id
                found += [f"event {message_id}: {line}" for line in self._compare(each, rows.get(message_id))]
            found += self._missing_people()
        return found if len(found) < _MOST_SHOWN else [*found[:_MOST_SHOWN], "and more"]

    def _rows(self, batch: Iterable[Planned]) -> dict[int, tuple[Any, ...]]:
        """Return the columns of `_EVENTS` after the first by the first."""
        values = [UNKNOWN_ANSWER, UNKNOWN_HELD, json.dumps([each.entry.message_id for each in batch])]
        return {message_id: tuple(row) for message_id, *row in self._connection.execute(_EVENTS, values)}

    def _compare(self, planned: Planned, row: tuple[Any, ...] | None) -> Iterator[str]:
        entry = planned.entry
        if entry.guild_id is None:
            yield from self._waiting(entry)
            return
        if row is None:
            yield "is not there"
            return
        *plain, emoji, known, answers = row
        expected, there = _expected(entry), (*plain, _emoji_in(emoji))
        if there != expected:
            different = (each for each in zip(_FIELDS, expected, there, strict=True) if each[1] != each[2])
            yield from (f"{field} is {stands!r}, not {wanted!r}" for field, wanted, stands in different)
        if planned.action is not Action.RENEW:
            if known:
                yield "an answer claims to know more than the file"
            if (answers or "") != _line_of(entry.answered):
                yield from self._answers(entry)
        self._remember(entry.guild_id, entry.asked)

    def _answers(self, entry: ImportedEntry) -> Iterator[str]:
        stored = {user_id for (user_id,) in self._connection.execute(_ANSWERS, [entry.message_id])}
        for user_id in sorted(stored.symmetric_difference(entry.answered)):
            yield f"the answer of {user_id} {'is not in the file' if user_id in stored else 'is not there'}"

    def _remember(self, guild_id: int, asked: tuple[int, ...]) -> None:
        # Mostly the same people as in the events before: only new ones are looked up, many at once.
        self._wanted.setdefault(guild_id, set()).update(asked)

    def _missing_people(self) -> Iterator[str]:
        for guild_id, wanted in self._wanted.items():
            found = self._found.setdefault(guild_id, set())
            if len(found) > _MOST_REMEMBERED:
                found.clear()
            new = list(wanted - found)
            for (user_id,) in self._connection.execute(_MISSING_PEOPLE, [json.dumps(new), guild_id]):
                yield f"person {user_id} of server {guild_id}: was asked, and is not there"
            found.update(new)
        self._wanted.clear()

    def _waiting(self, entry: ImportedEntry) -> Iterator[str]:
        waiting = self._state.find_unresolved(entry.message_id)
        if waiting is None:
            yield "is not there"
        elif waiting != entry:
            yield "waits for its server with other content than the file's"


def _line_of(answered: tuple[int, ...]) -> str:
    # A list's own text: half the time of joining its numbers.
    return str(list(answered))[1:-1]


def _expected(entry: ImportedEntry) -> tuple[Any, ...]:
    return (
        entry.channel_id,
        entry.guild_id,
        entry.title,
        entry.interval_minutes,
        entry.is_paused or entry.is_dormant,
        entry.last_reminder,
        None,
        entry.required_reactions,
    )


# Nearly all events have the same few emoji.
@lru_cache(maxsize=256)
def _emoji_in(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
