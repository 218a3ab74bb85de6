"""What is due: running events with people to remind, what is planned besides, and what waits for one person."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from models.database_models import Event
from models.held_records import HeldItem
from models.plan_models import PlanEntry as Row
from models.records import EventState, PlanEntry, PlanKind, TrackedEvent
from persistence.deletions import list_due_deletions, next_deletion_after
from persistence.events import record_columns
from persistence.held_due import list_due_held, next_held_after
from persistence.statements import Statement, number, param


@dataclass(frozen=True, slots=True)
class Due:
    """What one look at the clock finds; ``next_at`` is when the next of anything falls due, None for never."""

    events: tuple[TrackedEvent, ...]
    entries: tuple[tuple[PlanEntry, TrackedEvent], ...]
    held: tuple[tuple[HeldItem, TrackedEvent], ...]
    has_deletions: bool
    """Whether messages are to be deleted by now."""
    next_at: datetime | None


def look(now: datetime, limit: int) -> Due:
    """Return what is due now, up to ``limit`` of each kind, and when to look again: one turn of the reader for all."""
    upcoming = (next_due_after(now), next_entry_after(now), next_deletion_after(now), next_held_after(now))
    return Due(
        tuple(list_due(now, limit)),
        tuple(list_due_entries(now, limit)),
        tuple(list_due_held(now, limit)),
        bool(list_due_deletions(now, 1)),
        min((moment for moment in upcoming if moment is not None), default=None),
    )


def list_due(now: datetime, limit: int) -> list[TrackedEvent]:
    """Return the running events whose next reminder is due, the longest overdue first."""
    return [TrackedEvent(*row) for row in _select_due().rows(now=now, limit=limit)]


def next_due_after(moment: datetime) -> datetime | None:
    """Return when the next reminder of all falls due, later than ``moment``."""
    row = _select_next_due().row(moment=moment)
    return None if row is None else row[0]


def list_due_entries(now: datetime, limit: int) -> list[tuple[PlanEntry, TrackedEvent]]:
    """Return what is due of events that are not over, the longest overdue first.

    Of paused and blocked events only the end is: everything else waits until they go on.
    """
    width = len(_entry_columns())
    rows = _select_due_entries().rows(now=now, limit=limit)
    return [(PlanEntry(*row[:width]), TrackedEvent(*row[width:])) for row in rows]


def next_entry_after(moment: datetime) -> datetime | None:
    """Return when the next planned entry of all falls due, later than ``moment``."""
    row = _select_next_entry().row(moment=moment)
    return None if row is None else row[0]


def _entry_columns() -> tuple[object, ...]:
    """In the order of `PlanEntry`'s own fields."""
    return (Row.id, Event.guild, Row.event, Row.kind, Row.due_at, Row.detail)


@cache
def _select_due() -> Statement:
    # That only running events have a next reminder is a CHECK of the table; the partial index holds exactly those.
    due = Event.next_reminder_at <= param(Event.next_reminder_at, "now")
    query = Event.select(*record_columns()).where(due).order_by(Event.next_reminder_at)
    return Statement(query.limit(number("limit")))


@cache
def _select_next_due() -> Statement:
    later = Event.next_reminder_at > param(Event.next_reminder_at, "moment")
    return Statement(Event.select(Event.next_reminder_at).where(later).order_by(Event.next_reminder_at).limit(1))


@cache
def _select_due_entries() -> Statement:
    running = (Event.state == EventState.ACTIVE) & (Event.is_paused == 0)
    ending = (Row.kind == PlanKind.COMPLETION) & Event.state.in_((EventState.ACTIVE, EventState.BLOCKED))
    due = (Row.due_at <= param(Row.due_at, "now")) & (running | ending)
    query = Row.select(*_entry_columns(), *record_columns()).join(Event).where(due)
    return Statement(query.order_by(Row.due_at, Row.id).limit(number("limit")))


@cache
def _select_next_entry() -> Statement:
    later = Row.due_at > param(Row.due_at, "moment")
    return Statement(Row.select(Row.due_at).where(later).order_by(Row.due_at).limit(1))
