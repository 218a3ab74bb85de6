"""From the clock to deliveries: what is due is started, one reminder per event at a time, the next wake-up armed."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from models.records import Claim, TrackedEvent
from persistence import events
from persistence.reader import DatabaseReader
from reminder_bot.deliveries import Deliveries
from reminder_bot.reminder_delivery import ReminderDelivery
from reminder_bot.reminder_scheduler import ReminderScheduler
from reminder_bot.session import GatewaySession
from utils.errors import DiscordError, StorageError
from utils.time import Clock

log = logging.getLogger(__name__)

DUE_LIMIT = 10_000
DRAIN_SECONDS = 2.0
HOLD_SECONDS = 2.0
"""How long an event rests that is due but could not be claimed, so that it does not spin."""


class ReminderPump:
    """Keeps reminders flowing while the session allows it."""

    def __init__(
        self,
        *,
        clock: Clock,
        reader: DatabaseReader,
        delivery: ReminderDelivery,
        session: GatewaySession,
    ) -> None:
        self._clock = clock
        self._reader = reader
        self._delivery = delivery
        self._session = session
        self.on_end: Callable[[int], None] | None = None
        """Called with an event's id when a reminder of it has ended."""
        self.deliveries = Deliveries(on_end=self._ended)
        self.scheduler = ReminderScheduler(clock=clock, on_due=self.wake)
        self._task: asyncio.Task[None] | None = None
        self._is_wanted = False
        self._is_draining = False

    def wake(self) -> None:
        """Look for due reminders now; many calls at once cost one look."""
        self._is_wanted = True
        if self._is_draining or (self._task is not None and not self._task.done()):
            return
        self._task = asyncio.create_task(self._look_while_wanted())

    def send(self, claims: Sequence[Claim], *, was_asked_for: bool) -> asyncio.Task[int]:
        """Send claimed batches of one event, none of which is being sent yet."""
        return self.deliveries.start(claims[0].event_id, self._delivery.send(claims, was_asked_for=was_asked_for))

    async def send_due_reminders(self) -> int:
        """Start the delivery of everything that is due and may be sent, and arm the next wake-up; return how many."""
        now = self._clock.now()
        started = 0
        for event in await self._reader.run(events.list_due, now, DUE_LIMIT):
            event_id = event.message_id
            if event_id in self.deliveries or not self._session.can_send(event_id):
                continue
            self.deliveries.start(event_id, self._deliver_due(event))
            started += 1
        self.scheduler.arm(await self._reader.run(events.next_due_after, now))
        return started

    async def drain(self) -> None:
        """Start nothing new and let sends under way finish for a moment."""
        self._is_draining = True
        self.scheduler.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._delivery.finish_current_only()
        await self.deliveries.close(DRAIN_SECONDS)

    async def _deliver_due(self, event: TrackedEvent) -> int:
        scheduled_at = event.next_reminder_at
        if scheduled_at is None:
            return 0
        try:
            claims = await self._delivery.claim(event, scheduled_at, due_only=True)
            if claims:
                return await self._delivery.send(claims)
            current = await self._reader.run(events.get_event, event.guild_id, event.message_id)
        except (DiscordError, StorageError) as error:
            log.warning("reminder not claimed event_id=%s reason=%s", event.message_id, error)
            current = event
        if current is not None and current.next_reminder_at == scheduled_at:
            # Still due. As long as this task lives, the event is not started again.
            await asyncio.sleep(HOLD_SECONDS)
        return 0

    def _ended(self, event_id: int) -> None:
        if self._is_draining:
            return
        if self.on_end is not None:
            self.on_end(event_id)
        self.wake()

    async def _look_while_wanted(self) -> None:
        while self._is_wanted:
            self._is_wanted = False
            try:
                await self.send_due_reminders()
            except StorageError:
                log.exception("due reminders could not be read; the safety tick tries again")
