"""Reads off the event loop, on a connection that cannot write."""

import asyncio
import functools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from models.sql import run_sql
from persistence.database import DatabaseHandle
from persistence.failures import as_storage_error
from persistence.timings import Timings
from utils.errors import StorageClosedError

P = ParamSpec("P")
T = TypeVar("T")


class DatabaseReader:
    """One thread with a query-only connection; each function sees one unchanging state of the database."""

    def __init__(self, handle: DatabaseHandle) -> None:
        self._handle = handle
        self._executor: ThreadPoolExecutor | None = None
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
        call = functools.partial(fn, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._read, call)

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
        except Exception as error:  # carried to the caller, translated
            translated = as_storage_error(error)
            if translated is error:
                raise
            raise translated from error

    def _read(self, call: Callable[[], T]) -> T:
        started = time.perf_counter()
        try:
            with self._handle.database.transaction("DEFERRED"):
                return call()
        except Exception as error:  # carried to the caller, translated
            translated = as_storage_error(error)
            if translated is error:
                raise
            raise translated from error
        finally:
            self.timings.add(call, time.perf_counter() - started)
