"""What most bots do with many reminders: an interval job for each, in APScheduler's memory or in a table."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

# Jobs that come from a table are called by name, so what they write to must have one as well.
LATE: list[float] = []


async def job(due: float) -> None:
    """Note how late this is."""
    LATE.append(time.time() - due)


async def lateness(count: int, path: Path | None) -> list[float]:
    """Run ``count`` jobs that are due at one moment; return how many seconds late each began. No path: in memory."""
    LATE.clear()
    if path is not None:
        path.unlink(missing_ok=True)
    store: Any = MemoryJobStore() if path is None else SQLAlchemyJobStore(f"sqlite:///{path}")
    # The default grace of a second throws late jobs away.
    defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    scheduler = AsyncIOScheduler(timezone=UTC, jobstores={"default": store}, job_defaults=defaults)
    scheduler.start(paused=True)
    # Adding takes longest: a transaction for each where there is a table.
    _add_jobs(scheduler, count, seconds=0.3 + count / (2_000 if path is None else 200))
    scheduler.resume()
    while len(LATE) < count:
        await asyncio.sleep(0.01)
    scheduler.shutdown(wait=False)
    return list(LATE)


def _add_jobs(scheduler: AsyncIOScheduler, count: int, seconds: float) -> None:
    """Add jobs that fall due shortly; on a slow machine, so much later that it is still to come."""
    while True:
        due = datetime.now(UTC) + timedelta(seconds=seconds)
        for _ in range(count):
            scheduler.add_job(job, IntervalTrigger(hours=1, start_date=due, timezone=UTC), args=[due.timestamp()])
        if datetime.now(UTC) < due:
            return
        scheduler.remove_all_jobs()
        seconds *= 2
