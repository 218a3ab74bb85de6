"""What is done for the database while the bot runs: each job once, from beginning to end, off the event loop."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

from persistence import audit, bot_state
from persistence.archive import Archives
from persistence.background import Rests, give_way
from persistence.backup import REST, Backup, back_up
from persistence.backup_files import BackupFile, backup_path, list_backups, remove_outdated
from persistence.disk import free_bytes
from persistence.optimisation import Optimised, gather_statistics, release_pages, room
from persistence.outdated import next_slice, remove_slice
from persistence.reader import DatabaseReader
from persistence.verification import quick_check
from persistence.writer import DatabaseWriter
from reminder_bot.backup_command import run_backup_command
from reminder_bot.care_records import LAST_HANDOVER, Cleaned
from reminder_bot.config import Settings
from utils.errors import StorageError
from utils.time import Clock

T = TypeVar("T")

SLICE_PAUSE_SECONDS = 0.05
"""How long the writer has to itself between two slices of an upkeep job."""

CHANGES_PER_SLICE = 500

log = logging.getLogger(__name__)


class CareJobs:
    """The jobs, on a thread of their own where they block; what they write goes through the bot's writer.

    Every job raises StorageError when it could not be done.
    """

    def __init__(self, *, settings: Settings, clock: Clock, writer: DatabaseWriter, reader: DatabaseReader) -> None:
        self._settings = settings
        self._clock = clock
        self._writer = writer
        self._reader = reader
        self._path = settings.database_path
        self._archives = Archives(settings.backups, self._path)
        self._moving = asyncio.Lock()
        self._stop = threading.Event()
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database-care", initializer=give_way)

    async def close(self) -> None:
        """Have what runs on the thread stop, and wait until it has."""
        self._stop.set()
        await asyncio.to_thread(self._executor.shutdown)

    async def latest_backup(self) -> BackupFile | None:
        """Return the newest backup in the folder."""
        found = await self._on_thread(lambda: list_backups(self._settings.backups, self._path))
        return found[0] if found else None

    async def back_up(self) -> Backup:
        """Make and verify a backup, then remove those that are not to be kept."""
        now = self._clock.now()
        settings = self._settings
        folder, path = settings.backups, self._path
        made = await self._on_thread(lambda: back_up(path, backup_path(folder, path, now), self._stop.is_set))
        log.info("backup made path=%s bytes=%s seconds=%.1f", made.path, made.size_bytes, made.seconds)
        zone = settings.default_timezone
        removed = await self._on_thread(lambda: remove_outdated(folder, path, settings.retention, zone))
        for old in removed:
            log.info("backup removed path=%s", old.path)
        return made

    async def hand_over(self) -> None:
        """Run BACKUP_COMMAND with the newest backup, unless it had that one already."""
        latest = await self.latest_backup()
        if latest is None or not self._settings.backup_command:
            return
        name = latest.path.name
        if await self._reader.run(bot_state.get_value, LAST_HANDOVER) == name:
            return
        seconds = self._settings.backup_command_timeout_seconds
        await run_backup_command(self._settings.backup_command, latest.path, seconds)
        await self._writer.run(bot_state.set_value, LAST_HANDOVER, name, self._clock.now())
        log.info("backup handed over path=%s", latest.path)

    async def clean_up(self) -> Cleaned:
        """Move what is older than LOG_RETENTION_DAYS into archives, and drop old entries of the audit, in slices."""
        cutoff = self._clock.now() - timedelta(days=self._settings.log_retention_days)
        done = Cleaned()
        while True:
            # What was read before somebody was forgotten must not be written after it.
            async with self._moving:
                old = await self._reader.run(next_slice, cutoff)
                if old is None:
                    break
                paths = await self._on_thread(partial(self._archives.store, old))
                removed = await self._writer.run(remove_slice, old, cutoff)
            done = done.plus(old.table, removed, paths)
            if not removed:
                # It was taken up again meanwhile; the next night looks again.
                break
            await asyncio.sleep(SLICE_PAUSE_SECONDS)
        done = replace(done, changes=await self._forget_old_changes())
        log.info(
            "cleaned up batches=%s answers=%s events=%s changes=%s", done.log, done.answers, done.events, done.changes
        )
        return done

    @asynccontextmanager
    async def resting_archives(self) -> AsyncIterator[Archives]:
        """Yield the archives while nothing is moved into them; their methods are for another thread."""
        async with self._moving:
            yield self._archives

    async def _forget_old_changes(self) -> int:
        """Delete what is older than AUDIT_RETENTION_DAYS from the record of changes."""
        cutoff = self._clock.now() - timedelta(days=self._settings.audit_retention_days)
        total = 0
        while removed := await self._writer.run(audit.prune, cutoff, CHANGES_PER_SLICE):
            total += removed
            await asyncio.sleep(SLICE_PAUSE_SECONDS)
        return total

    async def optimise(self) -> Optimised:
        """Renew the statistics, and give free pages back a slice at a time."""
        before = await self._reader.run(room)
        statistics = await self._writer.run(gather_statistics)
        while await self._writer.run(release_pages):
            await asyncio.sleep(SLICE_PAUSE_SECONDS)
        done = Optimised(before, await self._reader.run(room), statistics)
        log.info("optimised statistics=%s bytes_gained=%s", done.statistics, done.gained_bytes)
        return done

    async def check(self) -> list[str]:
        """Look through the file for damage, and whether there is room on the disks; return what is wrong."""
        return await self._on_thread(self._problems)

    def _problems(self) -> list[str]:
        found = quick_check(self._path, Rests(self._stop.is_set, REST))
        problems = [f"The database is damaged: {'; '.join(found)}."] if found else []
        least = self._settings.min_free_disk_mb * 1_000_000
        for place in dict.fromkeys((self._path.parent, self._settings.backups)):
            free = free_bytes(place)
            if free < least:
                problems.append(f"There is little room left on the disk of {place}: {free / 1_000_000:.0f} MB.")
        return problems

    async def _on_thread(self, call: Callable[[], T]) -> T:
        if self._stop.is_set():
            raise StorageError("The upkeep of the database has been stopped.")
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)
