"""The property that the importer is held to: random files come to what the model says, once and only once."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from tests.fakes import FakeClock
from tests.legacy_files import OPTIONS, run_import
from tests.legacy_model import DEFAULT_INTERVAL, LEAST, MOST, ZONE, File, expected
from utils.migration.history import ImportHistory

NOW = datetime(2025, 8, 30, 12, 0, tzinfo=UTC)
OLDEST_AWAKE = "2025-08-16 12:00:00.000"
RULES = replace(
    OPTIONS,
    zone=ZoneInfo(ZONE),
    default_interval=DEFAULT_INTERVAL,
    least_interval=LEAST,
    most_interval=MOST,
    default_reactions=("✅",),
)


def check_files(files: list[File]) -> None:
    """Import files, hold the database against the model, import them again, and take it all back."""
    should = expected(files)
    with TemporaryDirectory() as folder:
        database, clock = Path(folder) / "data" / "bot.db", FakeClock(NOW)
        paths = [file.write(Path(folder)) for file in files]
        first = run_import(database, clock, *paths, options=RULES)
        assert len(first.rejected) == should.rejected, first.rejected
        assert first.outcome.exit_code == (2 if not should.events else 1 if should.rejected else 0)
        assert first.counts == (len(should.events), 0, 0)
        if not should.events:
            assert not database.exists()
            return
        assert stored(database) == {message_id: shown(event) for message_id, event in should.events.items()}
        assert stored_people(database) == people_of(should.events.values())
        content = database.read_bytes()
        clock.advance(days=40)
        again = run_import(database, clock, *paths, options=RULES)
        assert again.counts == (0, 0, len(should.events))
        assert database.read_bytes() == content
        ImportHistory(database, clock).rollback(str(first.outcome.run))
        assert not database.exists()


def shown(event: dict[str, Any]) -> tuple[Any, ...]:
    """Return an event of the model as `stored` returns it."""
    last = event["last_reminder"]
    is_dormant = last is not None and last < OLDEST_AWAKE
    return (
        event["channel_id"], event["guild_id"], event["title"], event["interval_minutes"],
        event["is_paused"] or is_dormant, last, event["required_reactions"], event["created_at"],
        event["users_who_reacted"],
    )  # fmt: skip


def people_of(events: Iterable[dict[str, Any]]) -> set[tuple[int, int]]:
    """Return the people of the model's guilds."""
    return {(event["guild_id"], user) for event in events if event["guild_id"] for user in event["all_users"]}


def stored_people(database: Path) -> set[tuple[int, int]]:
    """Return the people of a database."""
    with closing(sqlite3.connect(database)) as connection:
        return set(connection.execute("SELECT guild_id, user_id FROM user"))


def stored(database: Path) -> dict[int, tuple[Any, ...]]:
    """Return every event of a database, those that wait for their guild too."""
    with closing(sqlite3.connect(database)) as connection:
        events = connection.execute(
            "SELECT message_id, channel_id, guild_id, title, interval_minutes, is_paused, last_reminder, "
            "required_reactions, created_at FROM event WHERE next_reminder_at IS NULL AND state = 'active'"
        ).fetchall()
        answers = connection.execute(
            "SELECT event_id, user_id FROM reaction WHERE emoji = 'unknown' AND reacted_at IS NULL ORDER BY user_id"
        ).fetchall()
        waiting = [json.loads(text) for (text,) in connection.execute("SELECT entry FROM unresolved_event")]
    found: dict[int, tuple[Any, ...]] = {}
    for message_id, channel, guild, title, interval, is_paused, last, emoji, created in events:
        users = [user for event_id, user in answers if event_id == message_id]
        found[message_id] = (
            channel, guild, title, interval, bool(is_paused), _short(last), json.loads(emoji), _short(created), users,
        )  # fmt: skip
    for entry in waiting:
        found[int(entry["message_id"])] = (
            int(entry["channel_id"]), None, entry["title"], entry["interval_minutes"],
            entry["is_paused"] or entry["is_dormant"], _short(entry["last_reminder"]), entry["required_reactions"],
            _short(entry["created_at"]), [int(user) for user in entry["answered"]],
        )  # fmt: skip
    return found


def _short(text: str | None) -> str | None:
    return None if text is None else text.replace("T", " ").removesuffix("+00:00")
