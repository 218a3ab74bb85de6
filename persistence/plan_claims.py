"""The claims of messages that are not for silent people: each is claimed once, for ever."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from peewee import SQL

from models.database_models import ReminderLog
from models.held_records import Held
from models.plan_rules import is_out_of_date, may_go
from models.records import Claim, EventState, PlanEntry, ReminderKind, TrackedEvent
from persistence import events, plans
from persistence.claims import insert_claims, unsent
from persistence.held import insert_held
from persistence.statements import Statement, param


def claim_entry(
    entry: PlanEntry,
    batches: Sequence[Sequence[int]],
    now: datetime,
    *,
    channels: Sequence[int | None] = (),
    held: Sequence[Held] = (),
) -> list[Claim]:
    """Take a planned entry, and store a pending row with its recipients for each batch, posted as ``channels`` says.

    ``held`` is stored for those who are not in one of them.

    Returns nothing when it is not planned any more, or what it says is out of date; with no batch it is taken, too.
    Where several reminders before the start were missed, this one stands for all.
    """
    event = events.get_event(entry.guild_id, entry.event_id)
    kind = ReminderKind(entry.kind)
    if event is None or not may_go(event, kind) or not plans.take(entry):
        return []
    plans.take_overdue(entry.event_id, entry.kind, now)
    if is_out_of_date(event, kind, entry.detail, now) or _is_claimed(entry.event_id, kind, entry.due_at):
        return []
    insert_held(held, now)
    like = unsent(entry.guild_id, entry.event_id, entry.due_at, now, kind, entry.detail)
    return insert_claims(like, batches, channels)


def end_event(
    guild_id: int,
    event_id: int,
    reason: str,
    kind: ReminderKind | None,
    batches: Sequence[Sequence[int]],
    scheduled_at: datetime,
    now: datetime,
    actor_id: int | None = None,
    *,
    channels: Sequence[int | None] = (),
    held: Sequence[Held] = (),
) -> tuple[TrackedEvent | None, list[Claim]]:
    """End an event, and claim the message that says so, if there is to be one: both or neither.

    ``held`` is stored for those who hear it otherwise.

    Returns None and nothing when it is over already; ``scheduled_at`` is the moment that the message is for.
    """
    tracked = (EventState.ACTIVE, EventState.BLOCKED)
    ended = events.set_state(
        guild_id, event_id, EventState.COMPLETED, reason, now, only_from=tracked, actor_id=actor_id
    )
    if ended is None:
        return None, []
    if kind is None or _is_claimed(event_id, kind, scheduled_at):
        return ended, []
    insert_held(held, now)
    return ended, insert_claims(unsent(guild_id, event_id, scheduled_at, now, kind), batches or [()], channels)


def end_as_planned(
    entry: PlanEntry,
    reason: str,
    kind: ReminderKind | None,
    batches: Sequence[Sequence[int]],
    now: datetime,
    *,
    channels: Sequence[int | None] = (),
) -> tuple[TrackedEvent | None, list[Claim]]:
    """End an event as `end_event` does, if its end is still planned for then: it may have been moved meanwhile."""
    if not plans.take(entry):
        return None, []
    return end_event(entry.guild_id, entry.event_id, reason, kind, batches, entry.due_at, now, channels=channels)


def _is_claimed(event_id: int, kind: ReminderKind, scheduled_at: datetime) -> bool:
    return _select_claimed().row(event_id=event_id, kind=kind, scheduled_at=scheduled_at) is not None


@cache
def _select_claimed() -> Statement:
    this = (ReminderLog.event == param(ReminderLog.event)) & (ReminderLog.kind == param(ReminderLog.kind))
    at = ReminderLog.scheduled_at == param(ReminderLog.scheduled_at)
    return Statement(ReminderLog.select(SQL("1")).where(this & at).limit(1))
