"""Frozen records of what is meant for one person and waits, and of the messages that gather it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class HeldKind(StrEnum):
    """What a held reminder says; those of `ReminderKind` by the same names, but for the tally, which is for nobody."""

    SILENT = "silent"
    BEFORE = "before"
    DECIDE = "decide"
    MOVED = "moved"
    CANCELLED = "cancelled"
    STILL_SILENT = "still_silent"
    """To the organiser alone: who has not answered after all reminders."""


class HeldReason(StrEnum):
    """Why somebody was not in the message that went to all the others."""

    QUIET = "quiet"
    """It fell into their quiet hours."""
    SNOOZE = "snooze"
    """They asked to be reminded later."""
    DIRECT = "direct"
    """They want direct messages."""
    ESCALATION = "escalation"
    """Reminders in the channel have gone unanswered."""
    CLOSED = "closed"
    """A direct message was refused; it goes to the channel once."""


class Way(StrEnum):
    """Where a held reminder goes."""

    CHANNEL = "channel"
    DIRECT = "direct"
    LOG = "log"
    """To the guild's log channel, pinging nobody."""


@dataclass(frozen=True, slots=True)
class Held:
    """Something for one person about one event that is due at ``due_at``; ``detail`` as a `Claim`'s."""

    event_id: int
    user_id: int
    kind: HeldKind
    due_at: datetime
    way: Way
    why: HeldReason
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class HeldItem:
    """One row of ``held_reminder``, as `Held`, with its number."""

    held_id: int
    event_id: int
    user_id: int
    kind: HeldKind
    due_at: datetime
    way: Way
    why: HeldReason
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """One gathered message: a row of ``gathered_message`` that is (or was) pending, with what it is still to say.

    Its ``items`` all go the same ``way``; ``channel_id`` is None for one to a person, ``user_id`` for one to a channel.
    """

    gathered_id: int
    guild_id: int
    channel_id: int | None
    user_id: int | None
    scheduled_at: datetime
    nonce: str
    attempt: int
    created_at: datetime
    items: tuple[HeldItem, ...] = ()

    @property
    def way(self) -> Way:
        """Where it goes."""
        if self.user_id is not None:
            return Way.DIRECT
        return Way.LOG if any(item.way is Way.LOG for item in self.items) else Way.CHANNEL

    @property
    def people(self) -> tuple[int, ...]:
        """Whom it is for, sorted, each once."""
        return tuple(sorted({item.user_id for item in self.items}))

    @property
    def event_ids(self) -> tuple[int, ...]:
        """The events it is about, sorted."""
        return tuple(sorted({item.event_id for item in self.items}))
