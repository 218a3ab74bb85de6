"""The bot's database, read from outside at one moment."""

import json
import sqlite3
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

from tests.chaos.facts import AnswerRow, Batch, EventRow, Ledger


def read_ledger(database: Path) -> Ledger:
    """Read everything in one transaction; the file may be in use."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as connection:
        connection.execute("BEGIN")
        ledger = Ledger(read_at=time.time())
        people: dict[int, dict[int, str]] = {}
        for log_id, user_id, outcome in connection.execute("SELECT log_id, user_id, outcome FROM reminder_recipient"):
            people.setdefault(log_id, {})[user_id] = outcome
        for row in connection.execute(
            "SELECT id, event_id, scheduled_at, batch, status, created_at, updated_at, message_id, error_message"
            " FROM reminder_log ORDER BY id"
        ):
            log_id, event_id, due, number, status, claimed_at, closed_at, message_id, reason = row
            ledger.batches.append(
                Batch(
                    event_id, milliseconds(due), number, status, _seconds(claimed_at), _seconds(closed_at),
                    message_id, reason, people.get(log_id, {}),
                )
            )  # fmt: skip
        for event_id, state, is_paused, next_at in connection.execute(
            "SELECT message_id, state, is_paused, next_reminder_at FROM event"
        ):
            ledger.events[event_id] = EventRow(state, bool(is_paused), next_at and _seconds(next_at))
        for event_id, user_id, emoji, held in connection.execute("SELECT event_id, user_id, emoji, held FROM reaction"):
            ledger.answers.setdefault(event_id, {})[user_id] = AnswerRow(emoji, frozenset(json.loads(held)))
        return ledger


def is_settled(database: Path) -> bool:
    """Whether nothing is pending or planned at this moment."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as connection:
        open_ends = connection.execute(
            "SELECT (SELECT count(*) FROM reminder_log WHERE status = 'pending')"
            " + (SELECT count(*) FROM event WHERE next_reminder_at IS NOT NULL)"
        ).fetchone()[0]
        return int(open_ends) == 0


def find_damage(database: Path) -> list[str]:
    """Return what SQLite's own checks complain about."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as connection:
        whole = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        return whole + [f"foreign key: {row}" for row in connection.execute("PRAGMA foreign_key_check")]


def milliseconds(text: str) -> int:
    """Return a moment as whole milliseconds since 1970."""
    return round(_seconds(text) * 1000)


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
