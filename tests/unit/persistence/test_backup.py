"""A backup is one point in time, whole, under its name only when it is, and never in anybody's way."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from models.bot_state_model import BotState
from persistence import backup, bot_state
from persistence.backup import back_up
from persistence.database import DatabaseHandle
from persistence.verification import verify
from tests.unit.persistence.factories import NOW, opened, watch
from utils.errors import StorageError

BACKS_UP_FOR_EVER = """
import itertools, sys
from pathlib import Path
from persistence.backup import back_up
print("ready", flush=True)
for number in itertools.count():
    back_up(Path(sys.argv[1]), Path(sys.argv[2]) / f"{number}.db")
    print(number, flush=True)
"""


def grow(megabytes: int) -> None:
    for number in range(megabytes):
        bot_state.set_value(f"filler-{number}", "x" * 1_000_000, NOW)


def value_in(path: Path, key: str) -> str | None:
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute("SELECT value FROM bot_state WHERE key = ?", [key]).fetchone()
    return None if row is None else str(row[0])


def test_backup_of_a_database_in_use_is_one_private_file_with_all_that_was_committed(
    handle: DatabaseHandle, tmp_path: Path
) -> None:
    watch()
    made = back_up(handle.path, tmp_path / "backups" / "one.db")
    assert made.version == "0007_members"
    assert made.size_bytes == made.path.stat().st_size > 0
    assert [path.name for path in made.path.parent.iterdir()] == ["one.db"]
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert made.path.parent.stat().st_mode & 0o777 == 0o700
    assert verify(made.path).is_sound


def test_backup_holds_the_moment_it_began_and_lets_others_write_meanwhile(
    handle: DatabaseHandle, tmp_path: Path
) -> None:
    grow(3)
    bot_state.set_value("written", "before", NOW)
    looks: list[int] = []

    def writes_meanwhile() -> bool:
        # Called after each slice, from the thread of the backup; a writer of its own, as another process would be.
        if not looks:
            with closing(sqlite3.connect(handle.path, timeout=1)) as other, other:
                other.execute("UPDATE bot_state SET value = 'after' WHERE key = 'written'")
                other.execute("UPDATE bot_state SET value = 'y' || value WHERE key = 'filler-0'")
        looks.append(1)
        return False

    made = back_up(handle.path, tmp_path / "one.backup", writes_meanwhile)
    assert len(looks) > 3
    assert value_in(made.path, "written") == "before"
    assert (value_in(made.path, "filler-0") or "").startswith("x")
    assert bot_state.get_value("written") == "after"


def test_backup_that_is_stopped_leaves_nothing(handle: DatabaseHandle, tmp_path: Path) -> None:
    grow(2)
    with pytest.raises(StorageError, match="stopped"):
        back_up(handle.path, tmp_path / "backups" / "one.db", lambda: True)
    assert list((tmp_path / "backups").iterdir()) == []


def test_backup_that_is_not_whole_is_not_kept(
    handle: DatabaseHandle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch()
    real: Callable[..., None] = backup._copy

    def torn(source: str, target: Path, should_stop: Callable[[], bool]) -> None:
        real(source, target, should_stop)
        with target.open("r+b") as file:
            file.seek(8192)
            file.write(b"\xff" * 4096)

    monkeypatch.setattr(backup, "_copy", torn)
    with pytest.raises(StorageError, match="is not whole and was not kept"):
        back_up(handle.path, tmp_path / "backups" / "one.db")
    assert list((tmp_path / "backups").iterdir()) == []


def test_backup_without_room_is_refused_before_it_begins(
    handle: DatabaseHandle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "free_bytes", lambda _path: 1_000)
    with pytest.raises(StorageError, match="There is no room for the backup"):
        back_up(handle.path, tmp_path / "backups" / "one.db")
    assert not (tmp_path / "backups").exists()


def test_existing_file_and_missing_database_are_told(handle: DatabaseHandle, tmp_path: Path) -> None:
    (tmp_path / "taken.db").write_text("mine")
    with pytest.raises(StorageError, match="is there already"):
        back_up(handle.path, tmp_path / "taken.db")
    with pytest.raises(StorageError, match="There is no database"):
        back_up(tmp_path / "none.db", tmp_path / "two.db")
    with pytest.raises(StorageError, match="a file is in its place"):
        back_up(handle.path, tmp_path / "taken.db" / "two.db")
    assert (tmp_path / "taken.db").read_text() == "mine"
    assert not (tmp_path / "none.db").exists()


def test_backup_beside_a_thread_that_writes_is_consistent(handle: DatabaseHandle, tmp_path: Path) -> None:
    """Two values that only ever agree are read as a pair from each of many backups."""
    grow(1)
    stop = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(handle.path, timeout=5, isolation_level=None)) as other:
            number = 0
            while not stop.is_set():
                number += 1
                other.execute("BEGIN IMMEDIATE")
                for key in ("left", "right"):
                    other.execute(
                        "INSERT OR REPLACE INTO bot_state (key, value, created_at, updated_at) VALUES (?, ?, '', '')",
                        [key, str(number)],
                    )
                other.execute("COMMIT")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        paths = [back_up(handle.path, tmp_path / f"{number}.backup").path for number in range(5)]
    finally:
        stop.set()
        writer.join()
    pairs = [(value_in(path, "left"), value_in(path, "right")) for path in paths]
    assert [left for left, right in pairs if left != right] == []


def test_process_that_is_killed_leaves_only_whole_backups(handle: DatabaseHandle, tmp_path: Path) -> None:
    grow(2)
    folder = tmp_path / "backups"
    with subprocess.Popen(
        [sys.executable, "-c", BACKS_UP_FOR_EVER, str(handle.path), str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        made = [process.stdout.readline() for _ in range(3)]
        process.send_signal(signal.SIGKILL)
    assert made[0] == "ready\n"
    backups = list(folder.glob("*.db"))
    assert len(backups) >= 2
    assert [path for path in backups if not verify(path).is_sound] == []
    assert BotState.select().count() == 2


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "it is no SQLite database"),
        (b"not at all", "it is no SQLite database"),
        (b"SQLite format 3\x00" + b"\xff" * 200, "file is not a database"),
    ],
)
def test_file_that_is_no_database_is_no_backup(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "file.db"
    path.write_bytes(content)
    assert verify(path).problems == (problem,)
    assert [found.name for found in tmp_path.iterdir()] == ["file.db"]


def test_database_of_another_program_or_a_newer_version_is_no_backup(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "theirs.db")) as connection, connection:
        connection.execute("CREATE TABLE books (title)")
    assert verify(tmp_path / "theirs.db").problems == ("it belongs to another program",)
    with opened(tmp_path / "newer.db") as newer:
        newer.connection().execute(
            "INSERT INTO schema_migration (name, applied) VALUES ('0999_later', '2030-01-01 00:00+00:00')"
        )
    (problem,) = verify(tmp_path / "newer.db").problems
    assert problem == "a newer version wrote it: it has 0999_later"
    with closing(sqlite3.connect(tmp_path / "empty.db")) as connection:
        connection.execute("VACUUM")
    assert verify(tmp_path / "empty.db").problems == ("it is empty: it has no table of this program",)


def test_row_that_points_nowhere_is_a_problem(tmp_path: Path) -> None:
    with opened(tmp_path / "bot.db") as database:
        watch()
        database.connection().execute("PRAGMA foreign_keys = 0")
        database.connection().execute("DELETE FROM guild")
    assert verify(tmp_path / "bot.db").problems == (
        "audit_log: a row points to a missing guild",
        "event: a row points to a missing guild",
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_bytes(b"")
    (tmp_path / "bot.db").chmod(0)
    with pytest.raises(StorageError, match="cannot be read"):
        verify(tmp_path / "bot.db")
