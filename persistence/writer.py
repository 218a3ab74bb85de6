"""Writes off the event loop: one thread, one connection, one commit for all that is waiting."""

import asyncio
import functools
import logging
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

from models.sql import run_sql
from persistence.database import DatabaseHandle
from persistence.failures import as_storage_error, detail_of
from persistence.group_commit import Failure, Group, GroupCommit, Operation
from persistence.lull import Lull
from persistence.timings import Timings
from utils.errors import StorageClosedError, StorageError
from utils.histogram import Histogram

P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")

_LARGEST_BATCH = 1_000
"""Bounds how long the first caller of a batch waits for the last."""

_LONGEST_WAIT = 20_000
"""How many frames wait for a lull at most, which bounds what they take to 16 MB; with more, none is waited for."""

_WOKEN_AT_ONCE = 32
"""How many callers are woken before the event loop looks at anything else: about a millisecond of their own work."""

_TURN_SECONDS = 0.001
"""How long the event loop waits for a thread in the middle of its Python before it is given the interpreter's lock."""

_COMMIT_BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)

logger = logging.getLogger(__name__)


class DatabaseWriter:
    """Runs store functions one after another, in the order they were asked for, and commits them in groups.

    All that waits goes into one transaction; nobody is answered before the commit. A function that fails leaves the
    others of its group alone, which are then run once more, each in its own savepoint; a commit that fails fails all of
    them. Items of `submit_together` begin a group when the event loop has a `Lull`. Store functions change nothing but
    the database.
    """

    def __init__(self, handle: DatabaseHandle, *, max_queue: int = 10_000) -> None:
        self._handle = handle
        self._queue: queue.SimpleQueue[Operation | None] = queue.SimpleQueue()
        self._room = asyncio.Semaphore(max_queue)
        self._idle = asyncio.Event()
        self._idle.set()
        self._outstanding = 0
        self._awaited = 0
        self._unanswered: deque[tuple[Operation, Any]] = deque()
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
        self._groups = GroupCommit(handle, self.timings)

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
        """Start the thread and connect; once in the life of a writer. Sets how often threads change, for all of them.

        Raises:
            StorageError: the database cannot be opened.
        """
        if self._thread is not None:
            raise RuntimeError("a writer starts once")
        sys.setswitchinterval(_TURN_SECONDS)
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
        self._count_one()
        try:
            await self._room.acquire()
        except asyncio.CancelledError:
            self._settle_one()
            raise
        return await self._ask(functools.partial(fn, *args, **kwargs), has_room=True)

    def submit(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        """Give a store function the next place in the order at once, be the queue full; return its result to come.

        For what must not be overtaken by frames, which do not wait for room either.

        Raises:
            StorageClosedError: the writer is not open. What else `run` raises comes with the result.
        """
        self._count_one()
        return self._ask(functools.partial(fn, *args, **kwargs), has_room=False)

    def submit_together(
        self, fn: Callable[[list[Item]], Sequence[T]], item: Item, tell: Callable[[Item, T | Failure], None]
    ) -> None:
        """Give an item the next place in the order, in one call of ``fn`` with all neighbours that ask for the same.

        ``fn`` returns a result for each item, in their order, as it would for each of them alone. ``tell`` is called on
        the event loop, with the item, once that is committed, or with what went wrong. An item that waits costs its
        record and no task; ``fn`` and ``tell`` should be the same objects for all.

        Raises:
            StorageClosedError: the writer is not open.
        """
        self._count_one()
        self._queue.put(Operation(fn, tell, item, has_room=False, takes_many=True))

    async def close(self) -> None:
        """Finish everything that was asked for, empty the write-ahead log, disconnect and end the thread."""
        self._is_open = False
        if self._thread is None or self._stopped is None:
            return
        await self._idle.wait()
        self._queue.put(None)
        await asyncio.shield(self._stopped)
        self._thread.join()

    def _ask(self, call: Callable[[], T], *, has_room: bool) -> asyncio.Future[T]:
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._awaited += 1
        self._queue.put(Operation(call, _answer, future, has_room=has_room))
        return future

    def _count_one(self) -> None:
        if not self._is_open:
            raise StorageClosedError("The database writer is closed.")
        self._outstanding += 1
        self._idle.clear()

    def _settle_one(self) -> None:
        self._outstanding -= 1
        if self._outstanding == 0:
            self._idle.set()

    def _deliver(self, group: Group) -> None:
        self._last_commit_seconds = group.seconds
        self._last_error = group.refusal or self._last_error
        if self._is_failing and group.is_failing is False:
            logger.info("the database can be written again")
        if group.is_failing is not None:
            self._is_failing = group.is_failing
            self.commit_times.observe(group.seconds)
        is_under_way = bool(self._unanswered)
        self._unanswered.extend(group.answers())
        if not is_under_way:
            self._answer_some()

    def _answer_some(self) -> None:
        """Wake the callers, a few in each turn of the event loop, which else would do nothing else for many ms."""
        for _ in range(min(_WOKEN_AT_ONCE, len(self._unanswered))):
            operation, answer = self._unanswered.popleft()
            if operation.has_room:
                self._room.release()
            if not operation.takes_many:
                self._awaited -= 1
            self._settle_one()
            try:
                operation.tell(operation.item, answer)
            except Exception:
                # One listener's fault must not keep the answers from all that come after it.
                logger.exception("what came of a store function could not be told")
        if self._unanswered:
            asyncio.get_running_loop().call_soon(self._answer_some)

    def _work(
        self, loop: asyncio.AbstractEventLoop, connected: asyncio.Future[None], stopped: asyncio.Future[None]
    ) -> None:
        try:
            self._handle.connect()
            # What a statement of many rows may have to take back is kept page by page: from 64 KiB on in a file else.
            run_sql(self._handle.database, "PRAGMA temp_store = memory")
        except Exception as error:  # noqa: BLE001 - carried to whoever starts the writer
            loop.call_soon_threadsafe(connected.set_exception, as_storage_error(error))
            loop.call_soon_threadsafe(_resolve, stopped)
            return
        loop.call_soon_threadsafe(connected.set_result, None)
        try:
            lull = Lull(loop, _LONGEST_WAIT)
            while batch := self._next_batch(lull):
                loop.call_soon_threadsafe(self._deliver, self._groups.commit(batch))
            self._disconnect()
            loop.call_soon_threadsafe(_resolve, stopped)
        except RuntimeError:
            logger.warning("The event loop ended before the database writer was closed.")
            self._disconnect()

    def _next_batch(self, lull: Lull) -> list[Operation]:
        first = self._queue.get()
        if first is None:
            return []
        if first.takes_many:
            lull.wait(self._queue.qsize, lambda: self._awaited > 0 or not self._is_open)
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

    def _disconnect(self) -> None:
        try:
            if not self._handle.checkpoint():
                logger.warning("the write-ahead log was not emptied cause=another connection is reading")
        except Exception as error:  # noqa: BLE001 - the data is safe in the log, and the thread must end
            logger.warning("the write-ahead log was not emptied cause=%s", detail_of(error))
        finally:
            self._handle.database.close()


def _answer(future: asyncio.Future[Any], answer: Any) -> None:
    if future.done():
        return
    if isinstance(answer, Failure):
        future.set_exception(answer.error)
    else:
        future.set_result(answer)


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
