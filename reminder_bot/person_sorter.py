"""Sorts the people a message is for: who is pinged now, for whom something is held, who is passed over."""

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, Protocol

from models.guild_settings import GuildSettings
from models.held_records import Held, HeldKind, HeldReason, Way
from models.member_choices import NOTHING_CHOSEN, MemberChoices
from models.person_facts import NO_FACTS, NOTHING_PUT_OFF, NotAsked, Pause, PersonFacts, PutOff
from models.records import ReminderKind, TrackedEvent
from reminder_bot.guild_language import ChosenSettings
from reminder_bot.person_rules import Decision, Hold, Occasion, QuietClock, Standing, Timing, decide, not_asked

NOBODY: frozenset[int] = frozenset()


class MemberChoicesBook(Protocol):
    """What members have chosen."""

    def of(self, guild_id: int, user_id: int) -> MemberChoices:
        """Return what a member has chosen."""
        ...

    def choosers(self, guild_id: int) -> Mapping[int, MemberChoices]:
        """Return all members of a guild who have chosen something, with what they chose."""
        ...

    def opted_out(self, event_id: int) -> frozenset[int]:
        """Return who does not want to be asked about an event."""
        ...


@dataclass(frozen=True, slots=True)
class Sorted:
    """People sorted: ``loud`` and ``soundless`` are pinged now; ``paused`` are asked, but not pinged now."""

    loud: Set[int] = NOBODY
    soundless: Set[int] = NOBODY
    put_off: PutOff = NOTHING_PUT_OFF
    paused: Mapping[Pause, frozenset[int]] = field(default_factory=dict)

    @property
    def now(self) -> Set[int]:
        """All who are pinged now."""
        return self.loud | self.soundless if self.soundless else self.loud


class PersonSorter:
    """Applies the rules to many at once: those who have chosen nothing share one decision."""

    def __init__(self, members: MemberChoicesBook, chosen: ChosenSettings) -> None:
        self._members = members
        self._chosen = chosen

    def settings(self, guild_id: int) -> GuildSettings:
        """Return what a guild has chosen."""
        return self._chosen.of(guild_id)

    def sort(self, occasion: Occasion, people: Set[int], facts: PersonFacts = NO_FACTS) -> Sorted:
        """Sort those whom a message is for by the answers; `occasion` says which message, and when."""
        event = occasion.event
        choosers, out = self._members.choosers(event.guild_id), self._members.opted_out(event.message_id)
        few = chain(choosers, out, facts.waiting, facts.ladder)
        special = {user_id for user_id in few if user_id in people}
        crowd = decide(occasion, Standing())
        if not special and crowd.timing is Timing.NOW:
            return Sorted(soundless=people) if crowd.is_soundless else Sorted(loud=people)
        decisions: dict[int, Decision] = {}
        for user_id in special:
            choices = choosers.get(user_id, NOTHING_CHOSEN)
            standing = Standing(choices, user_id in out, facts.waiting.get(user_id), facts.ladder.get(user_id))
            decisions[user_id] = decide(occasion, standing)
        return self._sorted(occasion, crowd, people - special, decisions)

    def left_out(self, event: TrackedEvent, kind: ReminderKind, now: datetime) -> dict[int, NotAsked]:
        """Return all who chose something by which they are left out of an event's audience, whoever it asks."""
        choosers, out = self._members.choosers(event.guild_id), self._members.opted_out(event.message_id)
        if not choosers and not out:
            return {}
        everybody = chain(choosers, out.difference(choosers))
        reasons = ((user_id, self.reason_left_out(event, kind, now, user_id)) for user_id in everybody)
        return {user_id: reason for user_id, reason in reasons if reason is not None}

    def reason_left_out(self, event: TrackedEvent, kind: ReminderKind, now: datetime, user_id: int) -> NotAsked | None:
        """Say why one person is left out of an event's audience by what they chose; None when they are not."""
        choices = self._members.of(event.guild_id, user_id)
        is_out = user_id in self._members.opted_out(event.message_id)
        return not_asked(event, kind, choices, now, is_out=is_out)

    def makes_no_sound(self, event: TrackedEvent, kind: ReminderKind, people: Collection[int], now: datetime) -> bool:
        """Whether a message is sent without a notification: the guild wants that, or somebody is in quiet hours.

        Those who are silent are never pinged in quiet hours, so it is asked only for what cannot always wait.
        """
        settings = self._chosen.of(event.guild_id)
        if settings.is_silent:
            return True
        if kind is ReminderKind.SILENT or not people:
            return False
        clock, choosers = QuietClock(settings, now), self._members.choosers(event.guild_id)
        if settings.quiet_hours is None and not choosers:
            return False
        return any(clock.end_for(choosers.get(user_id, NOTHING_CHOSEN)) is not None for user_id in people)

    def occasion(
        self, event: TrackedEvent, kind: ReminderKind, now: datetime, detail: Mapping[str, Any] | None = None
    ) -> Occasion:
        """Return what `sort` wants to know of a message; ``detail`` as a `Claim`'s."""
        return Occasion(event, kind, QuietClock(self._chosen.of(event.guild_id), now), detail)

    def _sorted(
        self, occasion: Occasion, crowd: Decision, others: Set[int], decisions: Mapping[int, Decision]
    ) -> Sorted:
        everybody = chain(((user_id, crowd) for user_id in others), decisions.items())
        loud, soundless, told_of = set[int](), set[int](), set[int]()
        held: list[Held] = []
        paused: dict[Pause, set[int]] = {}
        for user_id, decision in everybody:
            if decision.timing is Timing.NOW:
                (soundless if decision.is_soundless else loud).add(user_id)
            if decision.pause is not None:
                paused.setdefault(decision.pause, set()).add(user_id)
            if decision.hold is not None:
                held.append(_held(occasion, user_id, decision.hold))
            if decision.tells_organiser:
                told_of.add(user_id)
        if told_of and (digest := self._digest(occasion)) is not None:
            held.append(digest)
        grouped = {pause: frozenset(people) for pause, people in paused.items()}
        return Sorted(loud, soundless, PutOff(tuple(held), frozenset(told_of)), grouped)

    def _digest(self, occasion: Occasion) -> Held | None:
        """Return what tells the organiser who is still silent; None where there is no way to tell them.

        In the log channel nobody is pinged, so there it may stand for a guild whose organiser is not known.
        """
        event, now = occasion.event, occasion.now
        organiser = event.created_by
        if organiser is not None and (choices := self._members.of(event.guild_id, organiser)).takes_direct:
            due_at, way = occasion.clock.end_for(choices) or now, Way.DIRECT
        elif self._chosen.of(event.guild_id).log_channel_id is not None:
            due_at, way = now, Way.LOG
        else:
            return None
        kind, to = HeldKind.STILL_SILENT, organiser or event.guild_id
        return Held(event.message_id, to, kind, due_at, way, HeldReason.ESCALATION)


def _held(occasion: Occasion, user_id: int, hold: Hold) -> Held:
    kind = HeldKind(occasion.kind.value)
    return Held(occasion.event.message_id, user_id, kind, hold.due_at, hold.way, hold.why, occasion.detail)
