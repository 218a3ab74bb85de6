"""Claims: who is pinged when a message falls due, who waits and where it goes, stored before anything is sent."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from models.plan_rules import is_out_of_date
from models.records import Claim, ReminderKind, TrackedEvent
from persistence import events, reminder_log
from persistence.writer import DatabaseWriter
from reminder_bot.missing_people import MissingPeople
from reminder_bot.person_sorter import PersonSorter, Sorted
from reminder_bot.places import Places, Split
from utils.errors import ReminderInFlightError, UserError
from utils.i18n import _
from utils.time import Clock


@dataclass(frozen=True, slots=True)
class Claimed:
    """The batches of a reminder; ``passed_over`` is how many are missing and not in them."""

    claims: list[Claim]
    passed_over: int = 0


class ReminderClaims:
    """Decides when a message falls due whom it pings."""

    def __init__(
        self, *, clock: Clock, writer: DatabaseWriter, missing: MissingPeople, places: Places, sorter: PersonSorter
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._missing = missing
        self._places = places
        self._sorter = sorter

    async def silent(self, event: TrackedEvent, scheduled_at: datetime, *, due_only: bool) -> Claimed:
        """Claim a reminder to those who are silent; see `ReminderDelivery.claim`."""
        escalate_after = self._sorter.settings(event.guild_id).escalate_after
        meant = await self._missing.meant(event, ReminderKind.SILENT, escalate_after)
        now = self._clock.now()
        is_closed = is_out_of_date(event, ReminderKind.SILENT, None, now)
        if is_closed and not due_only:
            raise UserError(_("Answers to this event have closed; nobody is asked any more."))
        if meant.people and not is_closed:
            people = self._sorter.sort(
                self._sorter.occasion(event, ReminderKind.SILENT, now), meant.people, meant.facts
            )
            return await self._claimed(event, scheduled_at, people, now, due_only=due_only)
        if due_only:
            await self._writer.run(events.go_quiet, event.guild_id, event.message_id, scheduled_at, now)
        return Claimed([])

    async def split(self, event: TrackedEvent, people: Sorted, *, is_final: bool = False) -> Split:
        """Put those who are pinged now into batches; who is to hear no sound is in batches of their own.

        Raises:
            DiscordError: as `Places.split`.
        """
        if not people.soundless:
            return await self._places.split(event, people.loud, is_final=is_final)
        softly = await self._places.split(event, people.soundless)
        loudly = await self._places.split(event, people.loud)
        return Split((*loudly.batches, *softly.batches), (*loudly.channels, *softly.channels))

    async def _claimed(
        self, event: TrackedEvent, scheduled_at: datetime, people: Sorted, now: datetime, *, due_only: bool
    ) -> Claimed:
        key = (event.guild_id, event.message_id, scheduled_at)
        claims: list[Claim] = []
        if people.now:
            split = await self.split(event, people)
            claims = await self._writer.run(
                reminder_log.claim, *key, split.batches, now,
                due_only=due_only, channels=split.channels, instead=people.put_off,
            )  # fmt: skip
            is_done = bool(claims)
        else:
            is_done = await self._writer.run(reminder_log.pass_over, *key, people.put_off, now, due_only=due_only)
        if not is_done and not due_only:
            raise ReminderInFlightError(_("A reminder for this event is being sent right now."))
        return Claimed(claims, _count(people) if is_done else 0)


def _count(people: Sorted) -> int:
    counted: Set[int] = frozenset().union(*people.paused.values())
    return len(counted)
