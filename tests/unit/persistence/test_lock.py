"""One process per database."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from persistence.lock import DatabaseLock
from utils.errors import DatabaseInUseError, StorageError

HOLDER = """
import sys, time
from pathlib import Path
from persistence.lock import DatabaseLock
DatabaseLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
time.sleep(60)
"""


def test_second_process_is_refused_with_the_pid_of_the_first_until_it_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(DatabaseInUseError, match=str(holder.pid)) as caught:
            DatabaseLock(path).acquire()
        assert caught.value.pid == holder.pid
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with DatabaseLock(path) as lock:
        assert lock.path.read_text() == f"{os.getpid()}\n"


def test_lock_given_back_can_be_taken_again(tmp_path: Path) -> None:
    first, second = DatabaseLock(tmp_path / "bot.db"), DatabaseLock(tmp_path / "bot.db")
    first.acquire()
    first.acquire()
    with pytest.raises(DatabaseInUseError):
        second.acquire()
    first.release()
    first.release()
    with second:
        pass


def test_link_to_the_database_meets_the_same_lock(tmp_path: Path) -> None:
    (tmp_path / "bot.db").touch()
    (tmp_path / "other.db").symlink_to(tmp_path / "bot.db")
    with DatabaseLock(tmp_path / "bot.db"), pytest.raises(DatabaseInUseError):
        DatabaseLock(tmp_path / "other.db").acquire()


def test_looking_for_an_owner_makes_and_changes_nothing(tmp_path: Path) -> None:
    lock = DatabaseLock(tmp_path / "bot.db")
    lock.refuse_if_held()
    assert not lock.path.exists()
    lock.path.write_text("12345\n")
    lock.refuse_if_held()
    assert lock.path.read_text() == "12345\n"
    with lock, pytest.raises(DatabaseInUseError, match=str(os.getpid())):
        DatabaseLock(tmp_path / "bot.db").refuse_if_held()


def test_owner_that_wrote_no_pid_is_another_process(tmp_path: Path) -> None:
    with DatabaseLock(tmp_path / "bot.db") as lock:
        lock.path.write_text("")
        with pytest.raises(DatabaseInUseError, match="another process"):
            DatabaseLock(tmp_path / "bot.db").acquire()


def test_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        DatabaseLock(tmp_path / "missing" / "bot.db").acquire()
