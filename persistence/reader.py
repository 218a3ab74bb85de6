"""Reads off the event loop, on a connection that cannot write."""

import asyncio
import functools
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, ParamSpec, TypeVar

from models.sql import run_sql
from persistence.database import DatabaseHandle, DatabaseProfile
from persistence.failures import as_storage_error
from persistence.timings import Timings
from utils.errors import StorageClosedError

_TWO_MEGABYTES = -2_000
"""What a start reads of all events fills any cache, and stays in it; the file is in the system's cache as well."""

P = ParamSpec("P")
T = TypeVar("T")

_LARGEST_GROUP = 32
"""Bounds how long the first caller of a group waits for the last, and how many are woken in one turn of the loop."""


class _Read(NamedTuple):
    call: Callable[[], Any]
    future: asyncio.Future[Any]


class _Answer(NamedTuple):
    future: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None


class DatabaseReader:
    """One thread with a query-only connection; each function sees one unchanging state of the database.

    What waits is read together, in one transaction that begins after it was asked for: a turn of the thread, and one of
    the event loop, serve many.
    """

    def __init__(self, handle: DatabaseHandle) -> None:
        self._handle = handle
        self._executor: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._waiting: deque[_Read] = deque()
        self._is_reading = False
        self.timings = Timings()
        """What each function has cost."""

    async def start(self) -> None:
        """Start the thread and connect.

        Raises:
            StorageError: the database cannot be opened.
        """
        if self._executor is not None:
            return
        executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database-reader")
        try:
            await asyncio.get_running_loop().run_in_executor(executor, self._connect)
        except Exception:  # whatever it was, it is raised again once the thread has gone
            executor.shutdown(wait=False)
            raise
        self._executor = executor

    async def run(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a store function on the reader's thread, within one read transaction.

        Raises:
            StorageClosedError: the reader is not open.
            StorageError: the database could not answer, or the function tried to write.
        """
        if self._executor is None:
            raise StorageClosedError("The database reader is closed.")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        with self._lock:
            self._waiting.append(_Read(functools.partial(fn, *args, **kwargs), future))
            is_reading, self._is_reading = self._is_reading, True
        if not is_reading:
            self._executor.submit(self._read_waiting, loop)
        return await future

    async def close(self) -> None:
        """Finish what was asked, disconnect and end the thread."""
        executor, self._executor = self._executor, None
        if executor is None:
            return
        await asyncio.get_running_loop().run_in_executor(executor, self._handle.database.close)
        executor.shutdown()

    def _connect(self) -> None:
        try:
            self._handle.connect()
            run_sql(self._handle.database, "PRAGMA query_only = 1")
            if self._handle.profile is not DatabaseProfile.FAST:
                run_sql(self._handle.database, f"PRAGMA cache_size = {_TWO_MEGABYTES}")
        except Exception as error:  # carried to the caller, translated
            translated = as_storage_error(error)
            if translated is error:
                raise
            raise translated from error

    def _read_waiting(self, loop: asyncio.AbstractEventLoop) -> None:
        while group := self._next_group():
            answers = self._read_group(group)
            try:
                loop.call_soon_threadsafe(_tell, answers)
            except RuntimeError:  # the loop has ended, and with it whoever asked
                return

    def _next_group(self) -> list[_Read]:
        with self._lock:
            group = [self._waiting.popleft() for _ in range(min(len(self._waiting), _LARGEST_GROUP))]
            self._is_reading = bool(group)
        return group

    def _read_group(self, group: Sequence[_Read]) -> list[_Answer]:
        try:
            with self._handle.database.transaction("DEFERRED"):
                return [self._read(each) for each in group]
        except Exception as error:  # noqa: BLE001 - carried to the callers, translated
            return [_Answer(each.future, error=as_storage_error(error)) for each in group]

    def _read(self, read: _Read) -> _Answer:
        started = time.perf_counter()
        try:
            return _Answer(read.future, read.call())
        except Exception as error:  # noqa: BLE001 - carried to the caller, translated
            return _Answer(read.future, error=as_storage_error(error))
        finally:
            self.timings.add(read.call, time.perf_counter() - started)


def _tell(answers: Sequence[_Answer]) -> None:
    for future, result, error in answers:
        if future.done():
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
