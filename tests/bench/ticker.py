"""The event loop's delay, as a task sees it that wants to run every millisecond."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

TICK_SECONDS = 0.001


@asynccontextmanager
async def ticking() -> AsyncIterator[list[float]]:
    """Tick meanwhile; the list holds, for each tick, how many seconds late it came."""
    late: list[float] = []
    task = asyncio.create_task(_tick(late))
    try:
        yield late
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _tick(late: list[float]) -> None:
    while True:
        started = time.perf_counter()
        await asyncio.sleep(TICK_SECONDS)
        late.append(time.perf_counter() - started - TICK_SECONDS)
