"""A restore puts a verified backup in the database's place, keeps what was there, and never leaves neither."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from models.database_models import Event, User, database_proxy
from models.schema_manager import SchemaManager
from persistence import forgotten, reactions
from persistence import restore as restoring
from persistence.backup import back_up
from persistence.restore import restore
from persistence.verification import verify
from tests.unit.persistence.factories import (
    EVENT,
    GUILD,
    NOW,
    YES,
    add,
    apply_signal,
    met,
    opened,
    watch,
)
from utils.errors import DatabaseInUseError, StorageError

ANNA, BEN = 41, 42

LEAVES_A_LOG = """
import os, sys
from pathlib import Path
from tests.unit.persistence.factories import EVENT, NOW, YES, add, opened
from persistence import reactions
with opened(Path(sys.argv[1])):
    reactions.apply_signals([add(int(sys.argv[2]), YES)], NOW)
    os.kill(os.getpid(), 9)
"""

RESTORES = """
import sys
from pathlib import Path
from persistence.restore import restore
from utils.time import SystemClock
print("ready", flush=True)
restore(Path(sys.argv[1]), Path(sys.argv[2]), SystemClock().now())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with Anna's answer, a backup of it beside, and Ben's answer afterwards."""
    path = tmp_path / "bot.db"
    with opened(path):
        watch()
        apply_signal(met(add(ANNA, YES), "Anna"), NOW)
        back_up(path, tmp_path / "backup.db")
        apply_signal(met(add(BEN, YES), "Ben"), NOW)
    return path


def answered(path: Path) -> frozenset[int]:
    with opened(path):
        return reactions.answered_user_ids(GUILD, EVENT)


def test_restore_brings_the_backup_back_and_keeps_what_it_replaced(path: Path) -> None:
    done = restore(path, path.with_name("backup.db"), NOW)
    assert done.version == "0007_members"
    assert done.kept_as == path.with_name("bot.db.replaced-20260304T200000Z")
    assert sorted(found.name for found in path.parent.iterdir()) == [
        "backup.db",
        "bot.db",
        "bot.db.lock",
        "bot.db.replaced-20260304T200000Z",
    ]
    assert path.stat().st_mode & 0o777 == 0o600
    assert answered(path) == {ANNA}
    again = restore(path, done.kept_as, NOW)
    assert again.kept_as == path.with_name("bot.db.replaced-20260304T200000Z.2")
    assert answered(path) == {ANNA, BEN}


def test_restore_where_there_was_no_database_makes_one(path: Path, tmp_path: Path) -> None:
    done = restore(tmp_path / "elsewhere" / "new.db", path.with_name("backup.db"), NOW)
    assert done.kept_as is None
    assert answered(tmp_path / "elsewhere" / "new.db") == {ANNA}


def test_answers_in_the_log_of_a_killed_bot_are_kept_with_the_file_they_belong_to(path: Path) -> None:
    subprocess.run([sys.executable, "-c", LEAVES_A_LOG, str(path), "43"], check=False)
    assert path.with_name("bot.db-wal").stat().st_size > 0
    done = restore(path, path.with_name("backup.db"), NOW)
    assert answered(path) == {ANNA}
    assert done.kept_as is not None
    restore(path, done.kept_as, NOW)
    assert answered(path) == {ANNA, BEN, 43}


def test_damaged_database_is_kept_with_its_log(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM reaction")
        shutil.copy(path.with_name("bot.db-wal"), path.with_name("log"))
    path.write_bytes(b"damaged" * 1000)
    shutil.move(path.with_name("log"), path.with_name("bot.db-wal"))
    log = path.with_name("bot.db-wal").read_bytes()
    done = restore(path, path.with_name("backup.db"), NOW)
    assert done.kept_as is not None
    assert done.kept_as.read_bytes().startswith(b"damaged")
    assert done.kept_as.with_name(f"{done.kept_as.name}-wal").read_bytes() == log
    assert not path.with_name("bot.db-wal").exists()
    assert answered(path) == {ANNA}


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_damaged_backup_changes_nothing(path: Path, content: bytes) -> None:
    path.with_name("damaged.db").write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(StorageError, match=r"cannot be restored: .* Nothing was changed\."):
        restore(path, path.with_name("damaged.db"), NOW)
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.replaced-*"))


def test_restore_is_refused_while_a_bot_holds_the_database(path: Path) -> None:
    with opened(path):
        with pytest.raises(DatabaseInUseError):
            restore(path, path.with_name("backup.db"), NOW)
        assert reactions.answered_user_ids(GUILD, EVENT) == {ANNA, BEN}


def test_database_is_not_restored_from_itself(path: Path) -> None:
    path.with_name("link.db").symlink_to(path)
    with pytest.raises(StorageError, match="is the database itself"):
        restore(path, path.with_name("link.db"), NOW)


def test_restore_that_fails_at_the_last_step_leaves_the_database(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring, "flush_file", full)
    with pytest.raises(StorageError, match="No space left on device"):
        restore(path, path.with_name("backup.db"), NOW)
    assert answered(path) == {ANNA, BEN}
    assert not list(path.parent.glob("*.restoring*"))


def test_process_that_is_killed_at_any_moment_leaves_one_of_the_two(path: Path) -> None:
    for delay in (0.002, 0.01, 0.03):
        with subprocess.Popen(
            [sys.executable, "-c", RESTORES, str(path), str(path.with_name("backup.db"))],
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            try:
                process.wait(delay)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        assert answered(path) in ({ANNA}, {ANNA, BEN})
        assert verify(path).is_sound


def test_people_who_were_forgotten_after_the_backup_stay_forgotten(path: Path) -> None:
    with opened(path):
        forgotten.forget(ANNA, NOW)
    done = restore(path, path.with_name("backup.db"), NOW)
    assert done.forgotten_rows == 2
    with opened(path):
        assert reactions.answered_user_ids(GUILD, EVENT) == frozenset()
        assert User.select().count() == 0
        assert not apply_signal(add(ANNA, YES), NOW)
        assert Event.select().count() == 1
    assert database_proxy.obj is None


def test_people_are_forgotten_by_what_a_later_backup_knows_when_the_database_is_lost(path: Path) -> None:
    with opened(path):
        forgotten.forget(ANNA, NOW)
        back_up(path, path.with_name("later.db"))
    path.unlink()
    assert restore(path, path.with_name("backup.db"), NOW, [path.with_name("later.db")]).forgotten_rows == 2
    assert answered(path) == frozenset()


def test_backup_from_before_the_list_of_forgotten_people_gets_one(path: Path) -> None:
    with opened(path):
        forgotten.forget(ANNA, NOW)
    with opened(path.with_name("old.db")) as old:
        watch()
        apply_signal(met(add(ANNA, YES), "Anna"), NOW)
        SchemaManager(old.database).rollback("0002_import")
    restore(path, path.with_name("old.db"), NOW)
    with opened(path):
        assert forgotten.is_forgotten(ANNA)
        assert User.select().count() == 0
