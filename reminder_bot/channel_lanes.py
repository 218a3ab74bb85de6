"""One lane per channel: reminders to a channel go one after the other, no faster than Discord takes them.

Waiting happens here, before it is decided who is pinged, and not in discord.py's rate limiter, after it.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from reminder_bot.pace import Pace, RequestBudget

CHANNEL_MESSAGES = 5
CHANNEL_SECONDS = 5.0
"""Discord takes about 5 messages in 5 seconds to a channel.

Source: the X-RateLimit headers of its answers; https://discord.com/developers/docs/topics/rate-limits
"""


@dataclass(slots=True)
class _Lane:
    pace: Pace
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class ChannelLanes:
    """Turns by channel, made when first used and forgotten when idle; at most ``width`` sends at once in all."""

    def __init__(self, budget: RequestBudget, *, width: int = 50) -> None:
        self._budget = budget
        # Whose lane was left last is last, so that those to be forgotten are found at the front.
        self._lanes: OrderedDict[int, _Lane] = OrderedDict()
        self._width = asyncio.Semaphore(width)

    @asynccontextmanager
    async def enter(self, channel_id: int) -> AsyncIterator[None]:
        """Wait for one's turn in the channel and in the budget; one message may be prepared and posted inside."""
        lane = self._lane(channel_id)
        lane.users += 1
        try:
            async with lane.lock:
                await lane.pace.take()
                async with self._width:
                    await self._budget.turn()
                    yield
        finally:
            lane.users -= 1
            self._lanes.move_to_end(channel_id)

    def _lane(self, channel_id: int) -> _Lane:
        lane = self._lanes.get(channel_id)
        if lane is None:
            self._forget_idle()
            lane = self._lanes[channel_id] = _Lane(Pace(CHANNEL_MESSAGES, CHANNEL_SECONDS))
        return lane

    def _forget_idle(self) -> None:
        while self._lanes:
            channel_id, lane = next(iter(self._lanes.items()))
            if lane.users or not lane.pace.is_idle:
                return
            del self._lanes[channel_id]
