"""Opening a file: made, checked, refused untouched, closed with nothing left behind."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from models.database_models import database_proxy
from models.schema_manager import SchemaManager
from models.sql import run_sql
from persistence.database import DatabaseProfile, open_database, read_only_database
from persistence.lock import DatabaseLock
from tests.unit.persistence.factories import opened, watch
from utils.errors import DatabaseCorruptError, DatabaseInUseError, DatabaseTooNewError, StorageError


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_new_database_has_its_folder_modes_and_pragmas(tmp_path: Path) -> None:
    path = tmp_path / "data" / "bot.db"
    with opened(path) as handle:
        watch()
        assert _mode(path.parent) == 0o700
        assert {_mode(file) for file in path.parent.iterdir()} == {0o600}
        pragmas = {name: handle.database.pragma(name) for name in ("journal_mode", "auto_vacuum", "foreign_keys")}
        assert pragmas == {"journal_mode": "wal", "auto_vacuum": 2, "foreign_keys": 1}
        assert handle.size_bytes > 0


@pytest.mark.parametrize(("profile", "synchronous"), [("durable", 2), ("balanced", 1), ("fast", 0)])
def test_profile_decides_how_hard_a_commit_is(tmp_path: Path, profile: str, synchronous: int) -> None:
    handle = open_database(tmp_path / "bot.db", profile)
    with handle.database.connection_context():
        assert handle.database.pragma("synchronous") == synchronous
        assert handle.database.pragma("busy_timeout") == 5000
    assert handle.profile is DatabaseProfile(profile)
    handle.close()


def test_existing_file_that_others_may_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with opened(path):
        pass
    path.chmod(0o644)
    with opened(path):
        assert _mode(path) == 0o600


def test_close_leaves_no_log_no_lock_and_no_binding(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with opened(path):
        watch()
        assert (tmp_path / "bot.db-wal").stat().st_size > 0
    assert not (tmp_path / "bot.db-wal").exists()
    assert database_proxy.obj is None
    with DatabaseLock(path):
        pass


def test_second_owner_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path / "bot.db"), pytest.raises(DatabaseInUseError, match=str(os.getpid())):
        open_database(tmp_path / "bot.db")


def _refused_untouched(path: Path, error: type[StorageError]) -> None:
    before = {file.name: file.read_bytes() for file in path.parent.iterdir() if "lock" not in file.name}
    with pytest.raises(error):
        open_database(path)
    after = {file.name: file.read_bytes() for file in path.parent.iterdir() if file.name in before}
    assert after == before
    assert database_proxy.obj is None
    with DatabaseLock(path):
        pass


def test_database_of_another_program_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(DatabaseCorruptError, match="another program"):
        open_database(path)
    assert path.read_bytes() == before


def test_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    path.write_text("Dear diary, " * 1000)
    _refused_untouched(path, DatabaseCorruptError)


@pytest.mark.parametrize(
    "damaged", [slice(36, 40), slice(100, 4096), slice(4096, 4096 * 8), slice(4096 * 5, None)], ids=repr
)
def test_damaged_file_is_refused_and_kept(tmp_path: Path, damaged: slice) -> None:
    path = tmp_path / "bot.db"
    with opened(path):
        watch()
    content = bytearray(path.read_bytes())
    if damaged.stop is None:
        del content[damaged]
    else:
        content[damaged] = os.urandom(damaged.stop - damaged.start)
    path.write_bytes(content)
    _refused_untouched(path, DatabaseCorruptError)


def test_file_of_a_newer_version_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with opened(path) as handle:
        run_sql(
            handle.database,
            "INSERT INTO schema_migration (name, applied) VALUES ('0099_future', '2030-01-01 00:00:00.000+00:00')",
        )
    _refused_untouched(path, DatabaseTooNewError)


def test_newer_file_whose_process_was_killed_keeps_its_log_too(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with opened(path) as handle:
        run_sql(
            handle.database,
            "INSERT INTO schema_migration (name, applied) VALUES ('0099_future', '2030-01-01 00:00:00.000+00:00')",
        )
        copy = tmp_path / "killed" / "bot.db"
        copy.parent.mkdir()
        for suffix in ("", "-wal"):
            copy.with_name(f"bot.db{suffix}").write_bytes(path.with_name(f"bot.db{suffix}").read_bytes())
    _refused_untouched(copy, DatabaseTooNewError)


def test_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "bot.db").touch()
    with opened(tmp_path / "bot.db") as handle:
        assert SchemaManager(handle.database).get_database_status().auto_vacuum == "incremental"


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"folder .* cannot be made"):
        open_database(tmp_path / "file" / "bot.db")


def test_path_that_is_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "bot.db").mkdir()
    with pytest.raises(StorageError, match="is a folder, not a file"):
        open_database(tmp_path / "bot.db")


def test_closed_database_survives_with_what_was_stored(tmp_path: Path) -> None:
    with opened(tmp_path / "bot.db"):
        watch()
    with closing(sqlite3.connect(tmp_path / "bot.db")) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (1,)


def test_read_only_database_reads_beside_its_owner_and_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "with space & ?.db"
    with opened(path):
        watch()
        database = read_only_database(path)
        with database.connection_context():
            assert run_sql(database, "SELECT count(*) FROM event").fetchone() == (1,)
            with pytest.raises(Exception, match="readonly"):
                run_sql(database, "DELETE FROM event")
