"""A sandbox and one client process on it: the bot, or discord.py alone."""

import re
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from reminder_bot.sandbox.behaviour import Behaviour, RateLimits
from reminder_bot.sandbox.bot_process import BotProcess
from reminder_bot.sandbox.clock import SandboxClock
from reminder_bot.sandbox.seed import SANDBOX_TOKEN
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.sandbox.world import World
from tests.bench.process_stats import settled_at

BOT = ("-m", "reminder_bot", "run", "--no-dotenv")
OBSERVED_BOT = ("-m", "tests.bench.observed_bot")
ALONE = ("-m", "tests.bench.references.client_alone")
NAIVE_BOT = ("-m", "tests.bench.references.naive_bot")

READY = {BOT: "while I was away", OBSERVED_BOT: "while I was away", ALONE: "ready", NAIVE_BOT: "ready"}
"""What each writes when it has nothing left to catch up with."""

PATIENCE_SECONDS = 180.0
HEARTBEAT_SECONDS = 600.0
"""Long enough that no heartbeat falls among the frames of a storm."""


@dataclass(frozen=True, slots=True)
class Client:
    """A process that is, or will be, connected to a sandbox."""

    sandbox: Sandbox
    process: BotProcess
    log: Path
    module: tuple[str, ...]
    started_at: float
    """Seconds since 1970 when the process was started; the sandbox was up before."""

    async def ready(self) -> None:
        """Wait until it has caught up with everything and rests."""
        await self.sandbox.record.wait_until(
            lambda: self.is_running and self.said(READY[self.module]), PATIENCE_SECONDS
        )
        await settled_at(self.process.pid)

    @property
    def is_running(self) -> bool:
        """Whether the process lives; one that has ended will never be ready.

        Raises:
            RuntimeError: it has ended.
        """
        if not self.process.is_running:
            raise RuntimeError(f"the client ended:\n{self.process.last_lines(30)}")
        return True

    def said(self, text: str) -> bool:
        """Whether the text is in its log."""
        return text in self.log.read_text(encoding="utf-8", errors="replace")

    def number_said(self, name: str) -> int:
        """Return the number that its log gives for ``name=``."""
        found = re.findall(rf"\b{name}=(\d+)", self.log.read_text(encoding="utf-8"))
        return int(found[-1])


@asynccontextmanager
async def client_on(
    world: World,
    module: tuple[str, ...],
    folder: Path,
    database: Path | None = None,
    *,
    heartbeat: float | None = None,
    limits: RateLimits | None = None,
    clock: SandboxClock | None = None,
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[Client]:
    """Open a sandbox and start a client on it; end both.

    Without ``limits`` there are no rate limits; with a ``clock`` the client goes by it.
    """
    seconds = HEARTBEAT_SECONDS if heartbeat is None else heartbeat
    behaviour = Behaviour(heartbeat_seconds=seconds, rate_limits=limits or RateLimits.off())
    running = Sandbox(world, behaviour=behaviour)
    if clock is not None:
        running.keep_time(clock)
    async with running as sandbox:
        log = folder / "client.log"
        log.unlink(missing_ok=True)
        environment = {
            "DISCORD_TOKEN": SANDBOX_TOKEN,
            "DISCORD_API_URL": sandbox.api_url,
            "DATABASE_PATH": str(database or folder / "none.db"),
            "PYTHONUNBUFFERED": "1",
            **({} if clock is None else {"SANDBOX_CLOCK_URL": sandbox.clock_url}),
            **(settings or {}),
        }
        process = BotProcess([sys.executable, *module], environment, log)
        started_at = time.time()
        await process.start()
        try:
            yield Client(sandbox, process, log, module, started_at)
        finally:
            await process.stop()
