"""What becomes of held reminders when they are due, and again when they leave: which way they go, or not, or later."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from models.held_records import HeldItem, HeldKind, HeldReason, Way
from models.member_choices import Contact, MemberChoices
from models.records import ReminderKind, TrackedEvent
from persistence.escalations import still_silent
from persistence.held_meaning import is_true, stands_still
from persistence.reader import DatabaseReader
from reminder_bot.guild_language import ChosenSettings
from reminder_bot.missing_people import MissingPeople
from reminder_bot.person_rules import QuietClock, can_wait
from reminder_bot.person_sorter import MemberChoicesBook
from reminder_bot.reminder_message import Tally
from reminder_bot.session import GatewaySession
from utils.errors import DiscordError

TOGETHER_SECONDS = 10.0
"""How long what may be sent waits for the rest that is due with it."""


@dataclass(slots=True)
class Verdicts:
    """What becomes of each held reminder, by its number: exactly one of ``ways``, ``later`` and ``lapsed`` has it.

    ``later`` gives until when it waits, None for as long as it does already. ``refusals`` are what Discord says of
    events that cannot be told about now. ``soundless`` is what goes out in quiet hours because it cannot wait until
    they end; the rest is as in `Letter`.
    """

    ways: dict[int, Way] = field(default_factory=dict)
    later: dict[int, datetime | None] = field(default_factory=dict)
    lapsed: set[int] = field(default_factory=set)
    tallies: dict[int, Tally] = field(default_factory=dict)
    silent: dict[int, tuple[int, ...]] = field(default_factory=dict)
    soundless: set[int] = field(default_factory=set)
    refusals: dict[int, DiscordError] = field(default_factory=dict)


def way_now(
    item: HeldItem, choices: MemberChoices, log_channel_id: int | None, *, is_reachable: bool = True
) -> Way | None:
    """Return which way a held reminder goes by what its person has chosen by now; None when it goes no way.

    For an organiser who is not ``is_reachable``, because they left or want to hear nothing of such an event, the log
    channel hears it.
    """
    if item.kind is HeldKind.STILL_SILENT:
        if is_reachable and choices.takes_direct and item.why is not HeldReason.CLOSED:
            return Way.DIRECT
        return None if log_channel_id is None else Way.LOG
    if choices.contact is Contact.OFF:
        return None
    if item.why is HeldReason.CLOSED:
        return Way.CHANNEL
    if item.why is HeldReason.ESCALATION:
        return Way.DIRECT if choices.takes_direct else None
    is_direct = choices.contact is Contact.DIRECT or (item.way is Way.DIRECT and choices.takes_direct)
    return Way.DIRECT if is_direct else Way.CHANNEL


class HeldVerdicts:
    """Decides, by who is asked now, what members have chosen by now, and what the session allows."""

    def __init__(
        self,
        *,
        reader: DatabaseReader,
        missing: MissingPeople,
        choices: MemberChoicesBook,
        chosen: ChosenSettings,
        session: GatewaySession,
    ) -> None:
        self._reader = reader
        self._missing = missing
        self._choices = choices
        self._chosen = chosen
        self._session = session

    def may_send(self, item: HeldItem) -> bool:
        """Whether the session allows a message about this: as of a batch of the same kind."""
        is_final = item.kind is not HeldKind.STILL_SILENT and ReminderKind(item.kind).is_final
        return self._session.is_online if is_final else self._session.can_send(item.event_id)

    async def wait_for(self, items: Iterable[HeldItem]) -> None:
        """Wait until the session allows messages about all of this, but not for long.

        After a start, one event after the other may be sent about: what waited together is to be one message all the
        same.
        """
        wanted = tuple(items)
        with suppress(TimeoutError):
            async with asyncio.timeout(TOGETHER_SECONDS):
                await self._session.wait_until(lambda: all(map(self.may_send, wanted)))

    async def of(
        self, guild_id: int, items: Iterable[HeldItem], events: Mapping[int, TrackedEvent], now: datetime
    ) -> Verdicts:
        """Return what becomes of held reminders of a guild; what cannot be told at the moment waits."""
        verdicts = Verdicts()
        groups: dict[tuple[int, HeldKind], list[HeldItem]] = defaultdict(list)
        for item in items:
            event = events.get(item.event_id)
            if stands_still(event) or not self.may_send(item):
                verdicts.later[item.held_id] = None
            elif event is None or not is_true(item, event, now):
                verdicts.lapsed.add(item.held_id)
            else:
                groups[item.event_id, item.kind].append(item)
        for (event_id, kind), group in groups.items():
            try:
                await self._decide(events[event_id], kind, group, verdicts, now)
            except DiscordError as error:
                verdicts.refusals[event_id] = error
                verdicts.later.update(dict.fromkeys((item.held_id for item in group), None))
        return verdicts

    async def _decide(
        self, event: TrackedEvent, kind: HeldKind, group: Sequence[HeldItem], verdicts: Verdicts, now: datetime
    ) -> None:
        people: Set[int] = {item.user_id for item in group}
        meant, reachable = people, people
        if kind is HeldKind.STILL_SILENT:
            told = await self._reader.run(still_silent, event.guild_id, event.message_id)
            tally, silent, reachable = await self._missing.still_silent(event, frozenset(told), people)
            verdicts.silent[event.message_id] = tuple(sorted(silent))
            meant = people if silent else frozenset()
        else:
            found = await self._missing.meant(event, ReminderKind(kind))
            tally, meant = found.tally, found.people
            if kind in (HeldKind.SILENT, HeldKind.DECIDE):
                meant = meant - self._choices.opted_out(event.message_id)
        verdicts.tallies[event.message_id] = tally
        clock = QuietClock(self._chosen.of(event.guild_id), now)
        for item in group:
            if item.user_id in meant:
                self._decide_one(event, item, verdicts, clock, is_reachable=item.user_id in reachable)
            else:
                verdicts.lapsed.add(item.held_id)

    def _decide_one(
        self, event: TrackedEvent, item: HeldItem, verdicts: Verdicts, clock: QuietClock, *, is_reachable: bool
    ) -> None:
        choices, settings = self._choices.of(event.guild_id, item.user_id), self._chosen.of(event.guild_id)
        way = way_now(item, choices, settings.log_channel_id, is_reachable=is_reachable)
        is_away = item.kind is HeldKind.SILENT and event.starts_at is None and choices.is_away(clock.now)
        if way is None or is_away:
            verdicts.lapsed.add(item.held_id)
            return
        ends = None if way is Way.LOG else clock.end_for(choices)
        is_digest = item.kind is HeldKind.STILL_SILENT
        if ends is not None and (is_digest or can_wait(event, ReminderKind(item.kind), ends)):
            verdicts.later[item.held_id] = ends
            return
        verdicts.ways[item.held_id] = way
        if ends is not None:
            verdicts.soundless.add(item.held_id)
