"""What is planned for each event: kept in step with the event by whoever changes it, in the same transaction."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from peewee import SQL, fn

from models.database_models import Event, ReminderLog
from models.plan_models import PlanEntry as Row
from models.plan_rules import Planned, before_start, completion, decision
from models.records import EventState, PlanEntry, PlanKind, ReminderKind, TrackedEvent
from persistence.statements import Statement, param, rows_of
from utils.time import to_text


def replan(before: TrackedEvent | None, after: TrackedEvent, now: datetime) -> None:
    """Plan anew what an event's change has moved; ``before`` is None when it is new or was over.

    What was done for a moment that stays is not planned again. Of an event that is over, nothing is left planned.
    """
    if after.state not in (EventState.ACTIVE, EventState.BLOCKED):
        drop(after.message_id)
        return
    planned = _planned(after.message_id)
    wanted = [one for one in before_start(after) if one.due_at > now or one in planned]
    if (ending := completion(after)) is not None:
        wanted.append(ending)
    if before is not None and _decides_as_before(before, after):
        wanted += (one for one in planned if one.kind is PlanKind.DECIDE)
    elif (deciding := decision(after, now)) is not None:
        wanted.append(deciding)
    wanted += _news(before, after, now, (one for one in planned if one.kind is PlanKind.MOVED))
    # First away with the old: a reminder for the same moment may be about another one now.
    for one in planned:
        if one not in wanted:
            _delete_one().change(event_id=after.message_id, kind=one.kind, due_at=one.due_at)
    for one in wanted:
        if one not in planned:
            _insert().insert(event_id=after.message_id, kind=one.kind, due_at=one.due_at, detail=one.detail, now=now)


def drop(event_id: int) -> None:
    """Plan nothing more for an event."""
    _delete_all().change(event_id=event_id)


def list_planned(guild_id: int, event_id: int) -> list[Planned]:
    """Return what is planned for an event of this guild, the next first."""
    is_theirs = Event.select().where(Event.message_id == event_id, Event.guild == guild_id).exists()
    return _planned(event_id) if is_theirs else []


def take(entry: PlanEntry) -> bool:
    """Take a planned entry away because it is being done; False when it is not planned for then any more."""
    return _delete_one().change(event_id=entry.event_id, kind=entry.kind, due_at=entry.due_at) > 0


def take_overdue(event_id: int, kind: PlanKind, now: datetime) -> None:
    """Take away what has been due of one kind: of several that were missed, one is enough."""
    _take_overdue().change(event_id=event_id, kind=kind, now=now)


def _decides_as_before(before: TrackedEvent, after: TrackedEvent) -> bool:
    moved = before.closes_at != after.closes_at or before.options.decide_minutes != after.options.decide_minutes
    return not moved and bool(decision(before, before.created_at)) == bool(decision(after, after.created_at))


def _news(before: TrackedEvent | None, after: TrackedEvent, now: datetime, untold: Iterable[Planned]) -> list[Planned]:
    """Return the message that an event begins at another time than people were told last; none when it does not."""
    told = next((one.detail["from"] for one in untold if one.detail is not None), None)
    if told is None:
        if before is None or before.starts_at is None or before.starts_at == after.starts_at:
            return []
        told = _start_before_unsent_news(after.message_id) or to_text(before.starts_at)
    begins = None if after.starts_at is None else to_text(after.starts_at)
    return [] if told == begins else [Planned(PlanKind.MOVED, now, {"from": told, "to": begins})]


def _start_before_unsent_news(event_id: int) -> str | None:
    """Return the start that people know of, where news of another is claimed and no attempt to send it was made yet.

    That news never leaves: by the time of its attempt, it is out of date.
    """
    other = ReminderLog.alias()
    same = (other.event == ReminderLog.event) & (other.kind == ReminderLog.kind)
    begun = other.select(SQL("1")).where(same, other.scheduled_at == ReminderLog.scheduled_at, other.attempt > 0)
    moved = (ReminderLog.event == event_id) & (ReminderLog.kind == ReminderKind.MOVED) & SQL("status = 'pending'")
    query = ReminderLog.select(ReminderLog.detail).where(moved, ~fn.EXISTS(begun))
    found = rows_of(query.order_by(ReminderLog.scheduled_at).limit(1))
    return str(found[0][0]["from"]) if found else None


def _planned(event_id: int) -> list[Planned]:
    query = Row.select(Row.kind, Row.due_at, Row.detail).where(Row.event == event_id)
    return [Planned(*row) for row in rows_of(query.order_by(Row.due_at, Row.id))]


@cache
def _insert() -> Statement:
    now = param(Row.created_at, "now")
    values = {column: param(column) for column in (Row.event, Row.kind, Row.due_at, Row.detail)}
    return Statement(Row.insert({**values, Row.created_at: now, Row.updated_at: now}))


@cache
def _delete_one() -> Statement:
    this = (Row.event == param(Row.event)) & (Row.kind == param(Row.kind)) & (Row.due_at == param(Row.due_at))
    return Statement(Row.delete().where(this))


@cache
def _delete_all() -> Statement:
    return Statement(Row.delete().where(Row.event == param(Row.event)))


@cache
def _take_overdue() -> Statement:
    this = (Row.event == param(Row.event)) & (Row.kind == param(Row.kind)) & (Row.due_at <= param(Row.due_at, "now"))
    return Statement(Row.delete().where(this))
