"""From held reminders that are due to deliveries: gathered for each guild, delivered one by one to each destination."""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence

from models.held_records import Gathered, HeldItem
from models.records import TrackedEvent
from persistence.pending_gathered import list_pending_gathered
from persistence.reader import DatabaseReader
from reminder_bot.deliveries import Deliveries
from reminder_bot.gathered_delivery import GatheredDelivery
from reminder_bot.gathering import Gathering
from reminder_bot.held_verdicts import HeldVerdicts
from utils.errors import DiscordError, StorageError

log = logging.getLogger(__name__)

Destination = tuple[int, int | None, int | None]
"""A guild, and a channel of it or a person."""


class GatheredPump:
    """Keeps gathered messages flowing: one at a time to each destination, different ones side by side."""

    def __init__(
        self,
        *,
        reader: DatabaseReader,
        gathering: Gathering,
        verdicts: HeldVerdicts,
        delivery: GatheredDelivery,
    ) -> None:
        self._reader = reader
        self._gathering = gathering
        self._verdicts = verdicts
        self._delivery = delivery
        delivery.on_claimed = self.settle
        self.on_end: Callable[[], None] | None = None
        """Called when something has been settled, so that what waited behind it is looked for."""
        self._deliveries: Deliveries[Destination] = Deliveries(self._ended, "destination")
        self._looks: Deliveries[int] = Deliveries(self._looked, "guild_id")
        self._queues: dict[Destination, deque[Gathered]] = {}
        self._under_way: set[int] = set()
        self._progress: set[int] = set()
        self._is_finishing = False

    def __len__(self) -> int:
        return len(self._deliveries) + len(self._looks)

    def start_due(self, due: Sequence[tuple[HeldItem, TrackedEvent]]) -> int:
        """Gather what is due and may be sent, one task for each guild; return how many were started."""
        by_guild: dict[int, list[tuple[HeldItem, TrackedEvent]]] = defaultdict(list)
        for item, event in due:
            by_guild[event.guild_id].append((item, event))
        started = 0
        for guild_id, group in by_guild.items():
            if guild_id in self._looks:
                # It began before this was due, perhaps.
                self._progress.add(guild_id)
            elif any(self._verdicts.may_send(item) for item, _event in group):
                self._looks.start(guild_id, self._gather(guild_id, group))
                started += 1
        return started

    async def settle_pending(self) -> None:
        """Bring to their end what a crash has cut off.

        Raises:
            StorageError: what is pending could not be read.
        """
        await self._delivery.recall()
        self.settle(await self._reader.run(list_pending_gathered))

    def settle(self, messages: Iterable[Gathered]) -> None:
        """Bring claimed messages to their end, those of one destination in order; not those that are on their way."""
        for message in messages:
            if message.gathered_id in self._under_way:
                continue
            self._under_way.add(message.gathered_id)
            to = (message.guild_id, message.channel_id, message.user_id)
            self._queues.setdefault(to, deque()).append(message)
            self._start(to)

    async def settled(self, timeout_seconds: float) -> None:
        """Wait until what is under way now has ended, at most so long."""
        await asyncio.gather(self._deliveries.settled(timeout_seconds), self._looks.settled(timeout_seconds))

    async def close(self, grace_seconds: float) -> None:
        """Begin nothing further, let sends under way finish for a while; what is left is settled at the next start."""
        self._is_finishing = True
        await asyncio.gather(self._deliveries.close(grace_seconds), self._looks.close(grace_seconds))

    async def _gather(self, guild_id: int, due: Sequence[tuple[HeldItem, TrackedEvent]]) -> int:
        await self._verdicts.wait_for(item for item, _event in due)
        try:
            changed = await self._gathering.gather(guild_id, due, lambda message: self.settle([message]))
        except (DiscordError, StorageError) as error:
            log.warning("held reminders not gathered guild_id=%s reason=%s", guild_id, error)
            return 0
        if changed:
            # Only then is there a reason to look again at once: what could not be told waits for the safety tick.
            self._progress.add(guild_id)
        return changed

    async def _send_queue(self, to: Destination) -> int:
        reached = 0
        while (queue := self._queues.get(to)) and not self._is_finishing:
            message = queue.popleft()
            try:
                reached += await self._delivery.deliver(message)
            finally:
                self._under_way.discard(message.gathered_id)
        return reached

    def _start(self, to: Destination) -> None:
        if to not in self._deliveries and not self._is_finishing:
            self._deliveries.start(to, self._send_queue(to))

    def _ended(self, to: Destination) -> None:
        if self._queues.get(to):
            self._start(to)
            return
        self._queues.pop(to, None)
        self._tell()

    def _looked(self, guild_id: int) -> None:
        if guild_id in self._progress:
            self._progress.discard(guild_id)
            self._tell()

    def _tell(self) -> None:
        if self.on_end is not None and not self._is_finishing:
            self.on_end()
