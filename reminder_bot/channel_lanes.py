"""One lane per channel: reminders to the same channel go one after the other, in the order they came."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Lane:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class ChannelLanes:
    """Locks by channel, made when first used and dropped with their last user; at most ``width`` at once in all."""

    def __init__(self, width: int = 20) -> None:
        self._lanes: dict[int, _Lane] = {}
        self._width = asyncio.Semaphore(width)

    @asynccontextmanager
    async def enter(self, channel_id: int) -> AsyncIterator[None]:
        """Wait for one's turn in the channel, then for a place among all channels."""
        lane = self._lanes.setdefault(channel_id, _Lane())
        lane.users += 1
        try:
            async with lane.lock, self._width:
                yield
        finally:
            lane.users -= 1
            if not lane.users:
                self._lanes.pop(channel_id, None)
