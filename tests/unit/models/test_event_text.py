"""The search index: made by a step, kept in step by triggers, checked, and written anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from peewee import SqliteDatabase

from models.event_text import (
    TRIGGERS,
    create_event_text,
    postponed_indexing,
    rebuild_event_text,
    require_module,
    search_problems,
)
from models.schema_manager import SchemaManager
from models.sql import run_sql
from utils.errors import StorageError

INSERT = """INSERT INTO event
    (message_id, channel_id, guild_id, title, description, state_changed_at, created_at, updated_at)
    VALUES (?, 3, 1, ?, ?, 'x', 'x', 'x')"""
AUDIT = "0004_audit"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    database = SqliteDatabase(str(tmp_path / "bot.db"), pragmas={"foreign_keys": 1}, autoconnect=False)
    with database.connection_context():
        yield database


def store(database: SqliteDatabase, message_id: int, title: str, description: str | None = None) -> None:
    run_sql(database, "INSERT OR IGNORE INTO guild (guild_id, created_at, updated_at) VALUES (1, 'x', 'x')")
    run_sql(database, INSERT, [message_id, title, description])


def found(database: SqliteDatabase, word: str) -> list[int]:
    rows = run_sql(database, "SELECT rowid FROM event_text WHERE event_text MATCH ? ORDER BY rowid", [f'"{word}"*'])
    return [message_id for (message_id,) in rows]


def is_exact(database: SqliteDatabase) -> bool:
    """FTS5's own check, which compares the index with the texts it was made of; it raises when they differ."""
    run_sql(database, "INSERT INTO event_text (event_text, rank) VALUES ('integrity-check', 1)")
    return True


def test_step_fills_the_index_with_the_events_that_are_there(database: SqliteDatabase) -> None:
    SchemaManager(database).upgrade(AUDIT)
    store(database, 5, "Raid night")
    store(database, 6, "Picnic", "Bring crêpes.")
    SchemaManager(database).upgrade()
    assert (found(database, "raid"), found(database, "crepe")) == ([5], [6])
    assert is_exact(database)
    assert list(search_problems(database)) == []


def test_step_is_taken_back_and_done_again_with_the_events_as_they_are_then(database: SqliteDatabase) -> None:
    manager = SchemaManager(database)
    manager.upgrade()
    store(database, 5, "Raid night")
    manager.rollback()
    store(database, 6, "Raid day")
    manager.upgrade()
    assert found(database, "raid") == [5, 6]


def test_index_follows_inserts_changes_and_deletions(database: SqliteDatabase) -> None:
    SchemaManager(database).upgrade()
    store(database, 5, "Raid night", "Bring snacks.")
    store(database, 6, "Picnic")
    run_sql(database, "UPDATE event SET title = 'Quiz night', description = NULL WHERE message_id = 5")
    run_sql(database, "UPDATE event SET message_id = 7 WHERE message_id = 6")
    assert [found(database, word) for word in ("raid", "snacks", "quiz", "picnic")] == [[], [], [5], [7]]
    run_sql(database, "DELETE FROM event")
    assert found(database, "quiz") == []
    assert is_exact(database)


def test_index_is_as_before_when_a_change_is_taken_back(database: SqliteDatabase) -> None:
    SchemaManager(database).upgrade()
    store(database, 5, "Raid night")
    with database.atomic() as transaction:
        run_sql(database, "UPDATE event SET title = 'Quiz night'")
        transaction.rollback()
    assert (found(database, "raid"), found(database, "quiz")) == ([5], [])
    assert is_exact(database)


def test_change_of_anything_else_does_not_touch_the_index(database: SqliteDatabase) -> None:
    SchemaManager(database).upgrade()
    store(database, 5, "Raid night")
    blocks = run_sql(database, "SELECT id, block FROM event_text_data").fetchall()
    run_sql(database, "UPDATE event SET interval_minutes = 5, title = title, description = description")
    assert run_sql(database, "SELECT id, block FROM event_text_data").fetchall() == blocks


@pytest.mark.parametrize("name", TRIGGERS)
def test_missing_trigger_is_found(database: SqliteDatabase, name: str) -> None:
    SchemaManager(database).upgrade()
    run_sql(database, f"DROP TRIGGER {name}")
    report = SchemaManager(database).verify_database_integrity()
    assert report.schema_differences == (f"event_text: the trigger {name} is not as it should be",)


def test_index_that_is_out_of_step_is_found_and_mended(database: SqliteDatabase) -> None:
    SchemaManager(database).upgrade()
    store(database, 5, "Raid night")
    for name in TRIGGERS:
        run_sql(database, f"DROP TRIGGER {name}")
    run_sql(database, "DELETE FROM event")
    store(database, 6, "Picnic")
    for sql in TRIGGERS.values():
        run_sql(database, sql)
    (problem,) = search_problems(database)
    assert problem.startswith("event_text: 1 event is not in it, 1 in it no more;")
    rebuild_event_text(database)
    assert list(search_problems(database)) == []
    assert (found(database, "raid"), found(database, "picnic")) == ([], [6])


def test_missing_index_is_found(database: SqliteDatabase) -> None:
    SchemaManager(database).upgrade(AUDIT)
    assert list(search_problems(database)) == ["event_text: the search index is missing"]
    create_event_text(database)
    assert list(search_problems(database)) == []


def test_sqlite_without_the_module_is_refused_in_a_sentence(database: SqliteDatabase) -> None:
    require_module(database)
    with pytest.raises(StorageError, match=r"^This Python's SQLite was built without FTS99, which searching needs\."):
        require_module(database, "fts99")


def test_postponed_index_has_what_was_written_meanwhile_and_follows_again(database: SqliteDatabase) -> None:
    SchemaManager(database).upgrade()
    store(database, 5, "Raid night")
    with database.atomic(), postponed_indexing(database):
        store(database, 6, "Raid day")
        run_sql(database, "UPDATE event SET title = 'Quiz' WHERE message_id = 5")
    store(database, 7, "Raid evening")
    assert (found(database, "raid"), found(database, "quiz")) == ([6, 7], [5])
    assert list(search_problems(database)) == []
    assert is_exact(database)


def test_postponed_index_is_as_before_when_the_writing_fails(database: SqliteDatabase) -> None:
    SchemaManager(database).upgrade()
    store(database, 5, "Raid night")
    with pytest.raises(RuntimeError), database.atomic(), postponed_indexing(database):
        run_sql(database, "DELETE FROM event")
        raise RuntimeError
    assert found(database, "raid") == [5]
    assert list(search_problems(database)) == []
