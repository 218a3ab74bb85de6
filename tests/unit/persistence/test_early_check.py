"""A file that is read before it is locked: good news counts, all else is left to the check with the lock."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from models.database_models import database_proxy
from models.sql import run_sql
from persistence.database import open_database
from persistence.early_check import WORTH_A_THREAD_BYTES, EarlyCheck
from persistence.lock import DatabaseLock
from tests.unit.persistence.factories import opened, watch
from utils.errors import DatabaseCorruptError, DatabaseTooNewError, StorageError

PAGE = 4_096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a database that is large enough to be read on a thread."""
    path = tmp_path / "bot.db"
    with opened(path) as handle:
        watch()
        run_sql(
            handle.database,
            "INSERT INTO bot_state (key, value, created_at, updated_at) VALUES ('large', ?, '2030', '2030')",
            ("x" * 2 * WORTH_A_THREAD_BYTES,),
        )
    return path


def checked(path: Path) -> EarlyCheck:
    early = EarlyCheck(path)
    early.wait()
    return early


def damage(path: Path) -> None:
    """Spoil the second page, and leave size and time as they were."""
    found = path.stat()
    with path.open("r+b") as file:
        file.seek(PAGE)
        file.write(b"\xff" * PAGE)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def test_sound_file_is_not_read_a_second_time(path: Path) -> None:
    early = checked(path)
    assert early.holds()
    damage(path)
    open_database(path, early=early).close()
    with pytest.raises(DatabaseCorruptError):
        open_database(path)


def test_damaged_file_is_refused_as_without_it(path: Path) -> None:
    damage(path)
    with pytest.raises(DatabaseCorruptError) as alone:
        open_database(path)
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    with pytest.raises(DatabaseCorruptError) as caught:
        open_database(path, early=EarlyCheck(path))
    assert str(caught.value) == str(alone.value)
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before
    assert database_proxy.obj is None
    with DatabaseLock(path):
        pass


def _written_to(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE bot_state SET value = 'small'")


def _replaced(path: Path) -> None:
    copy = path.with_name("copy.db")
    copy.write_bytes(path.read_bytes())
    found = path.stat()
    os.utime(copy, ns=(found.st_atime_ns, found.st_mtime_ns))
    copy.replace(path)


def _given_a_log(path: Path) -> None:
    path.with_name("bot.db-wal").write_bytes(b"what another program has left")


@pytest.mark.parametrize("change", [_written_to, _replaced, _given_a_log, os.unlink])
def test_verdict_is_worth_nothing_once_the_file_is_another(path: Path, change: Callable[[Path], object]) -> None:
    early = checked(path)
    change(path)
    assert not early.holds()


def test_file_that_was_damaged_after_the_check_is_refused(path: Path) -> None:
    early = checked(path)
    damage(path)
    path.touch()
    with pytest.raises(DatabaseCorruptError):
        open_database(path, early=early)


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_file_with_something_left_beside_it_is_left_to_the_other_check(path: Path, suffix: str) -> None:
    path.with_name(path.name + suffix).write_bytes(b"x")
    assert not checked(path).holds()


def test_newer_file_and_another_program_s_are_refused_though_they_are_sound(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO schema_migration (name, applied) VALUES ('0099_future', '2030-01-01 00:00:00.000+00:00')"
        )
    assert checked(path).holds()
    with pytest.raises(DatabaseTooNewError):
        open_database(path, early=checked(path))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE schema_migration")
    with pytest.raises(DatabaseCorruptError, match="another program"):
        open_database(path, early=checked(path))


def test_what_is_no_file_is_not_looked_at(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("missing.db", ".", "pipe", "nul\x00", "x" * 300, "\udcff.db"):
        assert not checked(tmp_path / name).holds()
    with pytest.raises(StorageError):
        open_database(tmp_path / "pipe", early=EarlyCheck(tmp_path / "pipe"))


def test_small_file_is_left_to_the_other_check(tmp_path: Path) -> None:
    with opened(tmp_path / "bot.db"):
        watch()
    assert not checked(tmp_path / "bot.db").holds()
