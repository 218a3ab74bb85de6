"""What is under way: at most one task for each event, or each destination; none lost sight of, all ended at a stop."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

log = logging.getLogger(__name__)


Key = TypeVar("Key", bound=Hashable)


class Deliveries(Generic[Key]):
    """Runs one task per key and tells when one has ended; ``name`` is what they are called in the log."""

    def __init__(self, on_end: Callable[[Key], None], name: str = "event_id") -> None:
        self._on_end = on_end
        self._name = name
        self._tasks: dict[Key, asyncio.Task[int]] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._tasks

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, key: Key, work: Coroutine[Any, Any, int]) -> asyncio.Task[int]:
        """Run a delivery; the caller has made sure that none is under way for this key."""
        task = asyncio.create_task(work, name=f"reminder-{key}")
        self._tasks[key] = task
        task.add_done_callback(lambda done: self._ended(key, done))
        return task

    async def settled(self, timeout_seconds: float) -> None:
        """Wait until the reminders under way now have ended, at most so long."""
        if self._tasks:
            await asyncio.wait(set(self._tasks.values()), timeout=timeout_seconds)

    async def close(self, grace_seconds: float) -> None:
        """Let sends under way finish for a while, then end the rest; what is cut off is settled at the next start."""
        tasks = set(self._tasks.values())
        if not tasks:
            return
        _, unfinished = await asyncio.wait(tasks, timeout=grace_seconds)
        for task in unfinished:
            task.cancel()
        if unfinished:
            # Bounded: a task that lets its cancellation pass must not keep the process from stopping.
            await asyncio.wait(unfinished, timeout=1.0)

    def _ended(self, key: Key, task: asyncio.Task[int]) -> None:
        if self._tasks.get(key) is task:
            del self._tasks[key]
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            log.error("reminder failed %s=%s", self._name, key, exc_info=error)
        self._on_end(key)
