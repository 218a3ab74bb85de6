"""Writes off the event loop: one thread, one connection, one commit for all that is waiting."""

import asyncio
import functools
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from persistence.database import DatabaseHandle
from persistence.failures import as_storage_error, detail_of, is_trouble_with_the_file, storage_error
from persistence.timings import Timings
from utils.errors import StorageClosedError, StorageError
from utils.histogram import Histogram

P = ParamSpec("P")
T = TypeVar("T")

_LARGEST_BATCH = 1_000
"""Bounds how long the first caller of a batch waits for the last."""

_COMMIT_BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Operation:
    call: Callable[[], Any]
    future: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Outcome:
    operation: _Operation
    result: Any = None
    error: Exception | None = None
    has_written: bool = False


@dataclass(frozen=True, slots=True)
class _Group:
    outcomes: list[_Outcome]
    seconds: float
    refusal: StorageError | None
    is_failing: bool | None
    """Whether the file can be written; None when the group does not tell."""


class DatabaseWriter:
    """Runs store functions one after another, in the order they were asked for, and commits them in groups.

    All that waits goes into one transaction, each function in its own savepoint; nobody is answered before the commit.
    A function that fails leaves the others of its group alone; a commit that fails fails all of them.
    """

    def __init__(self, handle: DatabaseHandle, *, max_queue: int = 10_000) -> None:
        self._handle = handle
        self._queue: queue.SimpleQueue[_Operation | None] = queue.SimpleQueue()
        self._room = asyncio.Semaphore(max_queue)
        self._idle = asyncio.Event()
        self._idle.set()
        self._outstanding = 0
        self._is_open = False
        self._thread: threading.Thread | None = None
        self._stopped: asyncio.Future[None] | None = None
        self._last_error: StorageError | None = None
        self._last_commit_seconds: float | None = None
        self._is_failing = False
        self.commit_times = Histogram(_COMMIT_BOUNDS)
        """Seconds from the first statement of a group to the end of its commit, of groups that tried the disk."""
        self.timings = Timings()
        """What each function has cost, without its part in the commit."""

    @property
    def queue_depth(self) -> int:
        """How many functions have been asked for and not answered yet."""
        return self._outstanding

    @property
    def last_error(self) -> StorageError | None:
        """The last error of the database, however long ago."""
        return self._last_error

    @property
    def is_failing(self) -> bool:
        """Whether the file cannot be written, as on a full disk; until something has been stored again."""
        return self._is_failing

    @property
    def last_commit_seconds(self) -> float | None:
        """How long the last group took, from its first statement to the end of its commit."""
        return self._last_commit_seconds

    async def start(self) -> None:
        """Start the thread and connect; once in the life of a writer.

        Raises:
            StorageError: the database cannot be opened.
        """
        if self._thread is not None:
            raise RuntimeError("a writer starts once")
        loop = asyncio.get_running_loop()
        connected: asyncio.Future[None] = loop.create_future()
        self._stopped = loop.create_future()
        # A daemon: an application that crashes without closing must not hang, and a group cut off is as if never begun.
        self._thread = threading.Thread(
            target=self._work, args=(loop, connected, self._stopped), name="database-writer", daemon=True
        )
        self._thread.start()
        await connected
        self._is_open = True

    async def run(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a store function in the next group and return its result once it is committed.

        It takes its place in the order before this first suspends; when the queue is full it waits, first come first
        served. A caller that is cancelled while waiting for room has asked for nothing; later, the function still runs.

        Raises:
            StorageClosedError: the writer is not open.
            StorageError: the database refused; nothing of this function was stored.
        """
        if not self._is_open:
            raise StorageClosedError("The database writer is closed.")
        self._outstanding += 1
        self._idle.clear()
        try:
            await self._room.acquire()
        except asyncio.CancelledError:
            self._settle_one()
            raise
        operation = _Operation(functools.partial(fn, *args, **kwargs), asyncio.get_running_loop().create_future())
        self._queue.put(operation)
        result: T = await operation.future
        return result

    async def close(self) -> None:
        """Finish everything that was asked for, empty the write-ahead log, disconnect and end the thread."""
        self._is_open = False
        if self._thread is None or self._stopped is None:
            return
        await self._idle.wait()
        self._queue.put(None)
        await asyncio.shield(self._stopped)
        self._thread.join()

    def _settle_one(self) -> None:
        self._outstanding -= 1
        if self._outstanding == 0:
            self._idle.set()

    def _deliver(self, group: _Group) -> None:
        self._last_commit_seconds = group.seconds
        self._last_error = group.refusal or self._last_error
        if self._is_failing and group.is_failing is False:
            logger.info("the database can be written again")
        if group.is_failing is not None:
            self._is_failing = group.is_failing
            self.commit_times.observe(group.seconds)
        for outcome in group.outcomes:
            self._room.release()
            self._settle_one()
            future = outcome.operation.future
            if future.done():
                continue
            if outcome.error is not None:
                future.set_exception(outcome.error)
            else:
                future.set_result(outcome.result)

    def _work(
        self, loop: asyncio.AbstractEventLoop, connected: asyncio.Future[None], stopped: asyncio.Future[None]
    ) -> None:
        try:
            self._handle.connect()
        except Exception as error:  # noqa: BLE001 - carried to whoever starts the writer
            loop.call_soon_threadsafe(connected.set_exception, as_storage_error(error))
            loop.call_soon_threadsafe(_resolve, stopped)
            return
        loop.call_soon_threadsafe(connected.set_result, None)
        try:
            while batch := self._next_batch():
                loop.call_soon_threadsafe(self._deliver, self._commit(batch))
            self._disconnect()
            loop.call_soon_threadsafe(_resolve, stopped)
        except RuntimeError:
            logger.warning("The event loop ended before the database writer was closed.")
            self._disconnect()

    def _next_batch(self) -> list[_Operation]:
        first = self._queue.get()
        if first is None:
            return []
        batch = [first]
        while len(batch) < _LARGEST_BATCH:
            try:
                operation = self._queue.get_nowait()
            except queue.Empty:
                break
            if operation is None:
                self._queue.put(None)
                break
            batch.append(operation)
        return batch

    def _commit(self, batch: list[_Operation]) -> _Group:
        started = time.perf_counter()
        try:
            with self._handle.database.transaction("IMMEDIATE"):
                connection = self._handle.connection()
                outcomes = [self._perform(operation, connection) for operation in batch]
                if any(outcome.has_written for outcome in outcomes):
                    self._handle.refuse_if_gone()
        except Exception as error:  # noqa: BLE001 - the group is lost; every caller of it is told, and the thread goes on
            return _lost(batch, error, time.perf_counter() - started)
        return _kept(outcomes, time.perf_counter() - started)

    def _perform(self, operation: _Operation, connection: sqlite3.Connection) -> _Outcome:
        before = connection.total_changes
        connection.execute("SAVEPOINT operation")
        started = time.perf_counter()
        try:
            result = operation.call()
        except Exception as error:  # carried to the caller, translated
            if not connection.in_transaction:
                # SQLite has given up the whole transaction, as it does on a full disk: the group is lost.
                raise
            connection.execute("ROLLBACK TO operation")
            connection.execute("RELEASE operation")
            return _Outcome(operation, error=as_storage_error(error))
        finally:
            self.timings.add(operation.call, time.perf_counter() - started)
        connection.execute("RELEASE operation")
        return _Outcome(operation, result, has_written=connection.total_changes > before)

    def _disconnect(self) -> None:
        try:
            if not self._handle.checkpoint():
                logger.warning("the write-ahead log was not emptied cause=another connection is reading")
        except Exception as error:  # noqa: BLE001 - the data is safe in the log, and the thread must end
            logger.warning("the write-ahead log was not emptied cause=%s", detail_of(error))
        finally:
            self._handle.database.close()


def _lost(batch: list[_Operation], error: Exception, seconds: float) -> _Group:
    failure = storage_error("The database could not commit", error)
    logger.error("database commit failed operations=%d cause=%s", len(batch), detail_of(error))
    # A file that is gone is found out by us, not by SQLite.
    is_failing = failure is error or is_trouble_with_the_file(failure)
    return _Group([_Outcome(operation, error=failure) for operation in batch], seconds, failure, is_failing or None)


def _kept(outcomes: list[_Outcome], seconds: float) -> _Group:
    refusals = [outcome.error for outcome in outcomes if isinstance(outcome.error, StorageError)]
    refusal = refusals[0] if refusals else None
    if any(map(is_trouble_with_the_file, refusals)):
        return _Group(outcomes, seconds, refusal, is_failing=True)
    # A group that wrote nothing did not try the disk.
    return _Group(outcomes, seconds, refusal, False if any(outcome.has_written for outcome in outcomes) else None)


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
