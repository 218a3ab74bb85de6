"""Held reminders that wait: which are due, when the next one is, and those that have nothing to wait for any more."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from peewee import SQL, Expression, Select, Update, fn

from models.database_models import Event
from models.held_records import HeldItem, HeldReason
from models.member_models import HeldReminder
from models.records import EventState, RecipientOutcome, TrackedEvent
from persistence.events import record_columns
from persistence.statements import Statement, number, param, value_list

# Written out, not bound: SQLite takes the partial index only when it can see that the rows are the index's own.
WAITS = SQL("gathered_id IS NULL AND outcome = 'pending'")


def list_due_held(now: datetime, limit: int) -> list[tuple[HeldItem, TrackedEvent]]:
    """Return what is due, the longest overdue first, each with its event.

    What is about a paused or blocked event is not due: it waits until the event goes on.
    """
    width = len(item_columns())
    rows = _select_due().rows(now=now, limit=limit)
    return [(HeldItem(*row[:width]), TrackedEvent(*row[width:])) for row in rows]


def next_held_after(moment: datetime) -> datetime | None:
    """Return when the next held reminder of all falls due, later than ``moment``."""
    row = _select_next().row(moment=moment)
    return None if row is None else row[0]


def settle_waiting(guild_id: int, lapsed: Collection[int], postponed: Mapping[int, datetime], now: datetime) -> int:
    """End waiting reminders that are not meant any more, and have others wait until later; return how many changed."""
    changed = 0
    if lapsed:
        changed += _lapse().change(guild_id=guild_id, ids=lapsed, now=now)
    for held_id, due_at in postponed.items():
        changed += _postpone().change(guild_id=guild_id, ids=(held_id,), due_at=due_at, now=now)
    return changed


def look_anew(guild_id: int, now: datetime, user_id: int | None = None) -> int:
    """Have what waits for the end of quiet hours be due now, of a guild or of one member; return how much did.

    Whoever looks at what is due finds when it may be told by the hours that are in force. What somebody has snoozed
    keeps the moment that they were promised. Of the rest, nothing waits for anything but quiet hours.
    """
    if user_id is None:
        return _bring_forward().change(guild_id=guild_id, now=now)
    return _bring_own_forward().change(guild_id=guild_id, now=now, user_id=user_id)


def item_columns() -> tuple[Any, ...]:
    """In the order of `HeldItem`'s own fields."""
    row = HeldReminder
    return (row.id, row.event, row.user_id, row.kind, row.due_at, row.way, row.why, row.detail)


@cache
def _select_due() -> Statement:
    stands = (Event.state == EventState.BLOCKED) | ((Event.state == EventState.ACTIVE) & (Event.is_paused == 1))
    due = (HeldReminder.due_at <= param(HeldReminder.due_at, "now")) & WAITS & ~stands
    query = HeldReminder.select(*item_columns(), *record_columns()).join(Event).where(due)
    return Statement(query.order_by(HeldReminder.due_at, HeldReminder.id).limit(number("limit")))


@cache
def _select_next() -> Statement:
    later = (HeldReminder.due_at > param(HeldReminder.due_at, "moment")) & WAITS
    return Statement(HeldReminder.select(HeldReminder.due_at).where(later).order_by(HeldReminder.due_at).limit(1))


@cache
def _lapse() -> Statement:
    return _update({HeldReminder.outcome: RecipientOutcome.NARROWED})


@cache
def _postpone() -> Statement:
    return _update({HeldReminder.due_at: param(HeldReminder.due_at)})


@cache
def _bring_forward() -> Statement:
    return Statement(_forward())


@cache
def _bring_own_forward() -> Statement:
    return Statement(_forward().where(HeldReminder.user_id == param(HeldReminder.user_id)))


def _forward() -> Update:
    now = param(HeldReminder.due_at, "now")
    own = Event.select(SQL("1")).where(Event.message_id == HeldReminder.event, Event.guild == param(Event.guild))
    waits = (HeldReminder.due_at > now) & (HeldReminder.why != HeldReason.SNOOZE) & WAITS & fn.EXISTS(own)
    update: Update = HeldReminder.update({HeldReminder.due_at: now, HeldReminder.updated_at: now}).where(waits)
    return update


def _update(changes: dict[Any, Any]) -> Statement:
    touched = {**changes, HeldReminder.updated_at: param(HeldReminder.updated_at, "now")}
    return Statement(HeldReminder.update(touched).where(of_guild() & WAITS))


def of_guild() -> Expression:
    """Return the condition that rows are among those named ``ids`` and about events of the guild ``guild_id``."""
    wanted = Select([value_list(HeldReminder.id, "ids")], [SQL("value")])
    own = Event.select(SQL("1")).where(Event.message_id == HeldReminder.event, Event.guild == param(Event.guild))
    named: Expression = HeldReminder.id.in_(wanted) & fn.EXISTS(own)
    return named
