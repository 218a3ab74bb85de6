"""Reminders that are being sent: what is read before each step, each time in one statement."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

from peewee import SQL, fn

from models.database_models import Event, ReminderLog
from models.records import Claim, EventState, ReminderKind, TrackedEvent
from persistence.events import record_columns
from persistence.recipients import waiting_users
from persistence.statements import Statement, param

# Written out, not bound: SQLite takes the partial index only when it can see that the rows are the index's own.
_PENDING = SQL("status = 'pending'")

_CLAIM_FIELDS = tuple(field.name for field in fields(Claim))
_CLAIM_WIDTH = len(_CLAIM_FIELDS)


@dataclass(frozen=True, slots=True)
class PendingBatch:
    """A pending batch beside its event; ``last_sent_at`` is when the last message of the same reminder went out."""

    claim: Claim
    event: TrackedEvent
    is_last: bool
    """Whether no other batch of the event and of this kind is pending."""
    last_sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Readiness:
    """What decides whether a reminder may be claimed."""

    state: EventState
    is_paused: bool
    next_reminder_at: datetime | None
    is_sending: bool
    """Whether a batch to the event's silent people is pending."""
    is_claimed: bool
    """Whether this very reminder was claimed before, whatever became of it."""


def pending_batch(guild_id: int, log_id: int) -> PendingBatch | None:
    """Return a batch of this guild with its event; None when it is not pending."""
    row = _select_batch().row(guild_id=guild_id, log_id=log_id)
    if row is None:
        return None
    claim, (others, last_sent), event = (
        row[:_CLAIM_WIDTH],
        row[_CLAIM_WIDTH : _CLAIM_WIDTH + 2],
        row[_CLAIM_WIDTH + 2 :],
    )
    last_sent_at = ReminderLog.sent_at.python_value(last_sent)
    return PendingBatch(_claim(claim), TrackedEvent(*event), not others, last_sent_at)


def pending_of(guild_id: int, event_id: int) -> list[Claim]:
    """Return the pending batches of an event, in order."""
    return [_claim(row) for row in _select_of_event().rows(guild_id=guild_id, event_id=event_id)]


def list_pending() -> list[Claim]:
    """Return the pending batches of all guilds, oldest first: what a start has to settle."""
    return [_claim(row) for row in _select_all().rows()]


def readiness(guild_id: int, event_id: int, scheduled_at: datetime) -> Readiness | None:
    """Return what there is to know before a reminder is claimed; None when the event is not this guild's."""
    row = _select_readiness().row(guild_id=guild_id, message_id=event_id, scheduled_at=scheduled_at)
    return None if row is None else Readiness(*row)


def _claim(row: Sequence[Any]) -> Claim:
    values = dict(zip(_CLAIM_FIELDS, row, strict=True))
    return Claim(**{**values, "recipients": tuple(sorted(json.loads(values["recipients"])))})


def _claim_columns() -> tuple[Any, ...]:
    """In the order of `Claim`'s own fields."""
    return (
        ReminderLog.id,
        Event.guild,
        ReminderLog.event,
        ReminderLog.scheduled_at,
        ReminderLog.batch,
        ReminderLog.batch_count,
        ReminderLog.nonce,
        ReminderLog.attempt,
        waiting_users(),
        ReminderLog.created_at,
        ReminderLog.kind,
        ReminderLog.channel_id,
        ReminderLog.detail,
    )


def _claims(condition: Any) -> Statement:
    query = ReminderLog.select(*_claim_columns()).join(Event).where(condition)
    return Statement(query.order_by(ReminderLog.scheduled_at, ReminderLog.event, ReminderLog.batch))


@cache
def _select_of_event() -> Statement:
    mine = (ReminderLog.event == param(ReminderLog.event)) & (Event.guild == param(Event.guild))
    return _claims(mine & _PENDING)


@cache
def _select_all() -> Statement:
    return _claims(_PENDING)


@cache
def _select_batch() -> Statement:
    other, same = ReminderLog.alias(), ReminderLog.alias()
    of_kind = (other.event == ReminderLog.event) & (other.kind == ReminderLog.kind)
    others = other.select(SQL("1")).where(of_kind, other.id != ReminderLog.id, _PENDING)
    of_reminder = (same.event == ReminderLog.event) & (same.scheduled_at == ReminderLog.scheduled_at)
    of_reminder &= same.kind == ReminderLog.kind
    last_sent = same.select(fn.MAX(same.sent_at)).where(of_reminder)
    mine = (ReminderLog.id == param(ReminderLog.id, "log_id")) & (Event.guild == param(Event.guild))
    columns = (*_claim_columns(), fn.EXISTS(others), last_sent, *record_columns())
    return Statement(ReminderLog.select(*columns).join(Event).where(mine & _PENDING))


@cache
def _select_readiness() -> Statement:
    is_silent = ReminderLog.kind == ReminderKind.SILENT
    pending = ReminderLog.select(SQL("1")).where(ReminderLog.event == Event.message_id, is_silent, _PENDING)
    this = (
        is_silent
        & (ReminderLog.event == Event.message_id)
        & (ReminderLog.scheduled_at == param(ReminderLog.scheduled_at))
    )
    columns = (
        Event.state,
        Event.is_paused,
        Event.next_reminder_at,
        fn.EXISTS(pending),
        fn.EXISTS(ReminderLog.select(SQL("1")).where(this)),
    )
    mine = (Event.message_id == param(Event.message_id)) & (Event.guild == param(Event.guild))
    return Statement(Event.select(*columns).where(mine))
