"""What was sent, to whom, and what is being sent: claims are stored before anything goes out.

A reminder is all the batches of one (event, scheduled_at). While one of them is pending its event waits for no other
reminder; the last one to be settled decides when the next falls due.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2b
from typing import Any

from peewee import SQL, Expression, fn

from models.database_models import Event, ReminderLog, ReminderRecipient
from models.records import Claim, EventState, LogEntry, RecipientOutcome, ReminderStatus, TrackedEvent
from persistence.events import get_event
from persistence.forgotten import not_forgotten
from persistence.reactions import answered_user_ids
from persistence.statements import Statement, param, rows_of
from utils.time import to_text

# Written out, not bound: SQLite takes the partial index only when it can see that the rows are the index's own.
_PENDING = SQL("status = 'pending'")


def claim(
    guild_id: int,
    event_id: int,
    scheduled_at: datetime,
    batches: Sequence[Sequence[int]],
    now: datetime,
    *,
    due_only: bool,
) -> list[Claim]:
    """Store a pending row with its recipients for each batch, and stop the event from falling due meanwhile.

    Returns nothing, and changes nothing, when the event is not this guild's or not active, when one of its reminders
    is pending, when this one has been claimed before, or when there is no batch; with ``due_only`` also when the event
    is paused or not due at exactly ``scheduled_at``.
    """
    event = get_event(guild_id, event_id)
    if event is None or event.state is not EventState.ACTIVE or not batches:
        return []
    if due_only and (event.is_paused or event.next_reminder_at != scheduled_at):
        return []
    if pending_of(guild_id, event_id) or _is_logged(event_id, scheduled_at):
        return []
    for index, recipients in enumerate(batches, start=1):
        _insert_batch(event_id, scheduled_at, index, len(batches), recipients, now)
    _change_event(event_id, now, {Event.next_reminder_at: None})
    return pending_of(guild_id, event_id)


def begin_attempt(
    guild_id: int, log_id: int, narrowed_to: Collection[int], now: datetime, *, even_paused: bool = False
) -> Claim | None:
    """Count an attempt to send a pending batch and narrow it; who is narrowed stays so.

    Those are left who are in ``narrowed_to`` and have not answered by what is stored at this moment, answers included
    that were waiting in the writer's queue when the caller looked. With nobody left the batch is closed as skipped.
    Returns the batch with those left, or None when it must not be sent: it is not pending, nobody is left, or the event
    is not active or, unless ``even_paused``, paused.
    """
    found = _claims((ReminderLog.id == log_id) & (Event.guild == guild_id) & _PENDING)
    event = get_event(guild_id, found[0].event_id) if found else None
    if event is None or event.state != "active" or (event.is_paused and not even_paused):
        return None
    left = set(found[0].recipients).intersection(narrowed_to) - answered_user_ids(guild_id, event.message_id)
    if not left:
        close_batch(guild_id, log_id, ReminderStatus.SKIPPED, "everybody in it has answered", now)
        return None
    ReminderLog.update({ReminderLog.attempt: ReminderLog.attempt + 1, ReminderLog.updated_at: now}).where(
        ReminderLog.id == log_id
    ).execute()
    _set_outcomes(log_id, set(found[0].recipients) - left, RecipientOutcome.NARROWED, now)
    return _claims(ReminderLog.id == log_id)[0]


def complete(
    guild_id: int, log_id: int, message_id: int, sent_at: datetime, pinged: Collection[int], now: datetime
) -> TrackedEvent | None:
    """Store that a pending batch went out as ``message_id`` and whom that message pinged; then settle its event.

    ``pinged`` is the truth: after a repeated nonce the message is an earlier one, with an earlier narrowing. Returns
    the event as it is now, or None when the batch is not pending.
    """
    found = _claims((ReminderLog.id == log_id) & (Event.guild == guild_id) & _PENDING)
    if not found:
        return None
    everybody = recipients_of(guild_id, log_id).keys()
    _set_outcomes(log_id, everybody - set(pinged), RecipientOutcome.NARROWED, now)
    _set_outcomes(log_id, set(pinged), RecipientOutcome.PINGED, now)
    changes = {
        ReminderLog.status: ReminderStatus.SENT,
        ReminderLog.message_id: message_id,
        ReminderLog.sent_at: sent_at,
        ReminderLog.users_notified: len(set(pinged)),
        ReminderLog.error_message: None,
        ReminderLog.updated_at: now,
    }
    ReminderLog.update(changes).where(ReminderLog.id == log_id).execute()
    return _settle_event(guild_id, found[0], now)


def close_batch(
    guild_id: int, log_id: int, status: ReminderStatus, reason: str | None, now: datetime
) -> TrackedEvent | None:
    """End a pending batch unsent, as SKIPPED or FAILED; then settle its event.

    Returns the event as it is now, or None when the batch is not pending.
    """
    if status not in (ReminderStatus.SKIPPED, ReminderStatus.FAILED):
        raise ValueError(f"a batch is not closed as {status}")
    found = _claims((ReminderLog.id == log_id) & (Event.guild == guild_id) & _PENDING)
    if not found:
        return None
    changes = {ReminderLog.status: status, ReminderLog.error_message: reason, ReminderLog.updated_at: now}
    ReminderLog.update(changes).where(ReminderLog.id == log_id).execute()
    _set_outcomes(log_id, found[0].recipients, RecipientOutcome.UNSENT, now)
    return _settle_event(guild_id, found[0], now)


def close_pending(guild_id: int, event_id: int, status: ReminderStatus, reason: str | None, now: datetime) -> int:
    """End every pending batch of an event unsent, as `close_batch` does; return how many there were."""
    pending = pending_of(guild_id, event_id)
    for batch in pending:
        close_batch(guild_id, batch.log_id, status, reason, now)
    return len(pending)


def list_pending() -> list[Claim]:
    """Return the pending batches of all guilds, oldest first: what a start has to settle."""
    return _claims(ReminderLog.status == ReminderStatus.PENDING)


def pending_of(guild_id: int, event_id: int) -> list[Claim]:
    """Return the pending batches of an event, in order."""
    return _claims((ReminderLog.event == event_id) & (Event.guild == guild_id) & _PENDING)


def list_log(guild_id: int, event_id: int, limit: int) -> list[LogEntry]:
    """Return the batches of an event, newest first."""
    columns = (
        ReminderLog.id,
        ReminderLog.event,
        ReminderLog.scheduled_at,
        ReminderLog.batch,
        ReminderLog.batch_count,
        ReminderLog.status,
        ReminderLog.attempt,
        ReminderLog.sent_at,
        ReminderLog.message_id,
        ReminderLog.users_notified,
        ReminderLog.error_message,
    )
    query = ReminderLog.select(*columns).join(Event).where(ReminderLog.event == event_id, Event.guild == guild_id)
    newest_first = query.order_by(ReminderLog.scheduled_at.desc(), ReminderLog.batch.desc()).limit(limit)
    return [LogEntry(*row) for row in rows_of(newest_first)]


def known_message_ids(guild_id: int, event_id: int) -> frozenset[int]:
    """Return the messages that are known to be reminders of an event."""
    query = ReminderLog.select(ReminderLog.message_id).join(Event)
    mine = query.where(
        ReminderLog.event == event_id, Event.guild == guild_id, ReminderLog.message_id.is_null(is_null=False)
    )
    return frozenset(row[0] for row in rows_of(mine))


def recipients_of(guild_id: int, log_id: int) -> dict[int, RecipientOutcome]:
    """Return what became of each person of a batch."""
    query = ReminderRecipient.select(ReminderRecipient.user_id, ReminderRecipient.outcome).join(ReminderLog).join(Event)
    return dict(rows_of(query.where(ReminderLog.id == log_id, Event.guild == guild_id)))


def _is_logged(event_id: int, scheduled_at: datetime) -> bool:
    same = (ReminderLog.event == event_id) & (ReminderLog.scheduled_at == scheduled_at)
    return bool(ReminderLog.select().where(same).exists())


def _insert_batch(
    event_id: int, scheduled_at: datetime, batch: int, batch_count: int, recipients: Sequence[int], now: datetime
) -> None:
    log_id = ReminderLog.insert(
        event=event_id,
        scheduled_at=scheduled_at,
        batch=batch,
        batch_count=batch_count,
        nonce=_nonce(event_id, scheduled_at, batch),
        created_at=now,
        updated_at=now,
    ).execute()
    _set_outcomes(log_id, recipients, RecipientOutcome.PENDING, now)


def _nonce(event_id: int, scheduled_at: datetime, batch: int) -> str:
    """Name a batch the same way in every run of the program; 24 characters of the 25 that Discord takes."""
    return blake2b(f"{event_id} {to_text(scheduled_at)} {batch}".encode(), digest_size=12).hexdigest()


def _set_outcomes(log_id: int, user_ids: Collection[int], outcome: RecipientOutcome, now: datetime) -> None:
    _upsert_recipient().change_many(
        {"log_id": log_id, "user_id": user_id, "outcome": outcome, "now": now} for user_id in not_forgotten(user_ids)
    )


def _settle_event(guild_id: int, settled: Claim, now: datetime) -> TrackedEvent | None:
    event = get_event(guild_id, settled.event_id)
    if event is None or pending_of(guild_id, settled.event_id):
        return event
    this = (ReminderLog.event == settled.event_id) & (ReminderLog.scheduled_at == settled.scheduled_at)
    last_sent: datetime | None = ReminderLog.select(fn.MAX(ReminderLog.sent_at)).where(this).scalar()
    changes: dict[Any, Any] = {} if last_sent is None else {Event.last_reminder: last_sent}
    upcoming = (last_sent or now) + timedelta(minutes=event.interval_minutes)
    _change_event(settled.event_id, now, {**changes, Event.next_reminder_at: upcoming if event.is_running else None})
    return get_event(guild_id, settled.event_id)


def _change_event(event_id: int, now: datetime, changes: dict[Any, Any]) -> None:
    Event.update({**changes, Event.updated_at: now}).where(Event.message_id == event_id).execute()


def _claims(condition: Expression) -> list[Claim]:
    columns = (
        ReminderLog.id,
        Event.guild,
        ReminderLog.event,
        ReminderLog.scheduled_at,
        ReminderLog.batch,
        ReminderLog.batch_count,
        ReminderLog.nonce,
        ReminderLog.attempt,
        ReminderLog.created_at,
    )
    query = ReminderLog.select(*columns).join(Event).where(condition)
    in_order = query.order_by(ReminderLog.scheduled_at, ReminderLog.event, ReminderLog.batch)
    return [Claim(*(*row[:-1], _waiting(row[0]), row[-1])) for row in rows_of(in_order)]


def _waiting(log_id: int) -> tuple[int, ...]:
    return tuple(row[0] for row in _select_waiting().rows(log_id=log_id))


@cache
def _select_waiting() -> Statement:
    mine = (ReminderRecipient.log == param(ReminderRecipient.log)) & (
        ReminderRecipient.outcome == RecipientOutcome.PENDING
    )
    query = ReminderRecipient.select(ReminderRecipient.user_id).where(mine)
    return Statement(query.order_by(ReminderRecipient.user_id))


@cache
def _upsert_recipient() -> Statement:
    now = param(ReminderRecipient.created_at, "now")
    insert = ReminderRecipient.insert(
        log=param(ReminderRecipient.log),
        user_id=param(ReminderRecipient.user_id),
        outcome=param(ReminderRecipient.outcome),
        created_at=now,
        updated_at=now,
    )
    return Statement(
        insert.on_conflict(
            conflict_target=[ReminderRecipient.log, ReminderRecipient.user_id],
            preserve=[ReminderRecipient.outcome, ReminderRecipient.updated_at],
        )
    )
