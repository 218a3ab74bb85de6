"""Databases with many rows, written past the application: through it they would take longer than what is measured."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from models.schema_manager import SchemaManager
from persistence.database import DatabaseProfile, open_database
from tests.fakes import START
from utils.time import to_text

EMOJIS = ("✅", "❌", "❓")
FIRST_EVENT, FIRST_CHANNEL, FIRST_GUILD, FIRST_PERSON = (10**18 + n * 10**15 for n in range(4))
LONG_AFTER = datetime(2099, 1, 1, tzinfo=START.tzinfo)

EVENT_COLUMNS = (
    "message_id, channel_id, guild_id, title, interval_minutes, is_paused, next_reminder_at, required_reactions,"
    " state, state_changed_at, created_at, updated_at"
)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as the database is filled with it."""

    message_id: int
    channel_id: int = FIRST_CHANNEL
    guild_id: int = FIRST_GUILD
    next_at: datetime | None = LONG_AFTER
    interval_minutes: float = 60.0
    is_paused: bool = False


def event_ids(count: int) -> range:
    """Return ids as Discord might give them."""
    return range(FIRST_EVENT, FIRST_EVENT + count)


def people_ids(count: int) -> range:
    """Return ids as Discord might give them."""
    return range(FIRST_PERSON, FIRST_PERSON + count)


def many_events(count: int, *, guilds: int = 1) -> list[StoredEvent]:
    """Return events spread evenly over guilds, each in a channel of its own."""
    return [
        StoredEvent(event_id, FIRST_CHANNEL + index, FIRST_GUILD + index % guilds)
        for index, event_id in enumerate(event_ids(count))
    ]


def fill(path: Path, events: Iterable[StoredEvent], *, people: int = 0) -> None:
    """Make a database, as a first start makes it, with events, and people met in each of their guilds."""
    handle = open_database(path, DatabaseProfile.FAST)
    SchemaManager(handle.database).initialize_database()
    handle.close()
    now = to_text(START)
    stored = list(events)
    guilds = sorted({event.guild_id for event in stored})
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO guild (guild_id, created_at, updated_at) VALUES (?, ?, ?)", [(g, now, now) for g in guilds]
        )
        # They know the bot: a set-up was offered there, and is not offered beside the first command.
        connection.executemany(
            "INSERT INTO bot_state (key, value, created_at, updated_at) VALUES (?, 'offered', ?, ?)",
            [(f"told.setup.{g}", now, now) for g in guilds],
        )
        connection.executemany(
            f"INSERT INTO event ({EVENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'active', ?, ?, ?)",
            (_event_row(event, now) for event in stored),
        )
        connection.executemany(
            "INSERT INTO user (guild_id, user_id, username, last_seen, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            ((g, user_id, f"Person {user_id}", now, now, now) for g in guilds for user_id in people_ids(people)),
        )


def add_answers(path: Path, events: range, each: int, *, seed: int = 1) -> None:
    """Answer every event so many times, in the order of chance in which answers come."""
    draw = random.Random(seed)
    now = to_text(START)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO reaction (event_id, user_id, emoji, held, reacted_at, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            _answer_rows(draw, events, each, now),
        )
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def prepared(folder: Path, name: str, make: Callable[[Path], None]) -> Path:
    """Return a fresh copy of a database that is made once for a whole session."""
    template, copy = folder / f"{name}.template.db", folder / f"{name}.db"
    if not template.exists():
        make(template)
    for suffix in ("", "-wal", "-shm", ".lock"):
        copy.with_name(copy.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(template, copy)
    return copy


def _event_row(event: StoredEvent, now: str) -> tuple[object, ...]:
    next_at = None if event.next_at is None or event.is_paused else to_text(event.next_at)
    emojis = '["✅", "❌", "❓"]'
    title = f"Event {event.message_id}"
    first = (event.message_id, event.channel_id, event.guild_id, title, event.interval_minutes, event.is_paused)
    return (*first, next_at, emojis, now, now, now)


def _answer_rows(draw: random.Random, events: range, each: int, now: str) -> Iterator[tuple[object, ...]]:
    places = list(range(len(events) * each))
    draw.shuffle(places)
    for place in places:
        emoji = EMOJIS[draw.randrange(3)]
        yield events[place // each], FIRST_PERSON + place % each, emoji, f'["{emoji}"]', now, now, now
