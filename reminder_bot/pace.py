"""How fast requests may leave: at most so many in any span of so many seconds."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

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

    async def take(self) -> float:
        """Wait for a place and take it; return the moment, as `move` takes it."""
        async with self._turn:
            # Again after each wait: meanwhile places may have been moved.
            while (wait := self._seconds_to_wait()) > 0:
                await asyncio.sleep(wait)
            taken_at = self._now()
            self._taken.append(taken_at)
        return taken_at

    def move(self, taken_at: float) -> None:
        """Count a place that was taken at that moment from now on."""
        with suppress(ValueError):
            self._taken.remove(taken_at)
        self._taken.append(self._now())

    async def wait_behind(self) -> None:
        """Wait until everybody who waits now has taken a place; take none."""
        async with self._turn:
            return

    def _seconds_to_wait(self) -> float:
        return self._taken[0] + self._seconds - self._now() if len(self._taken) == self._taken.maxlen else 0.0


class RequestBudget:
    """What everything that the bot asks of Discord by itself shares: a place is taken when a request leaves.

    Who has to prepare a request, by deciding and writing down what it says, waits for a turn before that: what was
    decided grows old while it waits. A turn is no place. The disk or the event loop may stall between the two, and what
    had its turn meanwhile would leave all at once.
    """

    def __init__(
        self, count: int = REQUESTS, seconds: float = REQUEST_SECONDS, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._turns = Pace(count, seconds, now)
        self._places = Pace(count, seconds, now)

    async def turn(self) -> None:
        """Wait until a request may be prepared that leaves in a moment.

        Turns come as fast as places do, and none comes while something prepared waits for its place.
        """
        await self._turns.take()
        await self._places.wait_behind()

    async def take(self) -> float:
        """Wait for a place and take it, right before a request leaves: at once, unless something has stalled.

        Returns the moment, for `leave`.
        """
        return await self._places.take()

    def leave(self, taken_at: float) -> None:
        """Count a place from now on: the request leaves now, after it has waited for a connection."""
        self._places.move(taken_at)
