"""Frozen records of what is stored of people and one event besides their answers, and of what is put off for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from models.held_records import Held, HeldReason


class NotAsked(StrEnum):
    """Why somebody is left out of an event's audience."""

    OPTED_OUT = "opted_out"
    """They want no reminders, or only about events of other roles."""
    NOT_THIS = "not_this"
    """They do not want to be asked about this event."""
    AWAY = "away"
    """It begins while they are away: counted as no."""


class Pause(StrEnum):
    """Why somebody who is asked is not pinged in the channel now."""

    AWAY = "away"
    """They are away, and the event has no start that could fall into it."""
    SNOOZED = "snoozed"
    """They asked to be reminded later."""
    QUIET = "quiet"
    """It is their quiet hours."""
    DIRECT = "direct"
    """They get direct messages instead."""
    ESCALATED = "escalated"
    """Reminders have gone unanswered: they get a direct message, or the organiser hears of them."""


@dataclass(frozen=True, slots=True)
class Rung:
    """How far somebody who does not answer an event has come: how often they were pinged about it, and what followed.

    ``had_direct`` says that a direct message was sent, or is about to be, because reminders in the channel went
    unanswered; ``was_told_of`` that the organiser was told of them.
    """

    in_channel: int = 0
    directly: int = 0
    had_direct: bool = False
    was_told_of: bool = False


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What decides, besides choices, whether somebody is pinged now by a kind of message about an event.

    ``waiting`` are those for whom one of this kind waits or is just going out by itself, and why. ``ladder`` are those
    who were pinged as often as the guild wants, and of whom the organiser was told; empty where nobody escalates.
    """

    waiting: Mapping[int, HeldReason] = field(default_factory=dict)
    ladder: Mapping[int, Rung] = field(default_factory=dict)


NO_FACTS = PersonFacts()


@dataclass(frozen=True, slots=True)
class PutOff:
    """What is stored instead of a ping: held reminders, and of whom the event's organiser is told."""

    held: tuple[Held, ...] = ()
    told_of: frozenset[int] = frozenset()


NOTHING_PUT_OFF = PutOff()
