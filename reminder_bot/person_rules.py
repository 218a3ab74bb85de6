"""Whether a message about an event is for a person now, later, or not at all: the rules alone, without I/O.

`not_asked` says who is left out of an event's audience; `decide` says the rest. Whoever has chosen nothing, in a guild
that has chosen nothing, is pinged now.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from models.held_records import HeldReason, Way
from models.member_choices import NOTHING_CHOSEN, Contact, MemberChoices, QuietChoice
from models.person_facts import NotAsked, Pause, Rung
from models.quiet_hours import QuietHours
from models.records import ReminderKind, TrackedEvent


class QuietSettings(Protocol):
    """What a guild has chosen that decides when people are pinged; quiet hours as `QuietHours.text`, in its zone."""

    @property
    def zone(self) -> str | None:
        """The guild's zone; None for UTC."""
        ...

    @property
    def quiet_hours(self) -> str | None:
        """When nobody is pinged who has not chosen hours of their own."""
        ...

    @property
    def escalate_after(self) -> int | None:
        """After how many pings somebody is pinged about an event no more; None for never."""
        ...


class Timing(StrEnum):
    """When somebody is pinged."""

    NOW = "now"
    NEVER = "never"
    LATER = "later"
    """Nothing is to be done now: something waits for them already, or the next reminder looks again."""
    HELD = "held"
    """Something is to be stored that waits for them, or goes to them directly."""


@dataclass(frozen=True, slots=True)
class Hold:
    """What is to be stored for somebody who is held."""

    due_at: datetime
    way: Way
    why: HeldReason


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done about one person; ``hold`` is set for HELD alone, ``pause`` for it and for LATER.

    ``is_soundless``: pinged now, in their quiet hours, because it cannot wait. ``tells_organiser``: from now on it is
    the organiser who hears of them.
    """

    timing: Timing
    not_asked: NotAsked | None = None
    pause: Pause | None = None
    hold: Hold | None = None
    is_soundless: bool = False
    tells_organiser: bool = False


AT_ONCE = Decision(Timing.NOW)
SOUNDLESS = Decision(Timing.NOW, is_soundless=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about one person; ``waits`` says why a message of the kind waits for them already, if one does."""

    choices: MemberChoices = NOTHING_CHOSEN
    is_out: bool = False
    """Whether they do not want to be asked about the event."""
    waits: HeldReason | None = None
    rung: Rung | None = None


@dataclass(frozen=True, slots=True)
class QuietClock:
    """Whose quiet hours a moment lies in; what is the same for many people is computed once."""

    settings: QuietSettings
    now: datetime
    _ends: dict[tuple[QuietHours, str | None], datetime | None] = field(default_factory=dict, compare=False)

    def end_for(self, choices: MemberChoices) -> datetime | None:
        """Return when the quiet hours end that a person is in now; None when they are in none."""
        hours = self._hours(choices)
        if hours is None:
            return None
        zone = choices.zone or self.settings.zone
        key = (hours, zone)
        if key not in self._ends:
            self._ends[key] = hours.end_after(self.now, zone_of(zone))
        return self._ends[key]

    def _hours(self, choices: MemberChoices) -> QuietHours | None:
        if isinstance(choices.quiet, QuietHours):
            return choices.quiet
        if choices.quiet is QuietChoice.NEVER or self.settings.quiet_hours is None:
            return None
        return _read_hours(self.settings.quiet_hours)


@dataclass(frozen=True, slots=True)
class Occasion:
    """A kind of message about an event, at the moment of the clock; ``detail`` as a `Claim`'s."""

    event: TrackedEvent
    kind: ReminderKind
    clock: QuietClock
    detail: Mapping[str, Any] | None = None

    @property
    def now(self) -> datetime:
        """The moment it is decided for."""
        return self.clock.now


def zone_of(name: str | None) -> tzinfo:
    """Return a zone by its tz name, which must be known; UTC for None."""
    return UTC if name is None else ZoneInfo(name)


@lru_cache(maxsize=256)
def _read_hours(text: str) -> QuietHours:
    # One guild's are asked for once for each of its members who have chosen something.
    return QuietHours.read(text)


def not_asked(
    event: TrackedEvent, kind: ReminderKind, choices: MemberChoices, now: datetime, *, is_out: bool
) -> NotAsked | None:
    """Say why somebody is left out by what they chose; None when they are not.

    Who opted out is told nothing at all; who does not want to be asked about this event, or is away when it begins,
    still hears what they may have to know of one they had answered.
    """
    if _has_opted_out(event, choices):
        return NotAsked.OPTED_OUT
    if is_out and kind in (ReminderKind.SILENT, ReminderKind.DECIDE):
        return NotAsked.NOT_THIS
    if kind is ReminderKind.SILENT and _is_away_then(event, choices, now):
        return NotAsked.AWAY
    return None


def decide(occasion: Occasion, person: Standing) -> Decision:
    """Return what is done about one person whom a message is for by the answers."""
    event, kind, now = occasion.event, occasion.kind, occasion.now
    if reason := not_asked(event, kind, person.choices, now, is_out=person.is_out):
        return Decision(Timing.NEVER, reason)
    if kind is ReminderKind.TALLY:
        return AT_ONCE
    end = occasion.clock.end_for(person.choices)
    return _silent(occasion, person, end) if kind is ReminderKind.SILENT else _news(occasion, person, end)


def _has_opted_out(event: TrackedEvent, choices: MemberChoices) -> bool:
    if choices.contact is Contact.OFF:
        return True
    return bool(choices.only_roles) and set(choices.only_roles).isdisjoint(event.options.audience.roles)


def _is_away_then(event: TrackedEvent, choices: MemberChoices, now: datetime) -> bool:
    """Whether an event begins before somebody is back."""
    return (
        event.starts_at is not None and choices.away_until is not None and now <= event.starts_at < choices.away_until
    )


def _silent(occasion: Occasion, person: Standing, quiet_end: datetime | None) -> Decision:
    """Decide about a reminder to somebody who has not answered: it can always wait."""
    choices, due_at = person.choices, quiet_end or occasion.now
    if person.waits is not None:
        return Decision(Timing.LATER, pause=PAUSES[person.waits])
    if occasion.event.starts_at is None and choices.is_away(occasion.now):
        return Decision(Timing.LATER, pause=Pause.AWAY)
    if (rung := person.rung) is not None and _is_escalated(occasion, choices, rung):
        if choices.contact is Contact.CHANNEL and choices.wants_direct and not (rung.had_direct or rung.was_told_of):
            return _held(Hold(due_at, Way.DIRECT, HeldReason.ESCALATION))
        return Decision(Timing.LATER, pause=Pause.ESCALATED, tells_organiser=not rung.was_told_of)
    if choices.contact is Contact.DIRECT:
        return _held(Hold(due_at, Way.DIRECT, HeldReason.DIRECT if quiet_end is None else HeldReason.QUIET))
    return AT_ONCE if quiet_end is None else _held(Hold(quiet_end, Way.CHANNEL, HeldReason.QUIET))


def _is_escalated(occasion: Occasion, choices: MemberChoices, rung: Rung) -> bool:
    most = occasion.clock.settings.escalate_after
    if most is None:
        return False
    counted = rung.in_channel + (rung.directly if choices.contact is Contact.DIRECT else 0)
    return rung.was_told_of or counted >= most


def can_wait(event: TrackedEvent, kind: ReminderKind, until: datetime) -> bool:
    """Whether a message is soon enough at a later moment; one that asks for an answer always is."""
    if kind is ReminderKind.SILENT:
        return True
    about = event.closes_at if kind is ReminderKind.DECIDE else event.starts_at
    return about is None or until < about


def _news(occasion: Occasion, person: Standing, quiet_end: datetime | None) -> Decision:
    """Decide about what somebody who has answered is told: it waits as long as it is still in time."""
    waits = quiet_end is not None and can_wait(occasion.event, occasion.kind, quiet_end)
    due_at = quiet_end if waits and quiet_end is not None else occasion.now
    if person.choices.contact is Contact.DIRECT:
        return _held(Hold(due_at, Way.DIRECT, HeldReason.QUIET if waits else HeldReason.DIRECT))
    if quiet_end is not None and not waits:
        return SOUNDLESS
    if waits or person.waits is not None:
        # What waits for them takes on what is new, so that they are told once.
        return _held(Hold(due_at, Way.CHANNEL, HeldReason.QUIET))
    return AT_ONCE


def _held(hold: Hold) -> Decision:
    return Decision(Timing.HELD, pause=PAUSES[hold.why], hold=hold)


PAUSES: Mapping[HeldReason, Pause] = {
    HeldReason.QUIET: Pause.QUIET,
    HeldReason.SNOOZE: Pause.SNOOZED,
    HeldReason.DIRECT: Pause.DIRECT,
    HeldReason.ESCALATION: Pause.ESCALATED,
    HeldReason.CLOSED: Pause.DIRECT,
}
"""What a reason to hold something is called where people are counted."""
