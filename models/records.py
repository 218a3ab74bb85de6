"""Frozen records that cross threads: what the stores return and what the application passes on.

Ids are Discord snowflakes as ``int``; times are aware UTC ``datetime`` with millisecond precision; emoji are the text
Discord uses for them (``✅`` or ``<:name:id>``). An event's id is the id of its message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from models.event_options import NO_OPTIONS, EventOptions
from utils.time import whole_milliseconds


class EventState(StrEnum):
    """Where an event is in its life; paused is apart (``TrackedEvent.is_paused``)."""

    ACTIVE = "active"
    COMPLETED = "completed"
    ARCHIVED = "archived"
    BLOCKED = "blocked"


class ReminderStatus(StrEnum):
    """Where one batch of a reminder is: pending → sent | failed | skipped."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


class ReminderKind(StrEnum):
    """Whom a message of the bot's is for, and what it says."""

    SILENT = "silent"
    """To those who have not answered."""
    BEFORE = "before"
    """To those who said yes: it begins soon."""
    DECIDE = "decide"
    """To those on maybe: answers close soon."""
    MOVED = "moved"
    """To those on yes and maybe: it begins at another time."""
    CANCELLED = "cancelled"
    """To all who have answered: it does not take place."""
    TALLY = "tally"
    """To nobody: who comes, now that it has begun."""

    @property
    def is_final(self) -> bool:
        """Whether it is posted when the event is over, and only then."""
        return self in (ReminderKind.CANCELLED, ReminderKind.TALLY)


class PlanKind(StrEnum):
    """What is planned for a moment of an event's life, silent reminders aside."""

    BEFORE = "before"
    DECIDE = "decide"
    MOVED = "moved"
    COMPLETION = "completion"
    """The event ends by itself."""


class RecipientOutcome(StrEnum):
    """What became of one person in one batch."""

    PENDING = "pending"
    PINGED = "pinged"
    NARROWED = "narrowed"
    """Answered, left or lost sight of the channel between the claim and the send: not pinged."""
    UNSENT = "unsent"
    """The batch failed or was skipped as a whole."""


class SignalKind(StrEnum):
    """What a reaction frame did to a message."""

    ADD = "add"
    REMOVE = "remove"
    CLEAR = "clear"
    CLEAR_EMOJI = "clear_emoji"


def next_silent_at(moment: datetime, interval: timedelta, closes_at: datetime | None) -> datetime | None:
    """Return the time one interval after ``moment``, in whole milliseconds; None when answers have closed by then."""
    upcoming = whole_milliseconds(moment + interval)
    return None if closes_at is not None and upcoming >= closes_at else upcoming


@dataclass(frozen=True, slots=True)
class TrackedEvent:
    """One row of ``event``: a message that is watched, or was."""

    message_id: int
    channel_id: int
    guild_id: int
    title: str
    description: str | None
    interval_minutes: float
    is_paused: bool
    last_reminder: datetime | None
    next_reminder_at: datetime | None
    required_reactions: tuple[str, ...]
    state: EventState
    state_reason: str | None
    state_changed_at: datetime
    created_by: int | None
    created_at: datetime
    starts_at: datetime | None = None
    answer_until: datetime | None = None
    options: EventOptions = NO_OPTIONS

    @property
    def closes_at(self) -> datetime | None:
        """When answers are no longer asked for: at answer-until, else at the start, else never."""
        return self.answer_until or self.starts_at

    @property
    def ends_at(self) -> datetime | None:
        """When the event is over by itself: at the start, else at answer-until, else never."""
        return self.starts_at or self.answer_until

    def next_silent_at(self, moment: datetime) -> datetime | None:
        """Return when those who are silent are next reminded, one interval after ``moment``; None: not any more."""
        return next_silent_at(moment, self.interval, self.closes_at)

    @property
    def interval(self) -> timedelta:
        """The time between two reminders."""
        return timedelta(minutes=self.interval_minutes)

    @property
    def jump_url(self) -> str:
        """The address that opens the message in a Discord client."""
        return f"https://discord.com/channels/{self.guild_id}/{self.channel_id}/{self.message_id}"

    @property
    def is_running(self) -> bool:
        """Whether reminders may go out: active and not paused."""
        return self.state is EventState.ACTIVE and not self.is_paused


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an event begins, until when it is to be answered (not after it begins), and what was chosen for it."""

    starts_at: datetime | None
    answer_until: datetime | None
    options: EventOptions


@dataclass(frozen=True, slots=True)
class WatchedMessage:
    """What is held in memory of every active or blocked event; all else is read when it is needed."""

    message_id: int
    channel_id: int
    guild_id: int
    required_reactions: tuple[str, ...]
    is_paused: bool
    is_blocked: bool


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What `/watch` stores; on a message that was watched before, it revives the row and keeps its answers and log."""

    message_id: int
    channel_id: int
    guild_id: int
    title: str
    description: str | None
    interval_minutes: float
    required_reactions: tuple[str, ...]
    created_by: int | None
    next_reminder_at: datetime | None
    starts_at: datetime | None = None
    answer_until: datetime | None = None
    options: EventOptions = NO_OPTIONS


@dataclass(frozen=True, slots=True)
class Person:
    """A user as the bot met them in a guild; ``name`` is the display name."""

    user_id: int
    name: str
    is_bot: bool


@dataclass(frozen=True, slots=True)
class ReactionSignal:
    """One reaction frame about a watched message.

    ``user_id`` is None for CLEAR and CLEAR_EMOJI, ``emoji`` for CLEAR. ``emoji`` is already the event's own spelling of
    it. ``person`` is set when the frame named the member.
    """

    kind: SignalKind
    guild_id: int
    message_id: int
    user_id: int | None
    emoji: str | None
    at: datetime
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person has answered: ``emoji`` is the answer, ``held`` all they hold on the message, oldest first.

    ``reacted_at`` is None when the answer was found by a reconciliation, which cannot know when it was given.
    """

    user_id: int
    emoji: str
    held: tuple[str, ...]
    reacted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answered:
    """Who has answered an event, and how many gave each answer; an emoji that nobody gave is not in ``counts``."""

    user_ids: frozenset[int]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ReconciliationResult:
    """What a reconciliation changed: numbers of people whose answer was added, withdrawn or became another one."""

    added: int
    withdrawn: int
    changed: int

    @property
    def total(self) -> int:
        """All changes together."""
        return self.added + self.withdrawn + self.changed


@dataclass(frozen=True, slots=True)
class Claim:
    """One batch of one reminder: a row of ``reminder_log`` that is (or was) pending, with its recipients.

    ``batch`` counts from 1 to ``batch_count``; ``nonce`` is at most 25 characters; ``attempt`` is the number of sends
    begun so far; ``recipients`` is sorted. ``channel_id`` is where it is posted, None for where the event's message is.
    """

    log_id: int
    guild_id: int
    event_id: int
    scheduled_at: datetime
    batch: int
    batch_count: int
    nonce: str
    attempt: int
    recipients: tuple[int, ...]
    created_at: datetime
    kind: ReminderKind = ReminderKind.SILENT
    channel_id: int | None = None
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """What is to be done for an event at a moment; ``detail`` is what the message has to say, for MOVED alone."""

    entry_id: int
    guild_id: int
    event_id: int
    kind: PlanKind
    due_at: datetime
    detail: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class EventCounts:
    """How many events there are, by what they do now."""

    active: int
    paused: int
    blocked: int


UNKNOWN_ANSWER = "unknown"
"""Stands for the emoji of an imported answer until the first reconciliation reads the real one."""

HeldByUser = Mapping[int, frozenset[str]]
"""What a complete read of a message's reactions found: user id → the event's emoji they hold (never empty)."""
