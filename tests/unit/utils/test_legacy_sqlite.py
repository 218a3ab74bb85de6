"""The SQLite files of the later eras, and reading without leaving a trace."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from models.schema_manager import SchemaManager
from persistence.database import open_database
from tests.fakes import FakeClock
from tests.legacy_files import BEN, CHANNEL, CHLOE, EVENT, GUILD, SECOND, run_import
from utils.legacy.sources import Kind, find_sources
from utils.legacy.sqlite_file import frozen_connection

MODELS = """
CREATE TABLE guild (guild_id BIGINT PRIMARY KEY, name VARCHAR(100));
CREATE TABLE event (
    message_id BIGINT PRIMARY KEY, channel_id BIGINT, guild_id BIGINT, title VARCHAR(200), description TEXT,
    interval_minutes REAL, is_paused INTEGER, last_reminder DATETIME, required_reactions TEXT, created_at DATETIME
);
CREATE TABLE reaction (
    id INTEGER PRIMARY KEY, event_id BIGINT REFERENCES event (message_id), user_id BIGINT, emoji VARCHAR(10),
    reacted_at DATETIME
);
"""
COLUMNS = """
CREATE TABLE events (
    message_id TEXT PRIMARY KEY, channel_id TEXT, guild_id TEXT, title TEXT, interval_minutes REAL,
    required_reactions TEXT, last_reminder TEXT, users_who_reacted TEXT, all_users TEXT, is_paused INTEGER,
    created_at TEXT
);
"""


def make(path: Path, schema: str, **tables: list[tuple[Any, ...]]) -> Path:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(schema)
        for table, rows in tables.items():
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    return path


@pytest.fixture
def models(tmp_path: Path) -> Path:
    event = (
        EVENT, CHANNEL, GUILD, "Raid", "long", 90.0, 0, "2025-08-24 20:17:48.950795", "['✅', '❌']",
        "2025-08-23 18:28:53",
    )  # fmt: skip
    bad = (SECOND, None, GUILD, "Raid", None, 90.0, 0, None, "['✅']", None)
    reactions = [(1, EVENT, BEN, "✅", "2025-08-24 20:00:00"), (2, EVENT, CHLOE, "✅", "2025-08-24 20:00:00")]
    return make(tmp_path / "discord_bot.db", MODELS, event=[event, bad], reaction=reactions)


@pytest.fixture
def columns(tmp_path: Path) -> Path:
    event = (
        str(EVENT), str(CHANNEL), str(GUILD), "Raid", 90, '["✅", "❌"]', "2025-08-24T20:17:48.950795",
        f"[{BEN}, \"{CHLOE}\"]", f"[{BEN}]", 1, None,
    )  # fmt: skip
    return make(tmp_path / "bot.sqlite3", COLUMNS, events=[event])


def stored(database: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def test_era_of_models_is_imported_without_its_made_up_emoji(models: Path, tmp_path: Path) -> None:
    database, before = tmp_path / "new.db", models.read_bytes()
    result = run_import(database, FakeClock(datetime(2025, 8, 25, tzinfo=UTC)), models)
    assert (result.counts, result.rejected) == ((1, 0, 0), [(str(SECOND), "channel_id is missing")])
    assert stored(database, "SELECT interval_minutes, last_reminder, required_reactions FROM event") == [
        (90.0, "2025-08-24 20:17:48.950+00:00", '["✅", "❌"]')
    ]
    assert stored(database, "SELECT user_id, emoji, reacted_at FROM reaction ORDER BY user_id") == [
        (BEN, "unknown", None),
        (CHLOE, "unknown", None),
    ]
    assert models.read_bytes() == before


def test_era_of_columns_is_imported(columns: Path, tmp_path: Path) -> None:
    database = tmp_path / "new.db"
    assert run_import(database, FakeClock(datetime(2025, 8, 25, tzinfo=UTC)), columns).outcome.exit_code == 0
    assert stored(database, "SELECT message_id, is_paused FROM event") == [(EVENT, 1)]
    assert {row[0] for row in stored(database, "SELECT user_id FROM reaction")} == {BEN, CHLOE}


def test_files_are_recognised_by_their_tables(models: Path, columns: Path, tmp_path: Path) -> None:
    ours = tmp_path / "ours.db"
    handle = open_database(ours)
    SchemaManager(handle.database).initialize_database()
    handle.close()
    make(tmp_path / "other.db", "CREATE TABLE events (message_id, x);")
    (tmp_path / "broken.db").write_bytes(models.read_bytes()[:5000])
    found, left = find_sources([tmp_path])
    assert {source.path: source.kind for source in found} == {
        models: Kind.SQLITE_MODELS,
        columns: Kind.SQLITE_COLUMNS,
    }
    assert {file.path.name: file.is_fault for file in left} == {"ours.db": False, "other.db": False, "broken.db": True}


def test_write_ahead_log_is_read_and_nothing_is_made_beside_it(tmp_path: Path, columns: Path) -> None:
    folder = tmp_path / "apart"
    folder.mkdir()
    with closing(sqlite3.connect(columns, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("UPDATE events SET title = 'in the log'")
        for suffix in ("", "-wal"):
            (folder / f"old.db{suffix}").write_bytes(columns.with_name(f"{columns.name}{suffix}").read_bytes())
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with frozen_connection(folder / "old.db") as connection:
        assert connection.execute("SELECT title FROM events").fetchone() == ("in the log",)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
