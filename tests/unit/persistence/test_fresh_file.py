"""A new database, made beside its place: there when it is whole, and nothing of it when it is not."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from peewee import SqliteDatabase

from models.sql import run_sql
from persistence.fresh_file import is_free, made_beside, without_journal
from persistence.lock import DatabaseLock
from utils.errors import DatabaseInUseError, StorageError


def fill(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE event (x)")


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"bot.db.lock"}


@pytest.mark.parametrize("suffix", ["", "-journal", "-wal", "-shm"])
def test_place_is_free_only_when_nothing_of_a_database_lies_there(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "bot.db"
    assert is_free(path)
    path.with_name(f"bot.db{suffix}").touch()
    assert not is_free(path)


def test_database_is_in_its_place_when_it_is_whole_and_not_before(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with made_beside(path) as beside:
        fill(beside)
        assert is_free(path)
    assert names_in(tmp_path) == {"bot.db"}
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (0,)


def test_link_to_nowhere_leads_to_the_new_database(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "bot.db")
    with made_beside(tmp_path / "link.db") as beside:
        fill(beside)
    assert (tmp_path / "link.db").is_symlink()
    assert (tmp_path / "bot.db").stat().st_size


@pytest.mark.parametrize("failure", [KeyboardInterrupt, StorageError("full")])
def test_failure_leaves_nothing(tmp_path: Path, failure: BaseException) -> None:
    with pytest.raises((KeyboardInterrupt, StorageError)), made_beside(tmp_path / "bot.db") as beside:
        fill(beside)
        raise failure
    assert names_in(tmp_path) == set()


def test_what_a_killed_run_left_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "bot.db.new").mkdir()
    for name in ("bot.db", "bot.db-journal"):
        (tmp_path / "bot.db.new" / name).write_bytes(b"left")
    with made_beside(tmp_path / "bot.db") as beside:
        fill(beside)
    assert names_in(tmp_path) == {"bot.db"}


def test_database_that_somebody_made_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with pytest.raises(StorageError, match="Meanwhile"), made_beside(path) as beside:
        fill(beside)
        path.write_bytes(b"theirs")
    assert path.read_bytes() == b"theirs"
    with pytest.raises(DatabaseInUseError), made_beside(tmp_path / "other.db") as beside:
        fill(beside)
        owner = DatabaseLock(tmp_path / "other.db")
        owner.acquire()
    owner.release()
    assert is_free(tmp_path / "other.db")


def test_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "bot.db.new").write_bytes(b"a file")
    with pytest.raises(StorageError, match="could not be made"), made_beside(tmp_path / "bot.db"):
        pass


def test_without_a_journal_nothing_is_written_twice_and_the_log_is_back_afterwards(tmp_path: Path) -> None:
    database = SqliteDatabase(str(tmp_path / "bot.db"), pragmas={"journal_mode": "wal"})
    with database.connection_context():
        with without_journal(database):
            run_sql(database, "CREATE TABLE event (x)")
            assert names_in(tmp_path) == {"bot.db"}
        assert database.journal_mode == "wal"
