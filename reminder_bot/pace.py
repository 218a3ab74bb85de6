"""How fast requests may leave: at most so many in any span of so many seconds."""

import asyncio
import time
from collections import deque
from collections.abc import Callable

REQUESTS = 45
REQUEST_SECONDS = 1.0
"""Discord takes 50 requests a second of a bot; the rest is for answers to commands.

Source: https://discord.com/developers/docs/topics/rate-limits#global-rate-limit
"""

MARGIN_SECONDS = 0.05
"""Discord counts when a request arrives, the bot when it leaves."""


class Pace:
    """A sliding window of requests; who waits goes on in the order they came."""

    def __init__(self, count: int, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._taken: deque[float] = deque(maxlen=count)
        self._seconds = seconds + MARGIN_SECONDS
        self._now = now
        self._turn = asyncio.Lock()

    @property
    def is_idle(self) -> bool:
        """Whether nothing has been taken within the span."""
        return not self._taken or self._taken[-1] + self._seconds <= self._now()

    def note(self, seconds_ago: float) -> None:
        """Take note of a place that was taken so long ago, before any of this process; the longest ago first."""
        self._taken.append(self._now() - seconds_ago)

    async def take(self) -> None:
        """Wait for a place, and take it."""
        async with self._turn:
            if len(self._taken) == self._taken.maxlen:
                wait = self._taken[0] + self._seconds - self._now()
                if wait > 0:
                    await asyncio.sleep(wait)
            self._taken.append(self._now())


def request_budget() -> Pace:
    """Return the pace that everything the bot asks of Discord by itself shares: reminders and reconciliations."""
    return Pace(REQUESTS, REQUEST_SECONDS)
