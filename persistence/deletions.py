"""Messages that are to be deleted: those that have grown old, and those that a newer one has taken the place of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from peewee import SQL, fn

from models.database_models import Event, ReminderLog
from models.records import Claim, ReminderKind, ReminderStatus, TrackedEvent
from persistence.statements import Statement, number, param

DELETED = (ReminderKind.SILENT, ReminderKind.BEFORE, ReminderKind.DECIDE)
"""News of an event stays: only what reminds is of no use any more."""

# Written out, not bound: SQLite takes the partial index only when it can see that the rows are the index's own.
_PLANNED = SQL("delete_at IS NOT NULL")


@dataclass(frozen=True, slots=True)
class Deletion:
    """A message of the bot's that is to be deleted."""

    log_id: int
    guild_id: int
    event_id: int
    channel_id: int
    message_id: int


def plan_deletions(event: TrackedEvent, claim: Claim, sent_at: datetime | None, now: datetime) -> None:
    """Note when the message of a batch is to be deleted, and that older ones are to be; part of `complete`.

    ``sent_at`` is None for a batch that was closed unsent. The older ones go when the reminder is out as a whole: at
    least one batch is sent, the others are or had nobody left, none is pending or has failed.
    """
    if claim.kind not in DELETED:
        return
    minutes = event.options.delete_after_minutes
    if sent_at is not None and minutes is not None:
        _plan_one().change(log_id=claim.log_id, delete_at=sent_at + timedelta(minutes=minutes), now=now)
    this = {"event_id": event.message_id, "scheduled_at": claim.scheduled_at, "kind": claim.kind}
    if event.options.deletes_older and (_select_is_out().row(**this) or (0,))[0]:
        _plan_older().change(**this, now=now)


def list_due_deletions(now: datetime, limit: int) -> list[Deletion]:
    """Return the messages that are to be deleted by now, the longest due first."""
    return [Deletion(*row) for row in _select_due().rows(now=now, limit=limit)]


def next_deletion_after(moment: datetime) -> datetime | None:
    """Return when the next message is to be deleted, later than ``moment``."""
    row = _select_next().row(moment=moment)
    return None if row is None else row[0]


def postpone_deletion(guild_id: int, log_id: int, moment: datetime, now: datetime) -> None:
    """Try to delete a message later."""
    _postpone().change(guild_id=guild_id, log_id=log_id, delete_at=moment, now=now)


def end_deletion(guild_id: int, log_id: int, now: datetime) -> None:
    """Note that a message is gone, or that it cannot be deleted; in the log it stays sent."""
    _end().change(guild_id=guild_id, log_id=log_id, now=now)


@cache
def _plan_one() -> Statement:
    return Statement(_update({ReminderLog.delete_at: param(ReminderLog.delete_at)}).where(_this()))


@cache
def _select_is_out() -> Statement:
    of_reminder = (
        (ReminderLog.event == param(ReminderLog.event))
        & (ReminderLog.scheduled_at == param(ReminderLog.scheduled_at))
        & (ReminderLog.kind == param(ReminderLog.kind))
    )
    missing = ReminderLog.status.in_((ReminderStatus.PENDING, ReminderStatus.FAILED))
    is_sent = ReminderLog.status == ReminderStatus.SENT
    is_out = fn.COALESCE(fn.MAX(is_sent), 0) & (fn.MAX(missing) == 0)
    return Statement(ReminderLog.select(is_out).where(of_reminder))


@cache
def _plan_older() -> Statement:
    now = param(ReminderLog.delete_at, "now")
    is_same = (ReminderLog.scheduled_at == param(ReminderLog.scheduled_at)) & (
        ReminderLog.kind == param(ReminderLog.kind)
    )
    older = (
        (ReminderLog.event == param(ReminderLog.event))
        & ~is_same
        & (ReminderLog.status == ReminderStatus.SENT)
        & ReminderLog.kind.in_(DELETED)
        & ReminderLog.deletion_ended_at.is_null()
        & (ReminderLog.delete_at.is_null() | (ReminderLog.delete_at > now))
    )
    return Statement(_update({ReminderLog.delete_at: now}).where(older))


@cache
def _select_due() -> Statement:
    columns = (
        ReminderLog.id,
        Event.guild,
        ReminderLog.event,
        fn.COALESCE(ReminderLog.channel_id, Event.channel_id),
        ReminderLog.message_id,
    )
    due = ReminderLog.delete_at <= param(ReminderLog.delete_at, "now")
    query = ReminderLog.select(*columns).join(Event).where(due & _PLANNED)
    return Statement(query.order_by(ReminderLog.delete_at, ReminderLog.id).limit(number("limit")))


@cache
def _select_next() -> Statement:
    later = ReminderLog.delete_at > param(ReminderLog.delete_at, "moment")
    query = ReminderLog.select(ReminderLog.delete_at).where(later & _PLANNED)
    return Statement(query.order_by(ReminderLog.delete_at).limit(1))


@cache
def _postpone() -> Statement:
    query = _update({ReminderLog.delete_at: param(ReminderLog.delete_at)})
    return Statement(query.where(_this() & _of_guild()))


@cache
def _end() -> Statement:
    query = _update(
        {ReminderLog.delete_at: None, ReminderLog.deletion_ended_at: param(ReminderLog.deletion_ended_at, "now")}
    )
    return Statement(query.where(_this() & _of_guild()))


def _update(changes: dict[Any, Any]) -> Any:
    return ReminderLog.update({**changes, ReminderLog.updated_at: param(ReminderLog.updated_at, "now")})


def _this() -> Any:
    return ReminderLog.id == param(ReminderLog.id, "log_id")


def _of_guild() -> Any:
    theirs = Event.select(SQL("1")).where(Event.message_id == ReminderLog.event, Event.guild == param(Event.guild))
    return fn.EXISTS(theirs)
