"""The use cases of an event's time: when it begins, until when it is answered, that it does not take place."""

from collections.abc import Callable, Collection
from datetime import datetime

from models.event_options import EventOptions
from models.plan_rules import Planned
from models.records import EventState, Schedule, TrackedEvent
from persistence import events, plans
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot.attention import Attention
from reminder_bot.event_index import EventIndex
from reminder_bot.event_requests import Change
from reminder_bot.plan_delivery import PlanDelivery
from utils.errors import DiscordError, EventNotFoundError, UserError
from utils.i18n import _
from utils.time import Clock


class EventPlanning:
    """Moves what hangs on an event's start and answer-until with them; ``by`` is who asked for it."""

    def __init__(
        self,
        *,
        clock: Clock,
        writer: DatabaseWriter,
        reader: DatabaseReader,
        index: EventIndex,
        attention: Attention,
        plan: PlanDelivery,
        on_change: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._reader = reader
        self._index = index
        self._attention = attention
        self._plan = plan
        self._on_change = on_change

    def check(
        self, starts_at: datetime | None, answer_until: datetime | None, *, kept: Collection[datetime | None] = ()
    ) -> None:
        """Refuse times that cannot be; those ``kept`` may have passed, as answer-until does before the start.

        Raises:
            UserError: one is in the past, or answers would close after the start.
        """
        now = self._clock.now()
        if starts_at is not None and starts_at not in kept and starts_at <= now:
            raise UserError(_("The start is in the past. Give one that is to come."))
        if answer_until is not None and answer_until not in kept and answer_until <= now:
            raise UserError(_("The time until which to answer is in the past. Give one that is to come."))
        if starts_at is not None and answer_until is not None and answer_until > starts_at:
            raise UserError(_("Answers would close after the start. Give an earlier time, or leave it out."))

    async def reschedule(
        self,
        event: TrackedEvent,
        starts_at: datetime | None,
        answer_until: datetime | None,
        options: EventOptions,
        *,
        by: int,
    ) -> Change:
        """Set when an event begins, until when it is answered, and its options; tell those concerned of a new start.

        Raises:
            UserError: the times cannot be; nothing was changed.
            EventNotFoundError: the event is over.
        """
        # A time that stays may have passed meanwhile, as answer-until has before the start.
        self.check(
            None if starts_at == event.starts_at else starts_at,
            None if answer_until == event.answer_until else answer_until,
        )
        if starts_at is not None and answer_until is not None and answer_until > starts_at:
            answer_until = None
        schedule = Schedule(starts_at, answer_until, options)
        return await self._scheduled(event, schedule, by)

    async def rewrite(self, event: TrackedEvent, title: str, description: str | None, *, by: int) -> TrackedEvent:
        """Change the texts of an event that the bot has posted itself.

        Raises:
            EventNotFoundError: there is no such event any more.
        """
        key = (event.guild_id, event.message_id)
        stored = await self._writer.run(events.set_text, *key, title, description, self._clock.now(), by)
        if stored is None:
            raise EventNotFoundError(_("This event is over already."))
        return stored

    async def cancel(self, event: TrackedEvent, *, by: int) -> TrackedEvent:
        """End an event because it does not take place; those who have answered are told in the channel.

        Raises:
            DiscordError: who has answered cannot be reached at the moment; nothing was changed.
            EventNotFoundError: the event is over.
        """
        ended = await self._plan.cancel(event, by=by)
        if ended is None:
            raise EventNotFoundError(_("This event is over already."))
        return ended

    async def planned(self, event: TrackedEvent) -> list[Planned]:
        """Return what is planned for an event besides its silent reminders, the next first."""
        return await self._reader.run(plans.list_planned, event.guild_id, event.message_id)

    async def _scheduled(self, event: TrackedEvent, schedule: Schedule, by: int) -> Change:
        key = (event.guild_id, event.message_id)
        stored = await self._writer.run(events.set_schedule, *key, schedule, self._clock.now(), by)
        if stored is None or stored.state not in (EventState.ACTIVE, EventState.BLOCKED):
            raise EventNotFoundError(_("This event is over already."))
        self._index.put(stored)
        self._on_change()
        try:
            reviewed = await self._attention.review(stored)
        except DiscordError:
            self._attention.mark(*key)
            reviewed = None
        return Change(reviewed or stored, event)
