"""What a path may hold: all that is no database of ours is refused and stays as it was."""

import logging
import os
import shutil
import sqlite3
import stat
import struct
from contextlib import closing
from pathlib import Path

import pytest

from models.schema_manager import SchemaManager
from persistence.database import open_database
from persistence.lock import DatabaseLock
from tests.unit.persistence.factories import opened, watch
from utils.errors import DatabaseCorruptError, DatabaseInUseError, StorageError


def _contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    found = {}
    for path in folder.iterdir():
        mode = path.lstat().st_mode
        found[path.name] = (mode, path.read_bytes() if stat.S_ISREG(mode) else b"")
    return found


def _refusal(path: Path, folder: Path) -> str:
    before = _contents(folder)
    with pytest.raises(StorageError) as caught:
        open_database(path)
    assert _contents(folder) == before
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("kind", "name"), [(stat.S_IFIFO, "a pipe"), (stat.S_IFSOCK, "a socket")], ids=["pipe", "socket"]
)
def test_path_that_holds_no_file_is_refused_and_kept(tmp_path: Path, kind: int, name: str) -> None:
    path = tmp_path / "bot.db"
    os.mknod(path, kind | 0o644)
    path.chmod(0o666)
    assert f"is {name}, not a file" in _refusal(path, tmp_path)
    (tmp_path / "link.db").symlink_to(path)
    assert f"is {name}, not a file" in _refusal(tmp_path / "link.db", tmp_path)


def test_folder_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "bot.db").mkdir(mode=0o755)
    assert "is a folder, not a file" in _refusal(tmp_path / "bot.db", tmp_path)


@pytest.mark.parametrize("content", [b"Dear diary, " * 1000, b"x", b"SQLite format 4\x00" * 300], ids=len)
def test_file_that_is_no_database_keeps_its_mode_and_gets_no_lock(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bot.db"
    path.write_bytes(content)
    path.chmod(0o664)
    assert "it is no SQLite database" in _refusal(path, tmp_path)


def test_refused_database_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
        connection.commit()
    path.chmod(0o644)
    with pytest.raises(DatabaseCorruptError, match="another program"):
        open_database(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize("is_empty", [False, True], ids=["missing", "empty"])
def test_log_without_its_file_is_refused_and_kept(tmp_path: Path, is_empty: bool) -> None:
    path, copy = tmp_path / "bot.db", tmp_path / "copy" / "bot.db"
    copy.parent.mkdir()
    with opened(path):
        watch()
        shutil.copy(tmp_path / "bot.db-wal", copy.parent / "bot.db-wal")
        if is_empty:
            copy.touch()
    text = _refusal(copy, copy.parent)
    assert "its write-ahead log is there without it" in text
    assert "put the database file back beside it, or move the log away" in text
    shutil.copy(path, copy)
    with opened(copy), closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (1,)


def test_log_beside_the_target_of_a_link_counts(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "bot.db").symlink_to(tmp_path / "disk" / "bot.db")
    (tmp_path / "disk" / "bot.db-wal").write_bytes(b"log")
    assert "without it" in _refusal(tmp_path / "bot.db", tmp_path)


def test_empty_log_without_its_file_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "bot.db-wal").touch()
    with opened(tmp_path / "sub" / ".." / "bot.db"):
        watch()


@pytest.mark.parametrize("is_there", [False, True], ids=["missing", "empty"])
def test_new_database_is_told_once(tmp_path: Path, is_there: bool, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "data" / "bot.db"
    if is_there:
        path.parent.mkdir()
        path.touch(mode=0o644)
    for _ in range(2):
        handle = open_database(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        handle.close()
    warnings = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert warnings == [f"a new, empty database was made path={path}"]


@pytest.mark.parametrize("pages_before", [0, 1])
def test_first_start_that_was_killed_in_its_first_page_is_begun_again(tmp_path: Path, pages_before: int) -> None:
    path = tmp_path / "bot.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 1")
    # A journal that SQLite has to play back, made for a file of that many pages of which none was kept.
    header = struct.pack(">8sIIIII", bytes.fromhex("d9d505f920a163d7"), 0, 0, pages_before, 512, 4096)
    path.with_name("bot.db-journal").write_bytes(header.ljust(512, b"\0"))
    with opened(path) as handle:
        assert SchemaManager(handle.database).verify_database_integrity().is_whole


def test_owner_is_told_before_the_file_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    path.write_text("Dear diary")
    with DatabaseLock(path), pytest.raises(DatabaseInUseError):
        open_database(path)


@pytest.mark.parametrize("length", [249, 253, 300, 5_000])
def test_name_that_is_too_long_is_told(tmp_path: Path, length: int) -> None:
    assert "too long" in _refusal(tmp_path / ("n" * length), tmp_path)


@pytest.mark.parametrize("inner", ["bot.db", "folder/bot.db"])
def test_file_in_the_place_of_the_folder_is_told(tmp_path: Path, inner: str) -> None:
    (tmp_path / "file").touch()
    assert "a file is in its place" in _refusal(tmp_path / "file" / inner, tmp_path)


def test_file_that_cannot_be_read_is_not_called_damaged(tmp_path: Path) -> None:
    with opened(tmp_path / "bot.db"):
        watch()
    (tmp_path / "bot.db-wal").mkdir()
    with pytest.raises(StorageError, match="cannot be read: unable to open") as caught:
        open_database(tmp_path / "bot.db")
    assert not isinstance(caught.value, DatabaseCorruptError)
    (tmp_path / "bot.db-wal").rmdir()
    with opened(tmp_path / "bot.db"):
        pass


def test_link_to_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "bot.db").symlink_to(tmp_path / "bot.db")
    with pytest.raises(StorageError, match="cannot be opened"):
        open_database(tmp_path / "bot.db")


def test_path_with_a_null_character_is_told() -> None:
    with pytest.raises(StorageError, match="null"):
        open_database(Path("bot\0.db"))


@pytest.mark.parametrize("page", range(1, 8))
def test_damage_is_told_in_one_short_line(tmp_path: Path, page: int) -> None:
    path = tmp_path / "bot.db"
    with opened(path):
        watch()
    content = bytearray(path.read_bytes())
    content[4096 * page : 4096 * (page + 1)] = b"\xff" * 4096
    path.write_bytes(content)
    with pytest.raises(DatabaseCorruptError) as caught:
        open_database(path)
    assert 0 < len(caught.value.detail) <= 100
    assert "\n" not in str(caught.value)
    assert "***" not in str(caught.value)
