"""What is planned for an event, done: reminders before the start, a request to decide, news of it, and its end."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from models.records import Claim, EventState, PlanEntry, PlanKind, ReminderKind, TrackedEvent
from persistence import plan_claims
from persistence.writer import DatabaseWriter
from reminder_bot.event_index import EventIndex
from reminder_bot.person_sorter import Sorted
from reminder_bot.places import Split
from reminder_bot.reminder_delivery import ReminderDelivery
from utils.i18n import mark
from utils.time import Clock

log = logging.getLogger(__name__)


class PlanDelivery:
    """Does one entry of a plan; whom a message is for is decided when it falls due, and again when it leaves."""

    def __init__(
        self,
        *,
        clock: Clock,
        writer: DatabaseWriter,
        index: EventIndex,
        delivery: ReminderDelivery,
        settle: Callable[[list[Claim]], None],
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._index = index
        self._delivery = delivery
        self._settle = settle

    async def deliver(self, entry: PlanEntry, event: TrackedEvent) -> int:
        """Do what is planned; return how many people were pinged.

        Raises:
            DiscordError: whom it is for cannot be told at the moment; it stays planned.
        """
        if entry.kind is PlanKind.COMPLETION:
            return await self._complete(event, entry)
        people = await self._sorted(event, ReminderKind(entry.kind), entry.detail)
        split = await self._delivery.claims.split(event, people)
        claims = await self._writer.run(
            plan_claims.claim_entry, entry, split.batches, self._clock.now(),
            channels=split.channels, held=people.put_off.held,
        )  # fmt: skip
        return await self._delivery.send(claims, event)

    async def cancel(self, event: TrackedEvent, *, by: int) -> TrackedEvent | None:
        """End an event because it does not take place, and have the channel told; None when it was over already.

        Raises:
            DiscordError: who has answered cannot be reached at the moment; nothing was changed.
        """
        kind = None if event.state is EventState.BLOCKED else ReminderKind.CANCELLED
        # Of a blocked event nobody is told, so nobody need be looked for where the bot may not look.
        people = Sorted() if kind is None else await self._sorted(event, kind)
        split = await self._split_final(event, people, kind)
        now = self._clock.now()
        reason = mark("it was cancelled")
        ended, claims = await self._writer.run(
            plan_claims.end_event,
            event.guild_id, event.message_id, reason, kind, split.batches, now, now, by,
            channels=split.channels, held=people.put_off.held,
        )  # fmt: skip
        self._note_end(ended, reason)
        if claims:
            self._settle(claims)
        return ended

    async def _complete(self, event: TrackedEvent, entry: PlanEntry) -> int:
        kind = ReminderKind.TALLY if event.options.wants_tally and event.is_running else None
        reason = mark("it has begun") if event.starts_at is not None else mark("answers have closed")
        split = await self._split_final(event, Sorted(), kind)
        ended, claims = await self._writer.run(
            plan_claims.end_as_planned, entry, reason, kind, split.batches, self._clock.now(), channels=split.channels
        )
        self._note_end(ended, reason)
        return await self._delivery.send(claims, ended)

    async def _sorted(self, event: TrackedEvent, kind: ReminderKind, detail: Mapping[str, Any] | None = None) -> Sorted:
        meant = await self._delivery.missing.meant(event, kind)
        sorter = self._delivery.sorter
        return sorter.sort(sorter.occasion(event, kind, self._clock.now(), detail), meant.people, meant.facts)

    async def _split_final(self, event: TrackedEvent, people: Sorted, kind: ReminderKind | None) -> Split:
        return Split() if kind is None else await self._delivery.claims.split(event, people, is_final=True)

    def _note_end(self, ended: TrackedEvent | None, reason: str) -> None:
        if ended is not None:
            self._index.put(ended)
            log.info("event ended event_id=%s guild_id=%s reason=%s", ended.message_id, ended.guild_id, reason)
