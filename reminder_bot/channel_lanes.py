"""One lane per channel: reminders to a channel go one after the other, no faster than Discord takes them.

Waiting happens here, before it is decided who is pinged, and not in discord.py's rate limiter, after it.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CHANNEL_MESSAGES = 5
CHANNEL_SECONDS = 5.0
"""Discord takes about 5 messages in 5 seconds to a channel.

Source: the X-RateLimit headers of its answers; https://discord.com/developers/docs/topics/rate-limits
"""

GLOBAL_MESSAGES = 40
GLOBAL_SECONDS = 1.0
"""Discord takes 50 requests a second of a bot; the rest is for answers to commands and reads."""

MARGIN_SECONDS = 0.05
"""Discord counts when a request arrives, the bot when it leaves."""


class Pace:
    """At most so many in any span of so many seconds."""

    def __init__(self, count: int, seconds: float, now: Callable[[], float]) -> None:
        self._taken: deque[float] = deque(maxlen=count)
        self._seconds = seconds + MARGIN_SECONDS
        self._now = now

    @property
    def is_idle(self) -> bool:
        """Whether nothing has been taken within the span."""
        return not self._taken or self._taken[-1] + self._seconds <= self._now()

    async def take(self) -> None:
        """Wait for a place, and take it."""
        while len(self._taken) == self._taken.maxlen:
            wait = self._taken[0] + self._seconds - self._now()
            if wait <= 0:
                break
            await asyncio.sleep(wait)
        self._taken.append(self._now())


@dataclass(slots=True)
class _Lane:
    pace: Pace
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class ChannelLanes:
    """Turns by channel, made when first used and forgotten when idle; at most ``width`` sends at once in all."""

    def __init__(self, *, width: int = 20, now: Callable[[], float] = time.monotonic) -> None:
        self._lanes: dict[int, _Lane] = {}
        self._width = asyncio.Semaphore(width)
        self._now = now
        self._global = Pace(GLOBAL_MESSAGES, GLOBAL_SECONDS, now)

    @asynccontextmanager
    async def enter(self, channel_id: int) -> AsyncIterator[None]:
        """Wait for one's turn in the channel and for Discord's limits; one message may be posted inside."""
        lane = self._lane(channel_id)
        lane.users += 1
        try:
            async with lane.lock:
                await lane.pace.take()
                async with self._width:
                    await self._global.take()
                    yield
        finally:
            lane.users -= 1

    def _lane(self, channel_id: int) -> _Lane:
        lane = self._lanes.get(channel_id)
        if lane is None:
            self._forget_idle()
            lane = self._lanes[channel_id] = _Lane(Pace(CHANNEL_MESSAGES, CHANNEL_SECONDS, self._now))
        return lane

    def _forget_idle(self) -> None:
        for channel_id in [key for key, lane in self._lanes.items() if not lane.users and lane.pace.is_idle]:
            del self._lanes[channel_id]
