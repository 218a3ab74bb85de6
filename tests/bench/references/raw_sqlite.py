"""The limit of the store: sqlite3 alone, the same rows into the same tables, so many to a transaction."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from models.records import ReactionSignal
from utils.time import to_text

PERSON = (
    "INSERT INTO user (guild_id, user_id, username, is_bot, last_seen, created_at, updated_at)"
    " VALUES (?1, ?2, ?3, 0, ?4, ?4, ?4) ON CONFLICT (guild_id, user_id) DO UPDATE"
    " SET username = excluded.username, last_seen = excluded.last_seen, updated_at = excluded.updated_at"
)
ANSWER = (
    "INSERT INTO reaction (event_id, user_id, emoji, held, reacted_at, created_at, updated_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5) ON CONFLICT (event_id, user_id) DO UPDATE"
    " SET emoji = excluded.emoji, held = excluded.held, reacted_at = excluded.reacted_at,"
    " updated_at = excluded.updated_at"
)


def connect(path: Path) -> sqlite3.Connection:
    """Open a database as durable as the bot's: every commit is on the disk before it returns."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = 1"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def store(connection: sqlite3.Connection, signals: Sequence[ReactionSignal], size: int) -> None:
    """Store answers, ``size`` of them in each transaction."""
    for start in range(0, len(signals), size):
        connection.execute("BEGIN IMMEDIATE")
        for signal in signals[start : start + size]:
            at = to_text(signal.at)
            if signal.person is not None:
                connection.execute(PERSON, (signal.guild_id, signal.person.user_id, signal.person.name, at))
            held = json.dumps([signal.emoji], ensure_ascii=False)
            connection.execute(ANSWER, (signal.message_id, signal.user_id, signal.emoji, held, at))
        connection.execute("COMMIT")


def answered(connection: sqlite3.Connection, event_id: int) -> set[int]:
    """Return who has answered an event."""
    found = connection.execute("SELECT user_id FROM reaction WHERE event_id = ?", (event_id,))
    return {user_id for (user_id,) in found}


def count_answers(path: Path) -> int:
    """Return how many answers a file holds."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM reaction").fetchone()[0])
