"""Group commit: order, isolation of failures, back pressure, closing."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import peewee
import pytest

from models.bot_state_model import BotState
from models.records import Person
from models.sql import run_sql
from persistence import bot_state, guilds
from persistence.database import DatabaseHandle
from persistence.group_commit import Failure
from persistence.writer import DatabaseWriter
from tests.unit.persistence.factories import GUILD, NOW
from utils.errors import StorageClosedError, StorageError


@pytest.fixture
async def writer(handle: DatabaseHandle) -> AsyncIterator[DatabaseWriter]:
    # The writer's own connection is the only one, so that its commits are what the tests see.
    handle.database.close()
    writer = DatabaseWriter(handle, max_queue=100)
    await writer.start()
    yield writer
    await writer.close()
    handle.database.connect(reuse_if_open=True)


class Gate:
    """Holds the writer's thread until it is opened, so that what is asked for meanwhile becomes one group."""

    def __init__(self, writer: DatabaseWriter) -> None:
        self._entered, self._open = threading.Event(), threading.Event()
        self.task = asyncio.ensure_future(writer.run(self._wait))

    def _wait(self) -> None:
        self._entered.set()
        self._open.wait(timeout=5)

    async def reached(self) -> None:
        while not self._entered.is_set():
            await asyncio.sleep(0.001)

    def open(self) -> None:
        self._open.set()


async def together(writer: DatabaseWriter, fn: Callable[[list[Any]], list[Any]], item: Any) -> Any:
    future = asyncio.get_running_loop().create_future()
    writer.submit_together(fn, item, lambda _item, answer: future.set_result(answer))
    return await future


def store(key: str, value: str = "x") -> str:
    bot_state.set_value(key, value, NOW)
    return key


def fail_after_writing(key: str) -> None:
    store(key)
    raise ZeroDivisionError(key)


async def keys(writer: DatabaseWriter) -> list[str]:
    return await writer.run(lambda: [state.key for state in BotState.select().order_by(BotState.key)])


async def test_result_comes_after_the_commit(writer: DatabaseWriter, handle: DatabaseHandle) -> None:
    assert await writer.run(store, "a", value="1") == "a"
    other = sqlite3.connect(handle.path)
    assert other.execute("SELECT value FROM bot_state").fetchall() == [("1",)]
    other.close()
    assert writer.last_commit_seconds is not None
    assert writer.last_commit_seconds > 0


async def test_order_of_calls_is_order_of_execution(writer: DatabaseWriter) -> None:
    ran: list[int] = []
    await asyncio.gather(*(writer.run(ran.append, number) for number in range(90)))
    assert ran == list(range(90))


async def test_waiting_calls_share_one_commit(writer: DatabaseWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[object] = []
    begin = peewee.SqliteDatabase.begin

    def counted(self: peewee.SqliteDatabase, lock_type: str | None = None) -> None:
        begun.append(lock_type)
        begin(self, lock_type)

    gate = Gate(writer)
    await gate.reached()
    monkeypatch.setattr(peewee.SqliteDatabase, "begin", counted)
    calls = [asyncio.ensure_future(writer.run(store, f"{number:02}")) for number in range(50)]
    await asyncio.sleep(0)
    assert writer.queue_depth == 51
    gate.open()
    await asyncio.gather(gate.task, *calls)
    assert begun == ["IMMEDIATE"]
    assert writer.queue_depth == 0


async def test_failing_call_leaves_the_others_of_its_group_alone(writer: DatabaseWriter) -> None:
    gate = Gate(writer)
    await gate.reached()
    calls = [writer.run(store, "a"), writer.run(fail_after_writing, "b"), writer.run(store, "c")]
    gathered = asyncio.gather(*calls, return_exceptions=True)
    await asyncio.sleep(0)
    gate.open()
    first, error, last = await gathered
    assert (first, last) == ("a", "c")
    assert isinstance(error, ZeroDivisionError)
    assert await keys(writer) == ["a", "c"]
    assert writer.last_error is None


async def test_neighbours_that_ask_for_the_same_are_one_call_and_keep_their_place(writer: DatabaseWriter) -> None:
    calls: list[list[int]] = []

    def double(items: list[int]) -> list[int]:
        calls.append(items)
        return [item * 2 for item in items]

    gate = Gate(writer)
    await gate.reached()
    between = writer.run(calls.append, [])
    gathered = asyncio.gather(*(together(writer, double, n) for n in (1, 2)), between, together(writer, double, 3))
    await asyncio.sleep(0)
    gate.open()
    assert await gathered == [2, 4, None, 6]
    assert calls == [[1, 2], [], [3]]


async def test_failing_item_of_a_common_call_leaves_the_others_alone(writer: DatabaseWriter) -> None:
    def store_all(names: list[str]) -> list[str]:
        for name in names:
            (fail_after_writing if name == "b" else store)(name)
        return names

    gate = Gate(writer)
    await gate.reached()
    gathered = asyncio.gather(*(together(writer, store_all, name) for name in "abc"), return_exceptions=True)
    await asyncio.sleep(0)
    gate.open()
    first, error, last = await gathered
    assert (first, last) == ("a", "c")
    assert isinstance(error, Failure)
    assert isinstance(error.error, ZeroDivisionError)
    assert await keys(writer) == ["a", "c"]


async def test_group_that_nothing_fails_in_runs_once_and_without_savepoints(
    writer: DatabaseWriter, handle: DatabaseHandle
) -> None:
    ran: list[str] = []
    traced: list[str] = []
    await writer.run(lambda: handle.connection().set_trace_callback(traced.append))
    await asyncio.gather(*(writer.run(lambda: ran.append(store("a"))) for _ in range(5)))
    await writer.run(lambda: handle.connection().set_trace_callback(None))
    assert ran == ["a"] * 5
    assert not [sql for sql in traced if "SAVEPOINT" in sql]


async def test_callers_are_woken_in_turns_so_that_they_do_not_hold_the_loop(
    writer: DatabaseWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.writer._WOKEN_AT_ONCE", 10)
    gate = Gate(writer)
    await gate.reached()
    calls = [asyncio.ensure_future(writer.run(int)) for _ in range(99)]
    await asyncio.sleep(0)
    gate.open()
    await calls[0]
    assert 10 <= sum(call.done() for call in calls) <= 30
    await asyncio.gather(*calls)


async def test_refusal_of_the_database_is_a_storage_error_with_its_cause(writer: DatabaseWriter) -> None:
    with pytest.raises(StorageError, match="CHECK") as caught:
        await writer.run(
            lambda: run_sql(BotState._meta.database, "INSERT INTO guild VALUES (1, 'a', 'b', NULL, 'no json')")
        )
    assert isinstance(caught.value.__cause__, peewee.IntegrityError)
    assert writer.last_error is caught.value
    with pytest.raises(StorageError):
        await writer.run(guilds.upsert_met, [(GUILD, Person(1, "nobody's", is_bot=False))], NOW)


async def test_commit_that_fails_fails_its_group_and_the_writer_goes_on(writer: DatabaseWriter) -> None:
    def break_at_commit() -> None:
        # A deferred reference is looked at when the transaction ends, and not before.
        run_sql(BotState._meta.database, "PRAGMA defer_foreign_keys = 1")
        guilds.upsert_met([(GUILD, Person(1, "nobody's", is_bot=False))], NOW)

    gate = Gate(writer)
    await gate.reached()
    gathered = asyncio.gather(writer.run(store, "a"), writer.run(break_at_commit), return_exceptions=True)
    await asyncio.sleep(0)
    gate.open()
    outcomes = await gathered
    assert [type(outcome) for outcome in outcomes] == [StorageError, StorageError]
    assert "could not commit" in str(outcomes[0])
    assert writer.last_error is outcomes[0]
    await writer.run(store, "b")
    assert await keys(writer) == ["b"]


async def test_transaction_that_sqlite_gives_up_fails_the_whole_group(writer: DatabaseWriter) -> None:
    def give_up() -> None:
        run_sql(BotState._meta.database, "ROLLBACK")
        raise peewee.OperationalError("disk full")

    gate = Gate(writer)
    await gate.reached()
    gathered = asyncio.gather(writer.run(store, "a"), writer.run(give_up), return_exceptions=True)
    await asyncio.sleep(0)
    gate.open()
    outcomes = await gathered
    assert ["disk full" in str(outcome) for outcome in outcomes] == [True, True]
    await writer.run(store, "b")
    assert await keys(writer) == ["b"]


async def test_store_functions_may_use_transactions_of_their_own(writer: DatabaseWriter) -> None:
    def nested() -> None:
        with BotState._meta.database.atomic():
            store("a")

    await writer.run(nested)
    assert await keys(writer) == ["a"]


async def test_full_queue_makes_callers_wait_in_turn_and_drops_none(writer: DatabaseWriter) -> None:
    ran: list[int] = []
    gate = Gate(writer)
    await gate.reached()
    calls = [asyncio.ensure_future(writer.run(ran.append, number)) for number in range(300)]
    await asyncio.sleep(0.01)
    assert writer._queue.qsize() == 99
    gate.open()
    await asyncio.gather(*calls)
    assert ran == list(range(300))


async def test_what_is_submitted_has_the_next_place_at_once_also_in_a_full_queue(writer: DatabaseWriter) -> None:
    ran: list[object] = []
    gate = Gate(writer)
    await gate.reached()
    calls = [asyncio.ensure_future(writer.run(ran.append, number)) for number in range(99)]
    await asyncio.sleep(0)
    waiting = asyncio.ensure_future(writer.run(ran.append, "waits for room"))
    await asyncio.sleep(0)
    submitted = writer.submit(ran.append, "submitted")
    gate.open()
    await asyncio.gather(waiting, submitted, *calls)
    assert ran[-2:] == ["submitted", "waits for room"]
    assert writer.queue_depth == 0


async def test_cancelled_callers_break_nothing(writer: DatabaseWriter) -> None:
    gate = Gate(writer)
    await gate.reached()
    calls = [asyncio.ensure_future(writer.run(store, f"{number:03}")) for number in range(150)]
    await asyncio.sleep(0)
    for call in calls[10:20] + calls[120:130]:
        call.cancel()
    gate.open()
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes) == 20
    stored = await keys(writer)
    # Cancelled in the queue: it still runs. Cancelled before there was room: nothing was asked for.
    assert stored == [f"{number:03}" for number in range(150) if not 120 <= number < 130]
    assert writer.queue_depth == 0


async def test_close_finishes_what_was_asked_for_also_by_those_who_wait(
    writer: DatabaseWriter, handle: DatabaseHandle
) -> None:
    calls = [asyncio.ensure_future(writer.run(store, f"{number:03}")) for number in range(250)]
    await asyncio.sleep(0)
    await writer.close()
    assert len(await asyncio.gather(*calls)) == 250
    wal = handle.path.with_name("bot.db-wal")
    assert not wal.exists() or wal.stat().st_size == 0
    with pytest.raises(StorageClosedError):
        await writer.run(store, "late")
    await writer.close()


async def test_writer_that_was_never_started_says_so_and_closes(handle: DatabaseHandle) -> None:
    writer = DatabaseWriter(handle)
    with pytest.raises(StorageClosedError):
        await writer.run(store, "a")
    await writer.close()


async def test_start_that_fails_is_told_and_leaves_nothing_running(handle: DatabaseHandle) -> None:
    handle.database.close()
    moved = handle.path.parent / "moved"
    handle.path.parent.joinpath("bot.db").rename(moved)
    handle.path.mkdir()
    writer = DatabaseWriter(handle)
    with pytest.raises(StorageError):
        await writer.start()
    await writer.close()
    handle.path.rmdir()
    moved.rename(handle.path)


async def test_writer_starts_once(writer: DatabaseWriter) -> None:
    with pytest.raises(RuntimeError):
        await writer.start()
