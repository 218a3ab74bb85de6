"""From the clock to deliveries: what is due is started, one reminder per event at a time, the next wake-up armed."""

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from models.records import Claim, PlanEntry, PlanKind, TrackedEvent
from persistence import due_events, events
from persistence.reader import DatabaseReader
from reminder_bot import reminder_policy as policy
from reminder_bot.deliveries import Deliveries
from reminder_bot.gathered_pump import GatheredPump
from reminder_bot.plan_delivery import PlanDelivery
from reminder_bot.reminder_claims import Claimed
from reminder_bot.reminder_delivery import ReminderDelivery
from reminder_bot.reminder_scheduler import ReminderScheduler
from reminder_bot.session import GatewaySession
from reminder_bot.sweeper import Sweeper
from utils.errors import (
    BlockedError,
    DiscordError,
    GoneError,
    MembersIncompleteError,
    ReminderInFlightError,
    StorageError,
)
from utils.i18n import _
from utils.time import PacedClock

log = logging.getLogger(__name__)

DUE_LIMIT = 10_000
DRAIN_SECONDS = 2.0
CLAIMS_AT_ONCE = 200
CLAIM_SECONDS = 0.5
"""How many due reminders are being claimed at most, and how long the next hundred wait for the last at most."""

HOLD_SECONDS = 2.0
LONGEST_HOLD_SECONDS = 60.0
"""How long an event rests that is due but could not be claimed, so that it does not spin."""


class ReminderPump:
    """Keeps reminders flowing while the session allows it."""

    def __init__(
        self,
        *,
        clock: PacedClock,
        reader: DatabaseReader,
        delivery: ReminderDelivery,
        session: GatewaySession,
        sweeper: Sweeper,
    ) -> None:
        self._clock = clock
        self._reader = reader
        self._delivery = delivery
        self._session = session
        self.on_end: Callable[[int], None] | None = None
        """Called with an event's id when a reminder of it has ended."""
        self.deliveries: Deliveries[int] = Deliveries(on_end=self._ended)
        self.scheduler = ReminderScheduler(clock=clock, on_due=self.wake)
        self.sweeper = sweeper
        sweeper.is_busy = lambda: self.sending_count > 0
        sweeper.on_postponed = self.wake
        self.plan: PlanDelivery | None = None
        """What does what is planned besides; set by whoever puts the parts together."""
        self._gathered: GatheredPump | None = None
        self._waiting: dict[int, list[Claim]] = {}
        self._failures: dict[int, int] = {}
        self._task: asyncio.Task[None] | None = None
        self._is_wanted = False
        self._is_draining = False

    def gather_with(self, gathered: GatheredPump) -> None:
        """Have what waits for one person delivered as well, by whoever puts the parts together."""
        self._gathered = gathered
        gathered.on_end = self.wake

    @property
    def sending_count(self) -> int:
        """How many reminders, and messages that gather them, are under way."""
        return len(self.deliveries) + (0 if self._gathered is None else len(self._gathered))

    def wake(self) -> None:
        """Look for due reminders now; many calls at once cost one look."""
        self._is_wanted = True
        if self._is_draining or (self._task is not None and not self._task.done()):
            return
        self._task = asyncio.create_task(self._look_while_wanted())

    def settle(self, claims: Sequence[Claim]) -> None:
        """Bring pending batches of one event to their end: what a crash has cut off, and what tells of its end.

        The latter waits for a reminder of the event that is being sent.
        """
        event_id = claims[0].event_id
        if event_id not in self.deliveries:
            log.info("settling pending messages event_id=%s batches=%s", event_id, len(claims))
            self.deliveries.start(event_id, self._delivery.send(claims))
        elif last := [claim for claim in claims if claim.kind.is_final]:
            self._waiting[event_id] = last

    async def remind(self, event: TrackedEvent) -> tuple[Claimed, asyncio.Task[int]]:
        """Claim and send a reminder that somebody asked for; return what was claimed, and the delivery.

        The event is taken before anything is awaited, so that no due delivery comes between.

        Raises:
            ReminderInFlightError: a reminder of this event is being sent.
            DiscordError: who is missing cannot be told at the moment.
        """
        if event.message_id in self.deliveries:
            raise ReminderInFlightError(_("A reminder for this event is being sent right now."))
        claimed: asyncio.Future[Claimed] = asyncio.get_running_loop().create_future()
        task = self.deliveries.start(event.message_id, self._deliver_asked(event, claimed))
        return await claimed, task

    async def send_due_reminders(self) -> int:
        """Start the delivery of everything that is due and may be sent, and arm the next wake-up; return how many."""
        due = await self._reader.run(due_events.look, self._clock.now(), DUE_LIMIT)
        started = await self._start_due(due.events)
        started += self._start_planned(due.entries)
        started += 0 if self._gathered is None else self._gathered.start_due(due.held)
        if due.has_deletions:
            self.sweeper.wake()
        self.scheduler.arm(due.next_at)
        return started

    async def _start_due(self, due: Sequence[TrackedEvent]) -> int:
        """Start the reminders that may be sent, some at a time; return how many.

        The writer serves in order: of thousands started at once, the first message would leave after the last claim.
        """
        started = 0
        claims: list[asyncio.Future[None]] = []
        for event in due:
            if len(claims) == CLAIMS_AT_ONCE:
                older = claims[: CLAIMS_AT_ONCE // 2]
                await asyncio.wait(older, timeout=CLAIM_SECONDS)
                del claims[: len(older)]
            event_id = event.message_id
            if self._is_draining or event_id in self.deliveries or not self._session.can_send(event_id):
                continue
            claims.append(asyncio.get_running_loop().create_future())
            self.deliveries.start(event_id, self._guarded(event, self._deliver_due(event, claims[-1])))
            started += 1
        return started

    def _start_planned(self, entries: Sequence[tuple[PlanEntry, TrackedEvent]]) -> int:
        started = 0
        for entry, event in entries:
            is_silent_end = entry.kind is PlanKind.COMPLETION and not event.is_running
            if self.plan is None or event.message_id in self.deliveries:
                continue
            if is_silent_end or self._session.can_send(event.message_id):
                work = self._guarded(event, self.plan.deliver(entry, event))
                self.deliveries.start(event.message_id, work)
                started += 1
        return started

    async def drain(self) -> None:
        """Start nothing new and let sends under way finish for a moment."""
        self._is_draining = True
        self.scheduler.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.sweeper.close()
        self._delivery.finish_current_only()
        await asyncio.gather(
            self.deliveries.close(DRAIN_SECONDS),
            *([] if self._gathered is None else [self._gathered.close(DRAIN_SECONDS)]),
        )

    async def settle_gathered(self) -> None:
        """Bring gathered messages to their end that a crash has cut off.

        Raises:
            StorageError: which there are could not be read.
        """
        if self._gathered is not None:
            await self._gathered.settle_pending()

    async def settled(self, timeout_seconds: float) -> None:
        """Wait until what is under way now has ended, at most so long."""
        waits = [self.deliveries.settled(timeout_seconds)]
        if self._gathered is not None:
            waits.append(self._gathered.settled(timeout_seconds))
        await asyncio.gather(*waits)

    async def _deliver_asked(self, event: TrackedEvent, claimed: asyncio.Future[Claimed]) -> int:
        try:
            found = await self._delivery.claim(event, self._clock.now(), due_only=False)
        except Exception as error:  # noqa: BLE001 - carried to whoever asked; nothing has been sent
            if not claimed.done():
                claimed.set_exception(error)
            return 0
        except asyncio.CancelledError:
            claimed.cancel()
            raise
        if not claimed.done():
            claimed.set_result(found)
        return await self._delivery.send(found.claims, event, was_asked_for=True)

    async def _deliver_due(self, event: TrackedEvent, claimed: asyncio.Future[None]) -> int:
        scheduled_at = event.next_reminder_at
        if scheduled_at is None:
            return 0
        try:
            found = await self._delivery.claim(event, scheduled_at, due_only=True)
        finally:
            claimed.set_result(None)
        if found.claims:
            self._failures.pop(event.message_id, None)
            return await self._delivery.send(found.claims, event)
        current = await self._reader.run(events.get_event, event.guild_id, event.message_id)
        if current is not None and current.next_reminder_at == scheduled_at:
            await self._hold(event)
        return 0

    async def _guarded(self, event: TrackedEvent, work: Coroutine[Any, Any, int]) -> int:
        """Do what is due of an event; what stands in its way is told, and the event rests before it is tried again."""
        try:
            return await work
        except MembersIncompleteError as error:
            log.warning("reminder not claimed event_id=%s reason=%s", event.message_id, error)
            await asyncio.sleep(HOLD_SECONDS)
        except (BlockedError, GoneError) as error:
            await self._delivery.report_refusal(event, error)
            await self._hold(event)
        except (DiscordError, StorageError) as error:
            log.warning("reminder not claimed event_id=%s reason=%s", event.message_id, error)
            await self._hold(event)
        except Exception:
            # The wrapper of the job: the event is still due, and must neither be lost nor spin.
            log.exception("reminder not claimed event_id=%s", event.message_id)
            await self._hold(event)
        return 0

    async def _hold(self, event: TrackedEvent) -> None:
        """Rest, longer each time. As long as the event's task lives, it is not started again."""
        failures = self._failures[event.message_id] = self._failures.get(event.message_id, 0) + 1
        pause = policy.retry_delay(failures, random.random()).total_seconds()
        await asyncio.sleep(min(max(pause, HOLD_SECONDS), LONGEST_HOLD_SECONDS))

    def _ended(self, event_id: int) -> None:
        if self._is_draining:
            return
        if claims := self._waiting.pop(event_id, None):
            self.settle(claims)
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
