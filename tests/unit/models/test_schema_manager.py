"""The schema's steps: applied and taken back as a whole, refused when unknown, the same as the models."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from peewee import SqliteDatabase

from models.database_models import Guild, database_proxy
from models.event_text import create_event_text
from models.schema_manager import MIGRATIONS, SchemaManager
from models.sql import run_sql
from models.tables import MODELS
from utils.errors import DatabaseTooNewError, StorageError

NOW = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)
STEPS = [
    "0001_initial", "0002_import", "0003_forgotten_people", "0004_audit", "0005_event_text", "0006_plans",
    "0007_members",
]  # fmt: skip

BREAKS_HALFWAY = """
def up(migrator, db):
    db.execute_sql("CREATE TABLE half (x)")
    db.execute_sql("INSERT INTO guild (guild_id, created_at, updated_at) VALUES (1, 'a', 'b')")
    db.execute_sql("CREATE TABLE half (x)")


def down(migrator, db):
    db.execute_sql("DROP TABLE half")
"""

ADDS_A_COLUMN = """
from peewee import IntegerField


def up(migrator, db):
    migrator.migrate(migrator.add_column("guild", "karma", IntegerField(default=0)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("guild", "karma"))
"""


class FixedClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    database = SqliteDatabase(str(tmp_path / "bot.db"), pragmas={"foreign_keys": 1}, autoconnect=False)
    database.connect()
    yield database
    database.close()


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    folder = tmp_path / "steps"
    folder.mkdir()
    (folder / "0001_initial.py").write_text((MIGRATIONS / "0001_initial.py").read_text())
    return folder


def _schema(database: SqliteDatabase) -> list[Any]:
    return run_sql(
        database,
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE tbl_name <> 'schema_migration' ORDER BY type, name",
    ).fetchall()


def _columns(database: SqliteDatabase) -> dict[str, list[Any]]:
    names = [model._meta.table_name for model in MODELS]
    return {name: run_sql(database, f'PRAGMA table_xinfo("{name}")').fetchall() for name in names}


def test_migrated_file_equals_one_made_from_the_models(database: SqliteDatabase, tmp_path: Path) -> None:
    SchemaManager(database).upgrade(STEPS[-1])
    fresh = SqliteDatabase(str(tmp_path / "fresh.db"), autoconnect=False)
    with fresh.connection_context(), fresh.bind_ctx(MODELS):
        fresh.create_tables(MODELS)
        create_event_text(fresh)
        assert _schema(database) == _schema(fresh)
        assert _columns(database) == _columns(fresh)
    assert database_proxy.obj is None, "binding for the test must not leak"


def test_empty_file_is_given_at_once_what_all_steps_come_to(database: SqliteDatabase, tmp_path: Path) -> None:
    manager = SchemaManager(database)
    assert manager.upgrade() == STEPS
    assert list(manager.applied_at()) == STEPS
    stepped = SqliteDatabase(str(tmp_path / "stepped.db"), autoconnect=False)
    with stepped.connection_context():
        assert SchemaManager(stepped).upgrade(STEPS[-1]) == STEPS
        every = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
        assert run_sql(database, every).fetchall() == run_sql(stepped, every).fetchall()


def test_down_undoes_up_and_up_works_again(database: SqliteDatabase) -> None:
    manager = SchemaManager(database)
    assert manager.upgrade() == STEPS
    made = _schema(database)
    assert manager.rollback(STEPS[0]) == STEPS[::-1]
    assert _schema(database) == []
    assert manager.upgrade() == STEPS
    assert _schema(database) == made


def test_upgrade_of_an_up_to_date_file_does_nothing(database: SqliteDatabase) -> None:
    manager = SchemaManager(database)
    manager.upgrade()
    assert manager.upgrade() == []


def test_step_that_fails_halfway_leaves_nothing_behind(database: SqliteDatabase, steps: Path) -> None:
    (steps / "0002_breaks.py").write_text(BREAKS_HALFWAY)
    manager = SchemaManager(database, directory=steps)
    with pytest.raises(StorageError, match="could not be upgraded"):
        manager.upgrade()
    status = manager.get_database_status()
    assert (status.applied, status.pending) == (("0001_initial",), ("0002_breaks",))
    assert "half" not in database.get_tables()
    assert run_sql(database, "SELECT count(*) FROM guild").fetchone() == (0,)
    assert database.pragma("foreign_keys") == 1


def test_later_step_keeps_rows_both_ways(database: SqliteDatabase, steps: Path) -> None:
    manager = SchemaManager(database, directory=steps)
    manager.upgrade()
    with database.bind_ctx(MODELS):
        Guild.create(guild_id=5, name="kept")
        (steps / "0002_karma.py").write_text(ADDS_A_COLUMN)
        assert manager.upgrade() == ["0002_karma"]
        assert run_sql(database, "SELECT name, karma FROM guild").fetchall() == [("kept", 0)]
        assert manager.rollback() == ["0002_karma"]
        assert Guild.get().name == "kept"


def test_upgrade_and_rollback_stop_at_a_target(database: SqliteDatabase, steps: Path) -> None:
    (steps / "0002_karma.py").write_text(ADDS_A_COLUMN)
    manager = SchemaManager(database, directory=steps)
    assert manager.upgrade("0001_initial") == ["0001_initial"]
    assert manager.upgrade() == ["0002_karma"]
    assert manager.rollback("0001_initial") == ["0002_karma", "0001_initial"]


@pytest.mark.parametrize("action", ["initialize_database", "upgrade", "rollback", "refuse_newer"])
def test_file_of_a_newer_version_is_refused_before_anything_happens(
    database: SqliteDatabase, steps: Path, action: str
) -> None:
    (steps / "0002_karma.py").write_text(ADDS_A_COLUMN)
    SchemaManager(database, directory=steps).upgrade()
    before = Path(str(database.database)).read_bytes()
    with pytest.raises(DatabaseTooNewError, match="0002_karma") as caught:
        getattr(SchemaManager(database), action)()
    assert caught.value.unknown == ["0002_karma"]
    assert Path(str(database.database)).read_bytes() == before


def test_unknown_target_is_told(database: SqliteDatabase) -> None:
    with pytest.raises(StorageError, match="0009_none"):
        SchemaManager(database).upgrade("0009_none")


def test_history_is_kept_in_utc(database: SqliteDatabase) -> None:
    manager = SchemaManager(database, clock=FixedClock())
    manager.upgrade()
    assert manager.applied_at() == dict.fromkeys(STEPS, NOW)


def test_status_before_and_after_the_first_start(database: SqliteDatabase) -> None:
    manager = SchemaManager(database)
    empty = manager.get_database_status()
    assert (empty.version, empty.applied, empty.pending, empty.unknown) == (None, (), tuple(STEPS), ())
    ready = manager.initialize_database()
    assert (ready.version, ready.pending) == (STEPS[-1], ())
    assert ready.size_bytes == Path(ready.path).stat().st_size


def test_table_info_tells_rows_columns_and_indexes(database: SqliteDatabase) -> None:
    manager = SchemaManager(database)
    manager.upgrade()
    with database.bind_ctx(MODELS):
        Guild.create(guild_id=5)
    tables = {table.name: table for table in manager.get_table_info()}
    assert set(tables) == {model._meta.table_name for model in MODELS} | {"schema_migration"}
    assert tables["guild"].rows == 1
    settings = next(column for column in tables["guild"].columns if column.name == "settings")
    assert (settings.type, settings.is_nullable, settings.default) == ("TEXT", False, "'{}'")
    assert "event_next_reminder_at" in tables["event"].indexes


def test_connection_that_was_open_stays_open_and_one_that_was_not_is_closed(database: SqliteDatabase) -> None:
    manager = SchemaManager(database)
    manager.initialize_database()
    assert not database.is_closed()
    database.close()
    manager.get_database_status()
    assert database.is_closed()


def test_integrity_of_a_fresh_file_is_whole(database: SqliteDatabase) -> None:
    manager = SchemaManager(database)
    manager.initialize_database()
    report = manager.verify_database_integrity()
    assert report.is_whole
    assert report.problems == ()


def test_no_table_has_a_form_that_sqlite_takes_for_damaged(database: SqliteDatabase) -> None:
    """Its quick_check reads a row without a number up to the last column: where that is a key's, the rest is missed."""
    SchemaManager(database).initialize_database()
    for model in MODELS:
        if getattr(model._meta, "without_rowid", False):
            keys = [field.name for field in model._meta.get_primary_keys()]
            assert model._meta.sorted_fields[-1].name not in keys, model.__name__


def test_integrity_finds_orphans_unreadable_values_and_schema_differences(database: SqliteDatabase) -> None:
    manager = SchemaManager(database)
    manager.initialize_database()
    run_sql(database, "PRAGMA foreign_keys = 0")
    run_sql(database, "INSERT INTO guild (guild_id, created_at, updated_at) VALUES (5, 'yesterday', 'today')")
    stamp = "2026-01-01 00:00:00.000+00:00"
    run_sql(
        database,
        "INSERT INTO user (guild_id, user_id, last_seen, created_at, updated_at) VALUES (6, 7, ?, ?, ?)",
        [stamp] * 3,
    )
    report = manager.verify_database_integrity()
    assert report.orphans == ("user: a row points to a missing guild",)
    assert len(report.unreadable_values) == 2
    assert "yesterday" in report.unreadable_values[0]
    run_sql(database, "DROP INDEX event_next_reminder_at")
    run_sql(database, "ALTER TABLE guild ADD COLUMN karma INTEGER")
    differences = manager.verify_database_integrity().schema_differences
    assert any("event_next_reminder_at" in line for line in differences)
    assert any("karma" in line for line in differences)
    assert not manager.verify_database_integrity().is_whole


def test_integrity_finds_damaged_pages(database: SqliteDatabase) -> None:
    manager = SchemaManager(database)
    manager.initialize_database()
    (root,) = run_sql(database, "SELECT rootpage FROM sqlite_master WHERE name = 'event_guild_id_is_paused'").fetchone()
    database.close()
    path = Path(str(database.database))
    content = bytearray(path.read_bytes())
    content[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    path.write_bytes(content)
    assert manager.verify_database_integrity().damaged_pages
    database.connect()


def test_upgrade_on_a_full_disk_names_the_disk_and_is_taken_back(database: SqliteDatabase) -> None:
    run_sql(database, "PRAGMA max_page_count = 4")
    with pytest.raises(StorageError, match=r"^The database could not be upgraded: database or disk is full\.$"):
        SchemaManager(database).upgrade()
    run_sql(database, "PRAGMA max_page_count = 1000000")
    assert SchemaManager(database).upgrade() == STEPS
    assert SchemaManager(database).verify_database_integrity().is_whole


def test_description_of_a_file_that_cannot_be_opened_is_a_storage_error(tmp_path: Path) -> None:
    manager = SchemaManager(SqliteDatabase(str(tmp_path / "no folder" / "bot.db"), autoconnect=False))
    for ask in (
        manager.get_database_status,
        manager.get_table_info,
        manager.verify_database_integrity,
        manager.applied_at,
    ):
        with pytest.raises(StorageError, match="unable to open"):
            ask()
