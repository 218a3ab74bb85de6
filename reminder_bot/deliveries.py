"""The reminders under way: at most one task for each event, none lost sight of, all ended at a stop."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

log = logging.getLogger(__name__)


class Deliveries:
    """Runs one task per event and tells when one has ended."""

    def __init__(self, on_end: Callable[[int], None]) -> None:
        self._on_end = on_end
        self._tasks: dict[int, asyncio.Task[int]] = {}

    def __contains__(self, event_id: int) -> bool:
        return event_id in self._tasks

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, event_id: int, work: Coroutine[Any, Any, int]) -> asyncio.Task[int]:
        """Run a reminder's delivery; the caller has made sure that none is under way for this event."""
        task = asyncio.create_task(work, name=f"reminder-{event_id}")
        self._tasks[event_id] = task
        task.add_done_callback(lambda done: self._ended(event_id, done))
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

    def _ended(self, event_id: int, task: asyncio.Task[int]) -> None:
        if self._tasks.get(event_id) is task:
            del self._tasks[event_id]
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            log.error("reminder failed event_id=%s", event_id, exc_info=error)
        self._on_end(event_id)
