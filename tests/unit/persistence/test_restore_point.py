"""Copies that are the same to the byte, and the way back to them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from persistence import restore_point
from persistence.restore_point import copy_database, put_back, sha256_of, verify_copy
from utils.errors import StorageError


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "bot.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("CREATE TABLE note (text)")
        connection.execute("INSERT INTO note VALUES ('before')")
    return path


def change(database: Path, text: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE note SET text = ?", [text])


def note(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        return str(connection.execute("SELECT text FROM note").fetchone()[0])


def test_copy_is_the_file_to_the_byte_and_closed_to_others(database: Path, tmp_path: Path) -> None:
    copied = copy_database(database, tmp_path / "copy.db")
    assert copied is not None
    assert (tmp_path / "copy.db").read_bytes() == database.read_bytes()
    assert copied.sha256 == sha256_of(database)
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


def test_log_of_a_crash_is_taken_in_before_the_copy(database: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("UPDATE note SET text = 'in the log'")
        copy_database(database, tmp_path / "copy.db")
        assert note(tmp_path / "copy.db") == "in the log"
    assert sha256_of(tmp_path / "copy.db") == sha256_of(database)


def test_reader_of_an_older_state_leaves_an_equal_copy(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore_point, "_BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT text FROM note").fetchone() == ("before",)
        change(database, "after")
        copied = copy_database(database, tmp_path / "copy.db")
        put_back(database, tmp_path / "copy.db", tmp_path / "replaced.db")
        assert reader.execute("SELECT text FROM note").fetchone() == ("before",)
    assert copied is not None
    verify_copy(tmp_path / "copy.db", copied.sha256)
    assert note(database) == note(tmp_path / "replaced.db") == "after"


@pytest.mark.parametrize("content", [None, b""], ids=["no file", "empty file"])
def test_no_database_has_no_copy(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "bot.db"
    if content is not None:
        path.write_bytes(content)
    assert copy_database(path, tmp_path / "copy.db") is None
    assert not (tmp_path / "copy.db").exists()


def test_put_back_restores_the_bytes_and_keeps_what_was_there(database: Path, tmp_path: Path) -> None:
    before = database.read_bytes()
    copy_database(database, tmp_path / "copy.db")
    change(database, "after")
    put_back(database, tmp_path / "copy.db", tmp_path / "replaced.db")
    assert database.read_bytes() == before
    assert note(tmp_path / "replaced.db") == "after"


def test_put_back_through_a_link_leaves_the_link(database: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(database)
    copy_database(link, tmp_path / "copy.db")
    change(link, "after")
    put_back(link, tmp_path / "copy.db", tmp_path / "replaced.db")
    assert link.is_symlink()
    assert note(database) == "before"


def test_put_back_to_no_file(database: Path, tmp_path: Path) -> None:
    put_back(database, None, tmp_path / "replaced.db")
    assert [path.name for path in tmp_path.glob("bot.db*")] == []
    assert note(tmp_path / "replaced.db") == "before"


def test_copy_that_was_changed_is_found(database: Path, tmp_path: Path) -> None:
    copied = copy_database(database, tmp_path / "copy.db")
    assert copied is not None
    change(tmp_path / "copy.db", "forged")
    with pytest.raises(StorageError, match="SHA-256"):
        verify_copy(tmp_path / "copy.db", copied.sha256)
    with pytest.raises(StorageError, match="cannot be read"):
        verify_copy(tmp_path / "gone.db", copied.sha256)
