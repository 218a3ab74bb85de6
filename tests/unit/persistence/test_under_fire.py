"""Faults while the bot runs: told clearly, nothing false claimed, mended without a restart, the loop never blocked."""

import asyncio
import logging
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from models.bot_state_model import BotState
from models.schema_manager import SchemaManager
from models.sql import run_sql
from persistence import bot_state
from persistence.database import DatabaseHandle, open_database
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from tests.unit.persistence.factories import NOW
from utils.errors import StorageError

LONGEST_DELAY = 1.0
"""Far below what a busy database is waited for, and above what a busy machine takes from a test."""

HOLDS_THE_WRITE_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
print("free", flush=True)
"""


@pytest.fixture
async def writer(handle: DatabaseHandle) -> AsyncIterator[DatabaseWriter]:
    handle.database.close()
    writer = DatabaseWriter(handle)
    await writer.start()
    yield writer
    await writer.close()


@asynccontextmanager
async def free_loop() -> AsyncIterator[None]:
    """Fail when anything inside held up the event loop."""
    late = 0.0

    async def tick() -> None:
        nonlocal late
        while True:
            asked = time.perf_counter()
            await asyncio.sleep(0.01)
            late = max(late, time.perf_counter() - asked - 0.01)

    ticking = asyncio.ensure_future(tick())
    try:
        yield
    finally:
        ticking.cancel()
    assert late < LONGEST_DELAY


def store(key: str, value: str = "x") -> str:
    bot_state.set_value(key, value, NOW)
    return key


def pragma(text: str) -> None:
    run_sql(BotState._meta.database, f"PRAGMA {text}").fetchall()


def keys() -> set[str]:
    return {state.key for state in BotState.select()}


def stored_in(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {key for (key,) in connection.execute("SELECT key FROM bot_state")}


async def assert_refuses(writer: DatabaseWriter, reason: str) -> None:
    """Several at once and one after another: each is told why, and health says so."""
    async with free_loop():
        outcomes = await asyncio.gather(*(writer.run(store, f"lost-{n}") for n in range(20)), return_exceptions=True)
        with pytest.raises(StorageError, match=reason):
            await writer.run(store, "lost-too")
    assert {type(outcome) for outcome in outcomes} == {StorageError}
    assert all(reason in str(outcome) and "\n" not in str(outcome) for outcome in outcomes)
    assert writer.is_failing
    assert reason in str(writer.last_error)


async def assert_mended(writer: DatabaseWriter, path: Path) -> None:
    assert await writer.run(store, "after") == "after"
    assert not writer.is_failing
    assert stored_in(path) == {"before", "after"}


async def test_full_file_fails_what_does_not_fit_and_takes_writes_again_later(
    writer: DatabaseWriter, handle: DatabaseHandle, caplog: pytest.LogCaptureFixture
) -> None:
    await writer.run(store, "before")
    await writer.run(pragma, "max_page_count = 1")
    large = "x" * 200_000
    async with free_loop():
        outcomes = await asyncio.gather(
            *(writer.run(store, f"lost-{n}", large) for n in range(5)), return_exceptions=True
        )
    assert all("database or disk is full" in str(outcome) for outcome in outcomes)
    assert writer.is_failing
    assert await writer.run(keys) == {"before"}
    assert writer.is_failing, "reading says nothing of the disk"
    await writer.run(pragma, "max_page_count = 1000000")
    await assert_mended(writer, handle.path)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("persistence.")]
    assert "cause=database or disk is full" in lines[0]
    assert all("\n" not in line for line in lines)
    assert all(record.exc_info is None for record in caplog.records)


async def test_file_that_turns_read_only_refuses_writes_until_it_is_writable(
    writer: DatabaseWriter, handle: DatabaseHandle
) -> None:
    def store_read_only(key: str) -> None:
        # Begun as a writing transaction, as the writer's are: from here on, SQLite refuses as it does on such a disk.
        pragma("query_only = 1")
        try:
            store(key)
        finally:
            pragma("query_only = 0")

    await writer.run(store, "before")
    for number in range(3):
        with pytest.raises(StorageError, match="readonly"):
            await writer.run(store_read_only, f"lost-{number}")
        assert writer.is_failing
    await assert_mended(writer, handle.path)


async def test_lock_of_another_process_delays_no_reader_and_is_outlived(
    writer: DatabaseWriter, handle: DatabaseHandle
) -> None:
    reader = DatabaseReader(handle)
    await reader.start()
    await writer.run(store, "before")
    await writer.run(pragma, "busy_timeout = 300")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_THE_WRITE_LOCK, str(handle.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        waiting = asyncio.ensure_future(assert_refuses(writer, "locked"))
        assert await reader.run(keys) == {"before"}
        await waiting
        holder.communicate("\n")
    await reader.close()
    await assert_mended(writer, handle.path)


async def test_lock_of_another_process_that_ends_in_time_costs_nothing(
    writer: DatabaseWriter, handle: DatabaseHandle
) -> None:
    with closing(sqlite3.connect(handle.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with free_loop():
            waiting = asyncio.ensure_future(writer.run(store, "a"))
            await asyncio.sleep(0.3)
            assert not waiting.done()
            other.execute("ROLLBACK")
            assert await waiting == "a"
    assert not writer.is_failing


async def test_folder_that_is_moved_away_takes_no_writes_until_it_is_back(tmp_path: Path) -> None:
    handle = open_database(tmp_path / "data" / "bot.db")
    SchemaManager(handle.database).initialize_database()
    writer = DatabaseWriter(handle)
    await writer.start()
    await writer.run(store, "before")
    handle.path.parent.rename(tmp_path / "elsewhere")
    await assert_refuses(writer, "is gone")
    with pytest.raises(StorageError, match=r"database file .* is gone"):
        _ = handle.size_bytes
    assert not handle.path.parent.exists()
    (tmp_path / "elsewhere").rename(handle.path.parent)
    await assert_mended(writer, handle.path)
    await writer.close()
    handle.close()


async def test_deleted_file_takes_no_writes_and_is_not_made_again(
    writer: DatabaseWriter, handle: DatabaseHandle
) -> None:
    await writer.run(store, "before")
    handle.path.unlink()
    await assert_refuses(writer, "is gone")
    reader = DatabaseReader(handle)
    with pytest.raises(StorageError, match="is gone"):
        await reader.start()
    await writer.close()
    handle.close()
    assert not handle.path.exists()


async def test_file_that_was_replaced_takes_no_writes(writer: DatabaseWriter, handle: DatabaseHandle) -> None:
    await writer.run(store, "before")
    kept = handle.path.with_name("kept.db")
    handle.path.rename(kept)
    shutil.copy(kept, handle.path)
    await assert_refuses(writer, "another file lies in its place")
    kept.replace(handle.path)
    await assert_mended(writer, handle.path)


def _crashed(handle: DatabaseHandle, folder: Path) -> Path:
    """The files as a killed process leaves them: everything is in the log."""
    folder.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{handle.path}{suffix}", folder / f"bot.db{suffix}")
    return folder / "bot.db"


async def test_log_left_by_a_crash_is_read(writer: DatabaseWriter, handle: DatabaseHandle, tmp_path: Path) -> None:
    for number in range(20):
        await writer.run(store, f"{number}")
    path = _crashed(handle, tmp_path / "crash")
    await writer.close()
    handle.close()
    open_database(path).close()
    assert not path.with_name("bot.db-wal").exists()
    assert stored_in(path) == {str(number) for number in range(20)}


@pytest.mark.parametrize("torn", [1, 100, 4_000, 5_000, 20_000])
async def test_torn_end_of_the_log_costs_the_last_commits_only(
    writer: DatabaseWriter, handle: DatabaseHandle, tmp_path: Path, torn: int
) -> None:
    for number in range(20):
        await writer.run(store, f"{number:02}")
    path = _crashed(handle, tmp_path / "crash")
    await writer.close()
    handle.close()
    log = path.with_name("bot.db-wal")
    log.write_bytes(log.read_bytes()[:-torn])
    open_database(path).close()
    stored = sorted(stored_in(path))
    assert stored == [f"{number:02}" for number in range(len(stored))]
    assert len(stored) >= 20 - 1 - torn // 4096


async def test_close_that_fails_does_not_hide_why_the_program_ends(
    handle: DatabaseHandle, caplog: pytest.LogCaptureFixture
) -> None:
    handle.database.close()
    moved = handle.path.rename(handle.path.with_name("moved.db"))
    with pytest.raises(ZeroDivisionError):
        try:
            raise ZeroDivisionError
        finally:
            handle.close()
    (warning,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert "is gone" in warning.getMessage()
    assert warning.exc_info is None
    moved.rename(handle.path)
    open_database(handle.path).close()
