"""The import as a whole: what it stores, that it changes nothing twice, and the way back to the byte."""

import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from models.schema_manager import SchemaManager
from persistence.database import open_database
from persistence.lock import DatabaseLock
from tests.fakes import FakeClock
from tests.legacy_files import (
    BEN,
    CHANNEL,
    CHLOE,
    EVENT,
    GUILD,
    OPTIONS,
    OTHER_CHANNEL,
    SECOND,
    TARIQ,
    Silent,
    raw,
    run_import,
    write,
    write_samples,
)
from utils import data_migration
from utils.data_migration import DataMigration
from utils.errors import DatabaseCorruptError, DatabaseInUseError, StorageError, UserError
from utils.legacy import stage
from utils.migration import plan, verification
from utils.migration.history import ImportHistory

SOON_AFTER = datetime(2025, 8, 25, 8, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(SOON_AFTER)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "bot.db"


def rows(database: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(query, values).fetchall()


def make_database(path: Path) -> None:
    handle = open_database(path)
    SchemaManager(handle.database).initialize_database()
    handle.close()


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    return ((str(path), path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file())


def test_event_is_stored_as_the_file_has_it_and_nothing_is_invented(
    database: Path, clock: FakeClock, tmp_path: Path
) -> None:
    result = run_import(database, clock, write(tmp_path / "watched_reminders.json", raw()))
    assert result.outcome.exit_code == 0
    assert rows(
        database,
        "SELECT channel_id, guild_id, title, description, interval_minutes, is_paused, last_reminder, "
        "next_reminder_at, required_reactions, state, created_by, created_at FROM event WHERE message_id = ?",
        EVENT,
    ) == [
        (
            CHANNEL, GUILD, "SESSION CE SOIR 23H30", None, 60.0, 0, "2025-08-24 20:17:48.950+00:00", None,
            '["✅", "❌", "❓"]', "active", None, "2025-08-23 18:28:53.879+00:00",
        )
    ]  # fmt: skip
    assert rows(database, "SELECT user_id, emoji, held, reacted_at FROM reaction") == [
        (CHLOE, "unknown", '["unknown"]', None)
    ]
    seen = "2025-08-24 20:17:48.950+00:00"
    assert rows(database, "SELECT user_id, username, is_bot, last_seen FROM user ORDER BY user_id") == [
        (user_id, None, 0, seen) for user_id in (BEN, CHLOE, TARIQ)
    ]
    assert rows(database, "SELECT guild_id, name FROM guild") == [(GUILD, None)]
    assert is_whole(database)


def is_whole(database: Path) -> bool:
    handle = open_database(database)
    try:
        return SchemaManager(handle.database).verify_database_integrity().is_whole
    finally:
        handle.close()


@pytest.mark.parametrize("chosen", [(0,), (1,), (2,), (3,), (0, 1, 2, 3), (3, 1), (2, 0)])
@pytest.mark.parametrize("is_there", [False, True], ids=["no database", "database"])
def test_samples_import_run_again_unchanged_and_roll_back_to_the_byte(
    database: Path, clock: FakeClock, tmp_path: Path, chosen: tuple[int, ...], is_there: bool
) -> None:
    samples = write_samples(tmp_path / "old")
    if is_there:
        make_database(database)
    before = sha256(database) if is_there else None
    paths = [samples[index] for index in chosen]
    first = run_import(database, clock, *paths)
    assert (first.outcome.exit_code, first.rejected) == (0, [])
    stored = sha256(database)
    clock.advance(days=30)
    again = run_import(database, clock, *paths)
    assert (again.outcome.exit_code, again.outcome.run, again.counts[:2]) == (0, None, (0, 0))
    assert again.counts[2] == first.counts[0] > 0 or first.outcome.totals.without_guild
    assert sha256(database) == stored
    history = ImportHistory(database, clock)
    manifest = history.last_run()
    assert not history.has_changed_since(manifest)
    kept = history.rollback(manifest.run)
    assert kept is not None and sha256(kept) == stored
    assert (sha256(database) if database.exists() else None) == before
    with pytest.raises(UserError):
        history.last_run()


def test_run_that_finds_nothing_usable_leaves_no_trace(database: Path, clock: FakeClock, tmp_path: Path) -> None:
    result = run_import(database, clock, write(tmp_path / "watched_reminders.json", raw(channel_id=...)))
    assert result.outcome.exit_code == 2
    assert result.rejected == [(str(EVENT), "channel_id is missing")]
    assert not database.parent.exists()


def test_refusal_to_go_on_writes_nothing(database: Path, clock: FakeClock, tmp_path: Path) -> None:
    path = write(tmp_path / "watched_reminders.json", raw())
    with DataMigration(database, OPTIONS, clock=clock, progress=Silent()) as migration:
        outcome = migration.migrate([path], confirm=lambda _totals: False)
    assert outcome.exit_code == 2
    assert not database.exists()


@pytest.mark.parametrize("is_there", [False, True], ids=["no database", "database"])
def test_rehearsal_tells_what_would_be_done_and_writes_nothing(
    database: Path, clock: FakeClock, tmp_path: Path, is_there: bool
) -> None:
    samples = write_samples(tmp_path / "old")
    if is_there:
        run_import(database, clock, samples[1])
        clock.advance(minutes=1)
    before = list(files_in(tmp_path))
    with DataMigration(database, OPTIONS, clock=clock, progress=Silent()) as migration:
        rehearsed = migration.rehearse(samples)
    assert list(files_in(tmp_path)) == before
    done = run_import(database, clock, *samples).outcome
    assert replace(rehearsed, run=done.run) == done


def test_refuses_while_a_bot_holds_the_database(database: Path, clock: FakeClock, tmp_path: Path) -> None:
    make_database(database)
    path = write(tmp_path / "watched_reminders.json", raw())
    with DatabaseLock(database), pytest.raises(DatabaseInUseError):
        run_import(database, clock, path)


def test_mere_reader_does_not_matter(database: Path, clock: FakeClock, tmp_path: Path) -> None:
    run_import(database, clock, write(tmp_path / "watched_reminders.json", raw()))
    clock.advance(minutes=1)
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        assert reader.execute("SELECT count(*) FROM event").fetchone() == (1,)
        result = run_import(database, clock, write(tmp_path / "watched_events.json", raw(SECOND)))
        assert result.counts == (1, 0, 0)
        assert reader.execute("SELECT count(*) FROM event").fetchone() == (2,)
    history = ImportHistory(database, clock)
    history.rollback(history.last_run().run)
    assert rows(database, "SELECT message_id FROM event") == [(EVENT,)]


def test_database_of_another_program_is_refused_and_left(database: Path, clock: FakeClock, tmp_path: Path) -> None:
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE event (x)")
    before = database.read_bytes()
    with pytest.raises(DatabaseCorruptError):
        run_import(database, clock, write(tmp_path / "watched_reminders.json", raw()))
    assert database.read_bytes() == before


@pytest.mark.parametrize("is_there", [False, True], ids=["no database", "database"])
def test_failed_verification_puts_the_database_back(
    database: Path, clock: FakeClock, tmp_path: Path, is_there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_there:
        make_database(database)
    before = sha256(database) if is_there else None
    monkeypatch.setattr(verification, "UNKNOWN_ANSWER", "something else")
    with pytest.raises(StorageError, match="put back"):
        run_import(database, clock, write(tmp_path / "watched_reminders.json", raw()))
    assert (sha256(database) if database.exists() else None) == before
    assert not (database.parent / "backups").exists()


@pytest.mark.parametrize(
    ("failure", "told"),
    [(KeyboardInterrupt(), KeyboardInterrupt), (sqlite3.OperationalError("database or disk is full"), StorageError)],
    ids=["Ctrl-C", "full disk"],
)
def test_failure_in_the_middle_puts_the_database_back(
    database: Path,
    clock: FakeClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    failure: BaseException,
    told: type[BaseException],
) -> None:
    make_database(database)
    before = sha256(database)

    def interrupted(self: object, *_: object) -> None:
        raise failure

    monkeypatch.setattr(DataMigration, "_verify", interrupted)
    with pytest.raises(told):
        run_import(database, clock, write(tmp_path / "watched_reminders.json", raw()))
    assert sha256(database) == before


_KILLED = """
import os, sys
from pathlib import Path
from tests.legacy_files import run_import
from utils.data_migration import DataMigration
from utils.time import SystemClock
DataMigration._verify = lambda *_: os._exit(9)
run_import(Path(sys.argv[1]), SystemClock(), Path(sys.argv[2]))
"""


def test_run_that_is_killed_leaves_no_database_and_the_next_one_works(
    database: Path, clock: FakeClock, tmp_path: Path
) -> None:
    path = write(tmp_path / "watched_reminders.json", raw())
    assert subprocess.run([sys.executable, "-c", _KILLED, database, path], check=False).returncode == 9
    assert not database.exists()
    result = run_import(database, clock, path)
    assert result.counts == (1, 0, 0)
    assert is_whole(database)
    assert {each.name for each in database.parent.iterdir()} == {"bot.db", "bot.db.lock", "backups"}


def test_backup_that_was_damaged_is_found_before_anything_is_touched(
    database: Path, clock: FakeClock, tmp_path: Path
) -> None:
    make_database(database)
    run_import(database, clock, write(tmp_path / "watched_reminders.json", raw()))
    after = sha256(database)
    (copy,) = database.parent.glob("backups/*/database.db")
    copy.write_bytes(copy.read_bytes()[:-1] + b"x")
    history = ImportHistory(database, clock)
    with pytest.raises(StorageError, match="SHA-256"):
        history.rollback(history.last_run().run)
    assert sha256(database) == after


def test_sources_are_kept_with_their_checksums(database: Path, clock: FakeClock, tmp_path: Path) -> None:
    path = write(tmp_path / "watched_reminders.json", raw())
    run_import(database, clock, path)
    (saved,) = ImportHistory(database, clock).last_run().sources
    (folder,) = database.parent.glob("backups/import-*")
    assert (saved.path, saved.sha256) == (str(path), sha256(path))
    assert (folder / saved.copy).read_bytes() == path.read_bytes()


def test_write_ahead_log_of_a_crash_counts_as_part_of_the_database(
    database: Path, clock: FakeClock, tmp_path: Path
) -> None:
    run_import(database, clock, write(tmp_path / "watched_reminders.json", raw()))
    clock.advance(minutes=1)
    crashed = tmp_path / "crashed" / "bot.db"
    crashed.parent.mkdir()
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("UPDATE event SET title = 'renamed'")
        for suffix in ("", "-wal"):
            crashed.with_name(f"bot.db{suffix}").write_bytes(database.with_name(f"bot.db{suffix}").read_bytes())
    result = run_import(crashed, clock, tmp_path / "watched_reminders.json", write(tmp_path / "b.json", raw(SECOND)))
    assert result.counts == (1, 0, 1)
    history = ImportHistory(crashed, clock)
    history.rollback(history.last_run().run)
    assert rows(crashed, "SELECT title FROM event") == [("renamed",)]


def test_event_without_guild_waits_with_everything_the_file_says(
    database: Path, clock: FakeClock, tmp_path: Path
) -> None:
    path = write(tmp_path / "watched_matches.json", raw(guild_id=0, channel_id=OTHER_CHANNEL))
    result = run_import(database, clock, path)
    assert (result.counts, result.outcome.totals.without_guild) == ((1, 0, 0), 1)
    ((entry,),) = rows(database, "SELECT entry FROM unresolved_event WHERE message_id = ?", EVENT)
    waiting = json.loads(entry)
    assert (waiting["guild_id"], waiting["channel_id"], waiting["answered"]) == (None, str(OTHER_CHANNEL), [str(CHLOE)])
    assert run_import(database, clock, path).counts == (0, 0, 1)
    resolved = run_import(database, clock, path, options=replace(OPTIONS, guild_id=GUILD))
    assert resolved.counts == (0, 1, 0)
    assert rows(database, "SELECT guild_id FROM event") == [(GUILD,)]
    assert rows(database, "SELECT * FROM unresolved_event") == []


@pytest.mark.parametrize("most", [0, 3, 8])
@pytest.mark.parametrize("modules", [(plan,), (stage,), (plan, stage)], ids=["plan", "stage", "both"])
def test_what_is_too_large_for_memory_comes_to_the_same(
    database: Path,
    clock: FakeClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    modules: tuple[ModuleType, ...],
    most: int,
) -> None:
    # Each entry goes into the stage by itself: so it is full between two of them, not only at the end.
    monkeypatch.setattr(stage, "_BATCH", 1)
    samples = write_samples(tmp_path / "old")
    held = run_import(tmp_path / "held" / "bot.db", clock, *samples).outcome
    for module in modules:
        monkeypatch.setattr(module, "MOST_PEOPLE_IN_MEMORY", most)
    spilled = run_import(database, clock, *samples).outcome
    assert replace(spilled, files=held.files) == held
    everything = "SELECT * FROM event JOIN reaction ON event_id = message_id ORDER BY message_id, user_id"
    assert rows(database, everything) == rows(tmp_path / "held" / "bot.db", everything)


def test_few_events_and_many_can_be_searched(database: Path, clock: FakeClock, tmp_path: Path) -> None:
    # Into an empty database the index is written at the end, beside nine events as the tenth is written.
    run_import(database, clock, write(tmp_path / "nine.json", *(raw(SECOND + number) for number in range(9))))
    run_import(database, clock, write(tmp_path / "one.json", raw(title="Soirée quiz")))
    assert rows(database, "SELECT rowid FROM event_text WHERE event_text MATCH 'soiree'") == [(EVENT,)]
    assert len(rows(database, "SELECT rowid FROM event_text WHERE event_text MATCH 'session'")) == 9
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("INSERT INTO event_text (event_text, rank) VALUES ('integrity-check', 1)")


def test_too_little_room_is_found_before_anything_is_written(
    database: Path, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_migration, "_BYTES_PER_EVENT", 2**60)
    with pytest.raises(StorageError, match="too little room"):
        run_import(database, clock, write(tmp_path / "watched_reminders.json", raw()))
    assert not database.exists()
    assert not (database.parent / "backups").exists()
