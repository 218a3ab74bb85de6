"""What was sent, to whom, and what is being sent: claims are stored before anything goes out.

A reminder is all the batches of one (event, scheduled_at). While one of them is pending its event waits for no other
reminder; the last one to be settled decides when the next falls due.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from models.database_models import Event, ReminderLog, ReminderRecipient
from models.held_records import Held
from models.person_facts import NOTHING_PUT_OFF, PutOff
from models.plan_rules import is_for, is_out_of_date, may_go
from models.records import Claim, EventState, RecipientOutcome, ReminderKind, ReminderStatus, TrackedEvent
from models.shown_records import LogEntry
from persistence import events, recipients
from persistence.claims import insert_claims, unsent
from persistence.deletions import plan_deletions
from persistence.delivery_log import ENTRY_COLUMNS
from persistence.forgotten import not_forgotten
from persistence.held import insert_held, put_off, waiting_for
from persistence.pending_batches import PendingBatch, Readiness, list_pending, pending_batch, pending_of, readiness
from persistence.reactions import answered_among, list_answers
from persistence.statements import Statement, param, rows_of

__all__ = [
    "begin_attempt", "claim", "close_batch", "close_pending", "come_home", "complete", "known_message_ids",
    "list_log", "list_pending", "pass_over", "pending_batch", "pending_of", "recipients_of",
]  # fmt: skip


def claim(
    guild_id: int,
    event_id: int,
    scheduled_at: datetime,
    batches: Sequence[Sequence[int]],
    now: datetime,
    *,
    due_only: bool,
    channels: Sequence[int | None] = (),
    instead: PutOff = NOTHING_PUT_OFF,
) -> list[Claim]:
    """Store a pending row with its recipients for each batch, and stop the event from falling due meanwhile.

    ``channels`` says where each is posted, None being the event's own channel; ``instead`` is stored for those who are
    missing and not pinged now.

    Returns nothing, and changes nothing, when the event is not this guild's or not active, when one of its reminders
    is pending, when this one has been claimed before, or when there is no batch; with ``due_only`` also when the event
    is paused or not due at exactly ``scheduled_at``.
    """
    found = readiness(guild_id, event_id, scheduled_at)
    if not batches or not _is_claimable(found, scheduled_at, due_only=due_only):
        return []
    put_off(event_id, instead, now)
    claims = insert_claims(unsent(guild_id, event_id, scheduled_at, now), batches, channels)
    _wait_for_none().change(message_id=event_id, now=now)
    return claims


def pass_over(
    guild_id: int, event_id: int, scheduled_at: datetime, instead: PutOff, now: datetime, *, due_only: bool
) -> bool:
    """Do what a reminder is for when none of those who are missing is pinged now: no message, the clock goes on.

    What is to be held is stored, and the next reminder falls due one interval from now. False, and nothing is changed,
    where `claim` would change nothing either; so a second call for the same due time does nothing.
    """
    event = events.get_event(guild_id, event_id)
    if event is None or not _is_claimable(readiness(guild_id, event_id, scheduled_at), scheduled_at, due_only=due_only):
        return False
    put_off(event_id, instead, now)
    if event.is_running:
        _set_due().change(message_id=event_id, next_reminder_at=event.next_silent_at(now), now=now)
    return True


def begin_attempt(
    guild_id: int,
    log_id: int,
    narrowed_to: Collection[int],
    now: datetime,
    *,
    even_paused: bool = False,
    held: Sequence[Held] = (),
) -> Claim | None:
    """Count an attempt to send a pending batch and narrow it; who is narrowed stays so.

    Those are left who are in ``narrowed_to`` and whom it is still for by the answers that are stored at this moment,
    those included that were waiting in the writer's queue when the caller looked. ``held`` is stored for those in the
    batch whom it is for by the answers, but who are not to be pinged any more now. With nobody left the batch is closed
    as skipped, unless it is one that the channel is told as well. Returns the batch with those left, or None when it
    must not be sent: it is not pending, nobody is left, the event's state forbids it (`may_go`), or what it says has
    ceased to be true since the caller looked (`is_out_of_date`).
    """
    found = pending_batch(guild_id, log_id)
    if found is None or not may_go(found.event, found.claim.kind, even_paused=even_paused):
        return None
    if is_out_of_date(found.event, found.claim.kind, found.claim.detail, now):
        return None
    waiting = set(found.claim.recipients)
    meant = _still_meant(found, waiting.intersection((*narrowed_to, *(each.user_id for each in held))))
    left = meant.intersection(narrowed_to)
    insert_held([each for each in held if each.user_id in meant], now)
    if not left and not found.claim.kind.is_final:
        reason = "nobody in it is to be pinged now" if meant else "everybody in it has answered"
        _close(found, ReminderStatus.SKIPPED, reason, now)
        return None
    _count_attempt().change(log_id=log_id, now=now)
    recipients.set_outcomes(log_id, waiting - left, RecipientOutcome.NARROWED, now)
    return replace(found.claim, attempt=found.claim.attempt + 1, recipients=tuple(sorted(left)))


def complete(
    guild_id: int, log_id: int, message_id: int, sent_at: datetime, pinged: Collection[int], now: datetime
) -> TrackedEvent | None:
    """Store that a pending batch went out as ``message_id`` and whom that message pinged; then settle its event.

    ``pinged`` is the truth: after a repeated nonce the message is an earlier one, with an earlier narrowing. Returns
    the event as it is now, or None when the batch is not pending.
    """
    found = pending_batch(guild_id, log_id)
    if found is None:
        return None
    reached = set(pinged)
    known = reached
    if reached != set(found.claim.recipients):
        known = _correct_recipients(guild_id, log_id, reached, now)
    recipients.set_outcomes(log_id, known, RecipientOutcome.PINGED, now)
    _mark_sent().change(log_id=log_id, message_id=message_id, sent_at=sent_at, users_notified=len(reached), now=now)
    plan_deletions(found.event, found.claim, sent_at, now)
    return _settle_event(found, max(sent_at, found.last_sent_at or sent_at), now)


def come_home(guild_id: int, log_id: int, now: datetime) -> bool:
    """Have a pending batch posted in the event's own channel, as if no attempt had been made to post it.

    Only for one that is certain not to be where it was to go. False when it is not pending.
    """
    if pending_batch(guild_id, log_id) is None:
        return False
    _come_home().change(log_id=log_id, now=now)
    return True


def close_batch(
    guild_id: int, log_id: int, status: ReminderStatus, reason: str | None, now: datetime
) -> TrackedEvent | None:
    """End a pending batch unsent, as SKIPPED or FAILED; then settle its event.

    Returns the event as it is now, or None when the batch is not pending.
    """
    if status not in (ReminderStatus.SKIPPED, ReminderStatus.FAILED):
        raise ValueError(f"a batch is not closed as {status}")
    found = pending_batch(guild_id, log_id)
    return None if found is None else _close(found, status, reason, now)


def close_pending(guild_id: int, event_id: int, status: ReminderStatus, reason: str | None, now: datetime) -> int:
    """End every pending batch of an event unsent, as `close_batch` does; return how many there were."""
    pending = pending_of(guild_id, event_id)
    for batch in pending:
        close_batch(guild_id, batch.log_id, status, reason, now)
    return len(pending)


def list_log(guild_id: int, event_id: int, limit: int) -> list[LogEntry]:
    """Return the batches of an event, newest first."""
    query = ReminderLog.select(*ENTRY_COLUMNS).join(Event).where(ReminderLog.event == event_id, Event.guild == guild_id)
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


def _is_claimable(found: Readiness | None, scheduled_at: datetime, *, due_only: bool) -> bool:
    if found is None or found.state is not EventState.ACTIVE:
        return False
    if due_only and (found.is_paused or found.next_reminder_at != scheduled_at):
        return False
    return not found.is_sending and not found.is_claimed


def _still_meant(found: PendingBatch, people: set[int]) -> set[int]:
    event, kind = found.event, found.claim.kind
    if kind is ReminderKind.SILENT:
        # Who has snoozed it in the last moment waits for what they asked for.
        left = people.difference(waiting_for(event.guild_id, event.message_id, kind))
        return left - answered_among(event.guild_id, event.message_id, left)
    answers = list_answers(event.guild_id, event.message_id)
    return {answer.user_id for answer in answers if answer.user_id in people and is_for(event, kind, answer.emoji)}


def _correct_recipients(guild_id: int, log_id: int, pinged: set[int], now: datetime) -> set[int]:
    """Note who of a batch was not pinged after all; return those who were and may be stored."""
    everybody = recipients_of(guild_id, log_id).keys()
    recipients.set_outcomes(log_id, everybody - pinged, RecipientOutcome.NARROWED, now)
    return (pinged & everybody) | set(not_forgotten(pinged - everybody))


def _close(found: PendingBatch, status: ReminderStatus, reason: str | None, now: datetime) -> TrackedEvent:
    _mark_closed().change(log_id=found.claim.log_id, status=status, error_message=reason, now=now)
    recipients.close_waiting(found.claim.log_id, now)
    plan_deletions(found.event, found.claim, None, now)
    return _settle_event(found, found.last_sent_at, now)


def _settle_event(found: PendingBatch, last_sent: datetime | None, now: datetime) -> TrackedEvent:
    """Set when the next reminder falls due, once the last batch of this one has ended; return the event as it is."""
    event = found.event
    if not found.is_last or found.claim.kind is not ReminderKind.SILENT:
        return event
    upcoming = event.next_silent_at(last_sent or now) if event.is_running else None
    settled = replace(event, last_reminder=last_sent or event.last_reminder, next_reminder_at=upcoming)
    _settle().change(
        message_id=event.message_id, last_reminder=settled.last_reminder, next_reminder_at=upcoming, now=now
    )
    return settled


@cache
def _count_attempt() -> Statement:
    return _update_batch({ReminderLog.attempt: ReminderLog.attempt + 1})


@cache
def _come_home() -> Statement:
    return _update_batch({ReminderLog.channel_id: None, ReminderLog.attempt: 0})


@cache
def _mark_sent() -> Statement:
    columns = (ReminderLog.message_id, ReminderLog.sent_at, ReminderLog.users_notified)
    ended = {ReminderLog.status: ReminderStatus.SENT, ReminderLog.error_message: None}
    return _update_batch({**ended, **{column: param(column) for column in columns}})


@cache
def _mark_closed() -> Statement:
    return _update_batch({column: param(column) for column in (ReminderLog.status, ReminderLog.error_message)})


def _update_batch(changes: dict[Any, Any]) -> Statement:
    touched = {**changes, ReminderLog.updated_at: param(ReminderLog.updated_at, "now")}
    return Statement(ReminderLog.update(touched).where(ReminderLog.id == param(ReminderLog.id, "log_id")))


@cache
def _wait_for_none() -> Statement:
    return _update_event({Event.next_reminder_at: None})


@cache
def _set_due() -> Statement:
    return _update_event({Event.next_reminder_at: param(Event.next_reminder_at)})


@cache
def _settle() -> Statement:
    return _update_event({column: param(column) for column in (Event.last_reminder, Event.next_reminder_at)})


def _update_event(changes: dict[Any, Any]) -> Statement:
    touched = {**changes, Event.updated_at: param(Event.updated_at, "now")}
    return Statement(Event.update(touched).where(Event.message_id == param(Event.message_id)))
