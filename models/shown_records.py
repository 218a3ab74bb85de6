"""Frozen records of what people look at: the log, the audit, one person's answers, an export."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from models.records import RecipientOutcome, ReminderKind, ReminderStatus


class ExportForm(StrEnum):
    """For which program an export is."""

    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One row of ``reminder_log`` as it is shown to people, or what a gathered message said of one event.

    ``is_direct``: it went to a person; nobody else can open it.
    """

    log_id: int
    event_id: int
    scheduled_at: datetime
    batch: int
    batch_count: int
    status: ReminderStatus
    attempt: int
    sent_at: datetime | None
    message_id: int | None
    users_notified: int
    error_message: str | None
    kind: ReminderKind = ReminderKind.SILENT
    channel_id: int | None = None
    is_direct: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """One batch with its event and its people, as `/log` shows it; ``people`` has no key for an outcome of nobody."""

    entry: LogEntry
    guild_id: int
    channel_id: int
    title: str
    people: Mapping[RecipientOutcome, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    """What one person has answered to one event; ``reacted_at`` is None when nobody knows when."""

    guild_id: int
    event_id: int
    channel_id: int
    title: str
    emoji: str
    reacted_at: datetime | None


@dataclass(frozen=True, slots=True)
class GuildExport:
    """A file with events and answers of a guild: its name, what is in it, and how much that is."""

    name: str
    content: bytes
    events: int
    answers: int


FORGETTING = "person_forgotten"
"""What stands in an entry for a field, when somebody was forgotten."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change, and who made it; ``actor_id`` is None for what the bot did by itself.

    ``event_id`` and ``channel_id`` are None for a change of the guild's settings; ``title`` is the event's now, None
    when its row is gone. ``changes`` maps a field to what it was and what it became: JSON's values, None for nothing.
    """

    entry_id: int
    at: datetime
    guild_id: int
    event_id: int | None
    channel_id: int | None
    title: str | None
    actor_id: int | None
    changes: Mapping[str, tuple[Any, Any]]
