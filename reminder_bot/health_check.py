"""Whether the bot does its work, for what watches over it: logged in, the gateway up, the store answering."""

import asyncio
from dataclasses import dataclass

from persistence.database import DatabaseHandle
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot.pulse import Pulse
from utils.errors import StorageError

LONGEST_OFFLINE_SECONDS = 300
"""How long the gateway may be down. It comes back by itself, so that starting the bot anew would only cost time."""

PROBE_SECONDS = 2.0
"""How long the database may take to answer."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the bot is; ``problems`` has a short sentence for each thing that is wrong, none when it is well."""

    problems: tuple[str, ...]
    offline_seconds: float | None
    """As `Pulse.offline_seconds`."""

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


class HealthCheck:
    """Looks at the connection, and asks both threads of the store."""

    def __init__(self, *, pulse: Pulse, handle: DatabaseHandle, writer: DatabaseWriter, reader: DatabaseReader) -> None:
        self._pulse = pulse
        self._handle = handle
        self._writer = writer
        self._reader = reader
        self._probe: asyncio.Task[None] | None = None

    async def verdict(self) -> Verdict:
        """Return how the bot is; takes at most as long as the database may take."""
        offline = self._pulse.offline_seconds
        found = (_gateway_problem(offline), await self._store_problem())
        return Verdict(tuple(problem for problem in found if problem is not None), offline)

    async def close(self) -> None:
        """Stop waiting for a database that does not answer."""
        if self._probe is not None:
            self._probe.cancel()
            await asyncio.gather(self._probe, return_exceptions=True)

    async def _store_problem(self) -> str | None:
        if self._writer.is_failing:
            return "The database cannot be written."
        # One at a time, so that a disk that hangs is not asked more and more.
        if self._probe is None or self._probe.done():
            self._probe = asyncio.create_task(self._ask())
        done, _pending = await asyncio.wait({self._probe}, timeout=PROBE_SECONDS)
        if not done:
            return "The database does not answer."
        error = self._probe.exception()
        if error is None:
            return None
        if isinstance(error, StorageError):
            # Not its own words, which name the file: this is read from outside.
            return "The database cannot be used; the log says more."
        raise error

    async def _ask(self) -> None:
        await self._reader.run(self._handle.refuse_if_gone)
        # It gets as far as the lock for writing, and changes nothing.
        await self._writer.run(self._handle.refuse_if_gone)


def _gateway_problem(offline_seconds: float | None) -> str | None:
    if offline_seconds is None:
        return "Discord has not been reached yet."
    if offline_seconds > LONGEST_OFFLINE_SECONDS:
        return f"The connection to Discord has been down for {offline_seconds / 60:.0f} minutes."
    return None
