"""The use cases: what people and Discord ask of the bot, and what the clock does."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from models.records import EventState, NewEvent, ReactionSignal, TrackedEvent, next_silent_at
from persistence import events
from persistence.group_commit import Failure
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot.attention import Attention
from reminder_bot.catch_up import CatchUp
from reminder_bot.choice_changes import ChoiceChanges
from reminder_bot.event_answers import EventAnswers
from reminder_bot.event_index import EventIndex
from reminder_bot.event_lifecycle import EventLifecycle
from reminder_bot.event_planning import EventPlanning
from reminder_bot.event_requests import Change, Reminded, WatchRequest
from reminder_bot.ledger import Ledger
from reminder_bot.places import Places
from reminder_bot.reaction_sync import ReactionSync
from reminder_bot.reminder_delivery import ReminderDelivery
from reminder_bot.reminder_pump import ReminderPump
from reminder_bot.reminder_scheduler import ReminderScheduler
from reminder_bot.restoration import Restoration
from reminder_bot.session import GatewaySession
from utils.errors import DiscordError, EventNotFoundError, StorageError, UserError
from utils.i18n import _, mark
from utils.reasons import reason_text
from utils.time import Clock

log = logging.getLogger(__name__)

RECHECK_SECONDS = 3600
"""How often blocked events are tried again, besides at every change of permissions."""

ANSWER_SECONDS = 8.0
"""How long a person who asked for a reminder is kept waiting for its end."""


class EventManager:
    """Owns the life of every event: the only way from commands, listeners and the clock to the store.

    Every method that changes something returns when it is durable; ``by`` is the id of the person who asked for it.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        writer: DatabaseWriter,
        reader: DatabaseReader,
        session: GatewaySession,
        index: EventIndex,
        lifecycle: EventLifecycle,
        delivery: ReminderDelivery,
        pump: ReminderPump,
        attention: Attention,
        sync: ReactionSync,
        restoration: Restoration,
        catch_up: CatchUp,
        ledger: Ledger,
        planning: EventPlanning,
        answers: EventAnswers,
        choices: ChoiceChanges,
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._reader = reader
        self.delivery = delivery
        self._pump = pump
        self._attention = attention
        self._sync = sync
        self.restoration = restoration
        self.session = session
        self.index = index
        self.lifecycle = lifecycle
        self.catch_up = catch_up
        self.ledger = ledger
        self.planning = planning
        self.answers = answers
        self.choices_changed = choices.of_member
        self.opt_out_changed = choices.of_event
        self.wake = pump.wake
        # Bound once, as in `ReactionSync`.
        self._tell_settled = self._settled

    async def start(self) -> None:
        """Load what is watched and start the clock; nothing is sent before `session_ready`."""
        self.index.load(await self._reader.run(events.list_tracked))
        self._pump.scheduler.start()
        self._pump.scheduler.every(RECHECK_SECONDS, self.catch_up.recheck_blocked)
        log.info("loaded events=%s", len(self.index))

    async def watch(self, request: WatchRequest) -> Change:
        """Watch a message; on one that is watched already, change its interval.

        The answers already on the message are read before this returns, so that they count; when Discord cannot give
        them at the moment, they are read as soon as it can, and nobody is reminded before.

        Raises:
            EventNotFoundError: the message was deleted meanwhile.
        """
        before = await self._reader.run(events.get_event, request.guild_id, request.message_id)
        if before is not None and before.state in (EventState.ACTIVE, EventState.BLOCKED):
            changed = await self.set_interval(
                request.guild_id, request.message_id, request.interval, by=request.created_by
            )
            return Change(changed.event, before)
        now = self._clock.now()
        new = NewEvent(
            request.message_id, request.channel_id, request.guild_id, request.title, request.description,
            request.interval / timedelta(minutes=1), request.required_reactions, request.created_by,
            next_silent_at(now, request.interval, request.closes_at), request.starts_at, request.answer_until,
            request.options,
        )  # fmt: skip
        event, _before = await self._writer.run(events.watch_event, new, now)
        self.index.put(event)
        self.wake()
        await self._first_look(event)
        return Change(await self.require(event.guild_id, event.message_id), None)

    async def unwatch(self, guild_id: int, event_id: int, *, by: int) -> TrackedEvent:
        """Stop watching; the answers and the log are kept, and `watch` takes them up again."""
        event = await self.require(guild_id, event_id)
        stored = await self.lifecycle.complete(event, mark("unwatched"), by=by)
        self.wake()
        return stored or event

    async def pause(self, guild_id: int, event_id: int, *, by: int) -> TrackedEvent:
        """Send no reminders until `resume`; answers go on being counted."""
        await self.require(guild_id, event_id)
        return self._known(await self._writer.run(events.pause, guild_id, event_id, self._clock.now(), by))

    async def resume(self, guild_id: int, event_id: int, *, by: int) -> TrackedEvent:
        """Go on reminding: the next reminder is one interval from now."""
        event = await self.require(guild_id, event_id)
        now = self._clock.now()
        next_at = event.next_silent_at(now)
        resumed = self._known(await self._writer.run(events.resume, guild_id, event_id, next_at, now, by))
        return await self._reviewed(resumed)

    async def set_interval(self, guild_id: int, event_id: int, interval: timedelta, *, by: int) -> Change:
        """Change the time between reminders; the next one is one new interval from now."""
        before = await self.require(guild_id, event_id)
        now = self._clock.now()
        minutes, next_at = interval / timedelta(minutes=1), next_silent_at(now, interval, before.closes_at)
        after = await self._writer.run(events.set_interval, guild_id, event_id, minutes, next_at, now, by)
        # An event for which the old one was too long waits for nothing, and may now.
        return Change(await self._reviewed(self._known(after)), before)

    async def remind_now(self, guild_id: int, event_id: int) -> Reminded:
        """Remind those who are missing at once, also for a paused event.

        Raises:
            ReminderInFlightError: a reminder of this event is being sent.
            UserError: the event is not in a state to be reminded about.
            DiscordError: who is missing cannot be told at the moment.
        """
        event = await self.require(guild_id, event_id)
        self._refuse_if_not_sendable(event)
        claimed, task = await self._pump.remind(event)
        done, _pending = await asyncio.wait({task}, timeout=ANSWER_SECONDS)
        after = await self._reader.run(events.get_event, guild_id, event_id)
        missing = sum(len(claim.recipients) for claim in claimed.claims)
        pinged = task.result() if done else None
        return Reminded(after if after is not None else event, missing, pinged, claimed.passed_over)

    def take_reaction(self, signal: ReactionSignal) -> None:
        """Have one reaction frame of a watched message stored, without waiting for it.

        A frame that could not be stored is not lost: its event is reconciled with Discord as soon as that works, and
        nobody is reminded about it before.
        """
        self._take(signal, self._tell_settled)

    async def record_reaction(self, signal: ReactionSignal) -> None:
        """Have one frame stored as `take_reaction` does; when this returns, it is durable or to be read again."""
        settled: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def tell(signal: ReactionSignal, outcome: object) -> None:
            self._settled(signal, outcome)
            if not settled.done():
                settled.set_result(None)

        self._take(signal, tell)
        await settled

    def _take(self, signal: ReactionSignal, tell: Callable[[ReactionSignal, object], None]) -> None:
        try:
            self._sync.take(signal, tell)
        except StorageError as error:
            tell(signal, Failure(error))

    def _settled(self, signal: ReactionSignal, outcome: object) -> None:
        if isinstance(outcome, Failure):
            self._answer_lost(signal, outcome.error)
        elif outcome:
            self.ledger.answers_stored += 1
            self._attention.mark(signal.guild_id, signal.message_id)

    def _answer_lost(self, signal: ReactionSignal, error: Exception) -> None:
        unforeseen = None if isinstance(error, StorageError) else error
        log.error(
            "answer not stored, its event will be read again event_id=%s error=%s",
            signal.message_id, error, exc_info=unforeseen,
        )  # fmt: skip
        self.session.distrust(signal.message_id)
        self.restoration.restore_soon(signal.guild_id, signal.message_id)

    async def send_due_reminders(self) -> int:
        """Start the delivery of everything that is due and may be sent, and arm the next wake-up; return how many."""
        return await self._pump.send_due_reminders()

    @property
    def scheduler(self) -> ReminderScheduler:
        """The wake-ups, for `/health`."""
        return self._pump.scheduler

    @property
    def sending_count(self) -> int:
        """How many reminders are being sent."""
        return self._pump.sending_count

    @property
    def is_idle(self) -> bool:
        """Whether no reminder is being sent or deleted and no event waits to be looked at."""
        return not self.sending_count and self._attention.is_idle and self._pump.sweeper.is_idle

    @property
    def places(self) -> Places:
        """Where reminders go, for a preview."""
        return self.delivery.places

    def is_sending(self, event_id: int) -> bool:
        """Whether a reminder of this event is being sent."""
        return event_id in self._pump.deliveries

    async def require(self, guild_id: int, event_id: int) -> TrackedEvent:
        """Return an active or blocked event of this guild.

        Raises:
            EventNotFoundError: there is none by that id.
        """
        event = await self._reader.run(events.get_event, guild_id, event_id)
        return self._known(event)

    async def restore(self) -> None:
        """Catch up after a start or a new session: settle what was being sent, then reconcile every event."""
        await self.catch_up.restore()

    async def drain(self) -> None:
        """Start nothing new, let sends under way finish for a moment, and end everything in the background."""
        await self.catch_up.close()
        await self._pump.drain()

    def _known(self, event: TrackedEvent | None) -> TrackedEvent:
        if event is None or event.state not in (EventState.ACTIVE, EventState.BLOCKED):
            raise EventNotFoundError(_("No watched event goes by that. Pick one from the suggestions as you type."))
        self.index.put(event)
        self.wake()
        return event

    def _refuse_if_not_sendable(self, event: TrackedEvent) -> None:
        if event.state is EventState.BLOCKED:
            raise UserError(_("This event is blocked: {reason}").format(reason=reason_text(event.state_reason)))
        if not self.session.can_send(event.message_id):
            raise UserError(_("The answers of this event are still being read. Try again in a moment."))

    async def _first_look(self, event: TrackedEvent) -> None:
        try:
            await self.restoration.restore_once(event)
            await self._attention.review(event)
        except (DiscordError, StorageError) as error:
            log.warning("first look postponed event_id=%s reason=%s", event.message_id, error)
            self.restoration.restore_soon(event.guild_id, event.message_id)

    async def _reviewed(self, event: TrackedEvent) -> TrackedEvent:
        """Return an event after a look at who is missing, or as it is when that cannot be told now."""
        try:
            reviewed = await self._attention.review(event)
        except DiscordError:
            self._attention.mark(event.guild_id, event.message_id)
            return event
        return reviewed if reviewed is not None else event
