"""What a bot has written into its database, read from beside it: what falls due next, and its reminders."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from reminder_bot.sandbox.entities import Payload

_MOST_EVENTS = 20
_MOST_REMINDERS = 25

_DUE = """
    WITH due AS (
        SELECT message_id AS event_id, next_reminder_at AS due_at FROM event
        UNION ALL
        SELECT event_id, due_at FROM plan_entry JOIN event ON message_id = event_id
        WHERE state = 'active' AND NOT is_paused OR state IN ('active', 'blocked') AND kind = 'completion'
        UNION ALL
        SELECT event_id, due_at FROM held_reminder JOIN event ON message_id = event_id
        WHERE gathered_id IS NULL AND outcome = 'pending' AND state = 'active' AND NOT is_paused
    )
    SELECT message_id, channel_id, title, state, is_paused, min(due_at) AS next_reminder_at
    FROM event JOIN due ON event_id = message_id GROUP BY message_id
    ORDER BY min(due_at) IS NULL, min(due_at) LIMIT ?
"""
"""Of each event what comes first: a reminder to those who are silent, what is planned besides, or what waits."""

_REMINDERS = """
    SELECT log.id, event.title, log.batch, log.batch_count, log.scheduled_at, log.status, log.users_notified,
        log.attempt, log.error_message
    FROM reminder_log AS log JOIN event ON event.message_id = log.event_id ORDER BY log.id DESC LIMIT ?
"""


class LedgerView:
    """Reads the database's file, never writing to it; an answer is empty while there is nothing to read."""

    def __init__(self, database: Path) -> None:
        """Read from a file that may not be there yet."""
        self._database = database
        self._seen: list[tuple[int, int]] = []

    def has_changed(self) -> bool:
        """Whether the file, or the log beside it, is another one than at the last time of asking."""
        files = (self._database, self._database.with_name(f"{self._database.name}-wal"))
        seen = [(found.st_mtime_ns, found.st_size) for file in files if file.exists() and (found := file.stat())]
        seen, self._seen = self._seen, seen
        return seen != self._seen

    def shown(self) -> Payload:
        """Write the next due events and the newest reminders, each the nearest first; moments in seconds since 1970."""
        try:
            with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as connection:
                connection.row_factory = sqlite3.Row
                due = connection.execute(_DUE, (_MOST_EVENTS,)).fetchall()
                reminders = connection.execute(_REMINDERS, (_MOST_REMINDERS,)).fetchall()
        except sqlite3.Error:
            # Not there yet, being made, or being replaced: it is looked at again.
            return {"events": [], "reminders": []}
        return {"events": [_written(row) for row in due], "reminders": [_written(row) for row in reminders]}

    def next_due_at(self) -> float | None:
        """Return when the next reminder falls due, in seconds since 1970."""
        moments = [event["next_reminder_at"] for event in self.shown()["events"]]
        return next((moment for moment in moments if moment is not None), None)


def _written(row: sqlite3.Row) -> Payload:
    written: Payload = {}
    for name in row.keys():  # noqa: SIM118 - a row is no mapping, and iterates over its values
        value = row[name]
        if name.endswith("_at") and value is not None:
            value = datetime.fromisoformat(value).timestamp()
        written[name] = str(value) if name in ("message_id", "channel_id") else value
    return written
