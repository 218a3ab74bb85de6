"""Keeps the bot process: starts, kills, stops and starves it, and notes when it ends by itself."""

import asyncio
import resource
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from reminder_bot.sandbox.bot_process import STOP_SECONDS, BotProcess
from tests.chaos.truth import Truth, Window

WATCH_SECONDS = 0.1
DISK_MEMORY_SECONDS = 4.0
"""So long after the disk was full a stop may still fail to write its last."""


class Keeper:
    """The only one who touches the process; ``lock`` is held by whoever does something lasting to it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path, truth: Truth) -> None:
        self.lock = asyncio.Lock()
        self.database = folder / "bot.db"
        self.kills = 0
        self._start = (command, environment, folder / "bot.log")
        self._truth = truth
        self._bot = BotProcess(*self._start)
        self._disk_full_until = 0.0
        self._started_at = 0.0

    @property
    def bot(self) -> BotProcess:
        """The present process."""
        return self._bot

    async def start(self) -> None:
        """Start a new process on the same file."""
        self._started_at = time.time()
        self._bot = BotProcess(*self._start)
        await self._bot.start()

    async def kill(self) -> None:
        """End it without a warning."""
        self.kills += 1
        await self._bot.kill()

    async def terminate(self) -> None:
        """Ask it to end; it has to within 5 seconds, with exit code 0 and nothing left in the write-ahead log."""
        started = time.time()
        code = await self._bot.stop()
        seconds = time.time() - started
        if started < self._disk_full_until + DISK_MEMORY_SECONDS:
            return
        if code == -signal.SIGTERM and not self._was_up():
            # Python itself was still loading, and nothing of the bot's was there to hear it.
            return
        if code != 0 or seconds > STOP_SECONDS:
            self._truth.incidents.append(f"SIGTERM at {started:.3f}: exit code {code} after {seconds:.1f} s")
        log = self.database.with_name(self.database.name + "-wal")
        if log.exists() and log.stat().st_size:
            self._truth.incidents.append(f"SIGTERM at {started:.3f}: {log.stat().st_size} bytes left in the WAL")

    async def suspend(self, seconds: float) -> None:
        """Stop it (SIGSTOP) for a while."""
        started = time.time()
        self._bot.pause()
        await asyncio.sleep(seconds)
        self._bot.go_on()
        self._truth.stops.append((started, time.time()))

    async def fill_disk(self, seconds: float) -> None:
        """Refuse its writes to files for a while, as a full disk does; a restart finds room again."""
        bot, started = self._bot, time.time()
        if not bot.is_running:
            return
        self._disk_full_until = max(self._disk_full_until, started + seconds)
        _soft, hard = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (0, hard))
        await asyncio.sleep(seconds)
        if bot.is_running:
            resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (hard, hard))
        self._truth.windows.append(Window("disk_full", started, time.time(), None, 5.0 + 1.5 * seconds))

    async def watch_over(self) -> None:
        """Start it again when it ends by itself, and note that it did; for ever."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if self.lock.locked() or self._bot.is_running:
                continue
            async with self.lock:
                if not self._may_have_refused():
                    last = self._bot.last_lines(3)
                    self._truth.incidents.append(
                        f"ended by itself with code {self._bot.exit_code} before {time.time():.3f}: {last}"
                    )
                await asyncio.sleep(0.5)
                await self.start()

    def _may_have_refused(self) -> bool:
        """Whether it ended because the disk was full before it was up: it cannot start then, nor say so in its log."""
        return self._bot.exit_code == 1 and not self._was_up() and self._started_at < self._disk_full_until

    def _was_up(self) -> bool:
        return any(item.connected_at > self._started_at for item in self._truth.sandbox.record.connections)
