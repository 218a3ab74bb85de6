"""What commands ask of the event manager, and what they get back."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models.event_options import NO_OPTIONS, EventOptions
from models.person_facts import NotAsked, Pause
from models.records import Answer, EventCounts, TrackedEvent
from models.shown_records import LogEntry
from reminder_bot.care_records import CareReport
from reminder_bot.ledger import Ledger


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """A message somebody wants watched, as it was when they pointed at it."""

    message_id: int
    channel_id: int
    guild_id: int
    title: str
    description: str | None
    interval: timedelta
    required_reactions: tuple[str, ...]
    created_by: int
    starts_at: datetime | None = None
    answer_until: datetime | None = None
    options: EventOptions = NO_OPTIONS

    @property
    def closes_at(self) -> datetime | None:
        """When answers are no longer asked for."""
        return self.answer_until or self.starts_at


@dataclass(frozen=True, slots=True)
class Change:
    """An event after a command, and before it; ``before`` is None when it was not watched."""

    event: TrackedEvent
    before: TrackedEvent | None


@dataclass(frozen=True, slots=True)
class Reminded:
    """What came of a reminder somebody asked for.

    ``missing`` people were claimed to be pinged; ``pinged`` have been, or None while messages are still going out.
    ``passed_over`` are missing as well, and not pinged now by what they or the guild chose.
    """

    event: TrackedEvent
    missing: int
    pinged: int | None
    passed_over: int = 0


@dataclass(frozen=True, slots=True)
class EventStatus:
    """Everything `/status` shows of an event.

    ``asked`` and ``missing`` (sorted) are None when they cannot be told now; ``unknown_reason`` then says why. Who is
    excused by what they chose is in neither, but counted in ``excused``. Of those missing, ``pinged_now`` (sorted)
    would be pinged now, and the others are counted in ``paused``.
    """

    event: TrackedEvent
    answers: tuple[Answer, ...]
    asked: Set[int] | None
    missing: tuple[int, ...] | None
    unknown_reason: str | None
    is_sending: bool
    log: tuple[LogEntry, ...]
    pinged_now: tuple[int, ...] | None = None
    excused: Mapping[NotAsked, int] = field(default_factory=dict)
    paused: Mapping[Pause, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """Everything `/health` shows.

    ``untold`` counts imported events that are paused for their age and in no list yet. ``last_error`` is the last one
    logged, with its time; ``away`` what was caught up with after the last start or new session.
    """

    started_at: datetime
    is_online: bool
    database_bytes: int
    writer_queue: int
    counts: EventCounts
    sending: int
    untold: int
    next_due_at: datetime | None
    lateness: timedelta
    is_storage_failing: bool
    care: CareReport
    away: Ledger | None
    last_error: str | None
