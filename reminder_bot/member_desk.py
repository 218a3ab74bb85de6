"""What members ask of the bot for themselves: their choices, "not this event", "later", and their own events."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from models.event_options import Meaning
from models.held_records import HeldReason, Way
from models.member_choices import Contact, MemberChoices
from models.person_facts import Rung
from models.records import EventState, ReminderKind, TrackedEvent
from persistence import escalations, events, person_answers, snoozes
from persistence.forgotten import is_forgotten
from persistence.reader import DatabaseReader
from persistence.snoozes import Gathered, Waiting
from persistence.writer import DatabaseWriter
from reminder_bot.coming_reminder import NOTHING_COMES, Coming, coming_reminder
from reminder_bot.delivery_seams import Audience
from reminder_bot.event_manager import EventManager
from reminder_bot.member_book import MemberBook
from reminder_bot.person_rules import Occasion, QuietClock, Standing
from reminder_bot.settings_book import SettingsBook
from utils.errors import UserError
from utils.i18n import _
from utils.time import Clock


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """An event as it is for one person; ``emoji`` is what they have answered, None for nothing yet.

    ``is_asked`` is whether it asks them by its own choice; what they have chosen for themselves is told apart.
    ``coming`` is what comes next for want of an answer.
    """

    event: TrackedEvent
    emoji: str | None
    is_asked: bool
    is_declined: bool
    snoozed_until: datetime | None
    coming: Coming = NOTHING_COMES

    @property
    def is_unanswered(self) -> bool:
        """Whether it waits for their answer."""
        return self.is_asked and self.emoji is None

    @property
    def is_agreed(self) -> bool:
        """Whether they said yes."""
        return self.emoji is not None and self.event.options.meaning_of(self.emoji) is Meaning.YES


class MemberDesk:
    """The use cases of members.

    Whoever changes something here is held back from every reminder that is on its way, and the events concerned are
    looked at again. Every method that changes something returns when it is durable.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        writer: DatabaseWriter,
        reader: DatabaseReader,
        manager: EventManager,
        members: MemberBook,
        book: SettingsBook,
        audience: Audience,
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._reader = reader
        self._manager = manager
        self._members = members
        self._book = book
        self._audience = audience

    def choices(self, guild_id: int, user_id: int) -> MemberChoices:
        """Return what a member has chosen."""
        return self._members.of(guild_id, user_id)

    def zone(self, guild_id: int, user_id: int) -> ZoneInfo:
        """Return the zone of a member: their own, else the server's, else UTC."""
        return ZoneInfo(self.choices(guild_id, user_id).zone or self._book.of(guild_id).zone or "UTC")

    def after_quiet(self, guild_id: int, user_id: int, moment: datetime) -> datetime:
        """Return a moment, or the end of the quiet hours of a member that it lies in."""
        clock = QuietClock(self._book.of(guild_id), moment)
        return clock.end_for(self.choices(guild_id, user_id)) or moment

    async def require_known(self, user_id: int) -> None:
        """Refuse to do anything for who asked to be forgotten.

        Raises:
            UserError: they did; the sentence says how to take it back.
        """
        if await self._reader.run(is_forgotten, user_id):
            raise UserError(_("I have forgotten you, as you asked. `/my remember` has you asked and counted again."))

    async def choose(self, guild_id: int, user_id: int, **changes: Any) -> MemberChoices:
        """Change some of a member's choices, by their names in `MemberChoices`; return all as they are then.

        Raises:
            StorageError: nothing was changed.
        """
        after = await self._members.change(guild_id, user_id, **changes)
        self._manager.choices_changed(guild_id, user_id)
        # With other quiet hours, what waited for the end of the old ones is due.
        self._manager.wake()
        return after

    async def decline(self, guild_id: int, event_id: int, user_id: int) -> bool:
        """Ask somebody no more about one event; False when there is no such event.

        Raises:
            StorageError: nothing was changed.
        """
        done = await self._members.opt_out(guild_id, event_id, user_id)
        self._manager.opt_out_changed(event_id, user_id)
        return done

    async def take_up(self, guild_id: int, event_id: int, user_id: int) -> bool:
        """Ask somebody about an event again; False when they had not declined to be asked.

        Raises:
            StorageError: nothing was changed.
        """
        done = await self._members.opt_in(guild_id, event_id, user_id)
        self._manager.opt_out_changed(event_id, user_id)
        return done

    async def snooze(self, guild_id: int, event_ids: Collection[int], user_id: int, until: datetime) -> bool:
        """Remind somebody of some events at a moment, and not before; False when there are none of them.

        Raises:
            StorageError: nothing was changed.
        """
        is_direct = self.choices(guild_id, user_id).contact is Contact.DIRECT
        way = Way.DIRECT if is_direct else Way.CHANNEL
        now = self._clock.now()
        found = await self._writer.run(snoozes.snooze, guild_id, event_ids, user_id, until, way, now)
        for event_id in found:
            self._manager.opt_out_changed(event_id, user_id)
        self._manager.wake()
        return bool(found)

    async def end_snooze(self, guild_id: int, event_id: int, user_id: int) -> bool:
        """Let somebody be reminded of an event with all others again; False when they had not snoozed it.

        Raises:
            StorageError: nothing was changed.
        """
        done = await self._writer.run(snoozes.end_snooze, guild_id, event_id, user_id)
        self._manager.wake()
        return done

    async def gathered(self, gathered_id: int, mark: str | None, user_id: int) -> Gathered | None:
        """Return of which events a gathered message reminded somebody; None when it is not known.

        ``mark`` is how its nonce begins.
        """
        return await self._reader.run(snoozes.gathered_for, gathered_id, mark or "", user_id)

    async def own_event(self, guild_id: int, event_id: int, user_id: int) -> OwnEvent | None:
        """Return an event as it is for one person; None when there is no such event, or it is over.

        Raises:
            DiscordError: whether it asks them cannot be told at the moment.
        """
        event = await self._reader.run(events.get_event, guild_id, event_id)
        if event is None or event.state is not EventState.ACTIVE:
            return None
        (found,) = await self._as_theirs(guild_id, [event], user_id)
        return found

    async def own_events(self, guild_id: int, user_id: int) -> list[OwnEvent]:
        """Return the active events of a guild as they are for one person, newest first, whether they see them or not.

        Raises:
            DiscordError: as `own_event`.
        """
        found = await self._reader.run(events.list_events, guild_id, (EventState.ACTIVE,))
        return await self._as_theirs(guild_id, found, user_id)

    async def _as_theirs(self, guild_id: int, found: Collection[TrackedEvent], user_id: int) -> list[OwnEvent]:
        given = await self._reader.run(person_answers.running_answers, guild_id, user_id)
        waiting = await self._reader.run(snoozes.own_waiting, guild_id, user_id)
        silent = [event.message_id for event in found if event.message_id not in given]
        rungs = await self._rungs(guild_id, silent, user_id)
        own: list[OwnEvent] = []
        for event in found:
            event_id = event.message_id
            waits = waiting.get(event_id)
            own.append(
                OwnEvent(
                    event=event,
                    emoji=given.get(event_id),
                    is_asked=await self._audience.asks(event, user_id),
                    is_declined=user_id in self._members.opted_out(event_id),
                    snoozed_until=waits.due_at if waits is not None and waits.why is HeldReason.SNOOZE else None,
                    coming=self._coming(event, user_id, waits, rungs.get(event_id)),
                )
            )
        return own

    async def _rungs(self, guild_id: int, event_ids: Collection[int], user_id: int) -> Mapping[int, Rung]:
        most = self._book.of(guild_id).escalate_after
        if most is None or not event_ids:
            return {}
        return await self._reader.run(escalations.own_rungs, guild_id, event_ids, user_id, most)

    def _coming(self, event: TrackedEvent, user_id: int, waits: Waiting | None, rung: Rung | None) -> Coming:
        choices, settings = self.choices(event.guild_id, user_id), self._book.of(event.guild_id)
        occasion = Occasion(event, ReminderKind.SILENT, QuietClock(settings, self._clock.now()))
        person = Standing(choices, waits=None if waits is None else waits.why, rung=rung)
        return coming_reminder(occasion, person, None if waits is None else waits.due_at)
