"""A disk that is really full, or read-only: the first cause is named, nothing false is claimed, and it mends."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PREAMBLE = """
import asyncio, contextlib, json, logging, resource, subprocess, sys, time
from datetime import UTC, datetime
from pathlib import Path
from models.schema_manager import SchemaManager
from persistence import bot_state
from persistence.database import open_database
from persistence.writer import DatabaseWriter
from utils.errors import StorageError

NOW = datetime(2026, 1, 1, tzinfo=UTC)
path = Path(sys.argv[1]) / "bot.db"
ballast = path.with_name("ballast")
told, lines = {}, []

class Kept(logging.Handler):
    def emit(self, record):
        lines.append([record.levelname, self.format(record)])

logging.getLogger().addHandler(Kept())

def fill_by_limit():
    # No file may grow beyond what the log has now: the kernel refuses as a quota does.
    size = path.with_name("bot.db-wal").stat().st_size + 4096
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

def empty_by_limit():
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

def fill_by_ballast():
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1024))

def empty_by_ballast():
    ballast.unlink()

fill, empty = globals()[f"fill_by_{sys.argv[2]}"], globals()[f"empty_by_{sys.argv[2]}"]
"""

FULL_WHILE_IT_RUNS = """
late = 0.0
async def tick():
    global late
    while True:
        asked = time.perf_counter()
        await asyncio.sleep(0.01)
        late = max(late, time.perf_counter() - asked - 0.01)

async def main():
    handle = open_database(path)
    SchemaManager(handle.database).initialize_database()
    writer = DatabaseWriter(handle)
    await writer.start()
    async def store(key, size=1):
        await writer.run(bot_state.set_value, key, "x" * size, NOW)
        return key
    await store("before")
    lines.clear()
    fill()
    ticking = asyncio.ensure_future(tick())
    for _ in range(3):
        outcomes = await asyncio.gather(*(store(f"large-{n}", 60_000) for n in range(5)), return_exceptions=True)
    ticking.cancel()
    told["errors"] = sorted({str(outcome) for outcome in outcomes})
    told["failing"] = writer.is_failing
    told["late"] = late
    if sys.argv[3] == "mended":
        empty()
        await store("after")
        told["failing_after"] = writer.is_failing
    told["lines"] = lines[:]
    try:
        raise ZeroDivisionError
    finally:
        await writer.close()
        handle.close()

try:
    asyncio.run(main())
except Exception as error:
    told["end"] = type(error).__name__
empty_by_limit()
with contextlib.suppress(OSError):
    ballast.unlink()
handle = open_database(path)
told["whole"] = SchemaManager(handle.database).verify_database_integrity().is_whole
with handle.database.connection_context():
    told["stored"] = sorted(key for (key,) in handle.database.execute_sql("SELECT key FROM bot_state"))
handle.close()
print(json.dumps(told))
"""

FULL_AT_THE_START = """
def start():
    handle = open_database(path)
    try:
        SchemaManager(handle.database).initialize_database()
        return SchemaManager(handle.database).verify_database_integrity().is_whole
    finally:
        handle.close()

told["errors"] = []
for _ in range(2):
    try:
        start()
    except StorageError as error:
        told["errors"].append(str(error))
subprocess.run(["mount", "-o", "remount,size=2m", path.parent], check=True)
told["whole"] = start()
print(json.dumps(told))
"""

READ_ONLY_AT_THE_START = """
try:
    open_database(path)
except StorageError as error:
    told["error"] = str(error)
told["files"] = sorted(file.name for file in path.parent.iterdir())
print(json.dumps(told))
"""

LONGEST_DELAY = 1.0
"""Far below what a full disk is waited for, and above what a busy machine takes from a test."""

OWN_DISK = 'mount -t tmpfs -o size="$1" tmpfs "$2" && shift 2 && exec "$@"'
READ_ONLY_DISK = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'


def _run(*command: str) -> Any:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _with_mounts(script: str, *arguments: str) -> Any:
    """Run a command that sees mounts of its own; they end with it."""
    unshare = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*unshare, "mount -t tmpfs tmpfs /mnt"], capture_output=True, check=False).returncode
    ):
        pytest.skip("this machine allows no mounts")
    return _run(*unshare, script, "sh", *arguments)


def _python(script: str, folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-c", PREAMBLE + script, str(folder), *arguments]


def _assert_told_truly(told: dict[str, Any], cause: str) -> None:
    assert told["errors"] == [f"The database could not commit: {cause}."]
    assert told["failing"] is True
    assert told["late"] < LONGEST_DELAY
    failures = [line for level, line in told["lines"] if level == "ERROR"]
    assert failures
    assert all(line.endswith(f"cause={cause}") and "\n" not in line for line in failures)
    assert told["end"] == "ZeroDivisionError"
    assert told["whole"] is True


@pytest.mark.parametrize("after", ["mended", "closed"])
def test_file_that_may_not_grow_is_told_and_mended(tmp_path: Path, after: str) -> None:
    told = _run(*_python(FULL_WHILE_IT_RUNS, tmp_path, "limit", after))
    _assert_told_truly(told, "disk I/O error")
    assert told["stored"] == (["after", "before"] if after == "mended" else ["before"])
    assert told.get("failing_after", False) is False


@pytest.mark.parametrize("after", ["mended", "closed"])
def test_full_disk_is_told_and_mended(tmp_path: Path, after: str) -> None:
    told = _with_mounts(OWN_DISK, "760k", str(tmp_path), *_python(FULL_WHILE_IT_RUNS, tmp_path, "ballast", after))
    _assert_told_truly(told, "database or disk is full")
    assert told["stored"] == (["after", "before"] if after == "mended" else ["before"])
    assert told.get("failing_after", False) is False


@pytest.mark.parametrize("size", ["16k", "64k", "120k"])
def test_start_on_a_full_disk_is_told_and_works_once_there_is_room(tmp_path: Path, size: str) -> None:
    told = _with_mounts(OWN_DISK, size, str(tmp_path), *_python(FULL_AT_THE_START, tmp_path, "limit"))
    assert len(told["errors"]) == 2
    assert all("full" in error or "disk I/O" in error for error in told["errors"])
    assert all("rollback" not in error for error in told["errors"])
    assert told["whole"] is True


def test_read_only_disk_is_told_and_kept(tmp_path: Path) -> None:
    (tmp_path / "bot.db").touch()
    told = _with_mounts(READ_ONLY_DISK, str(tmp_path), *_python(READ_ONLY_AT_THE_START, tmp_path, "limit"))
    assert "Read-only file system" in told["error"]
    assert told["files"] == ["bot.db"]
