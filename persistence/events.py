"""Watched messages: what is tracked, when the next reminder falls, in which state each event is.

What people see change is recorded by `persistence.audit` in the same transaction; ``actor_id`` is who asked for it, and
None for what the bot does by itself.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from peewee import SQL, Case, Expression, Value, fn

from models.database_models import Event, ReminderLog
from models.records import EventState, NewEvent, ReminderKind, Schedule, TrackedEvent, WatchedMessage
from persistence import audit, plans
from persistence.forgotten import is_forgotten, remembered
from persistence.guilds import upsert_guild
from persistence.statements import Statement, param, rows_of
from utils.errors import ValidationError

_TRACKED = (EventState.ACTIVE, EventState.BLOCKED)


def watch_event(new: NewEvent, now: datetime) -> tuple[TrackedEvent, TrackedEvent | None]:
    """Store an event, or revive the one of this guild that is there; return it, and what was there before.

    Reviving sets everything that ``new`` names but who made it: answers and log stay, the event runs again. Who is
    named as its maker is the actor.

    Raises:
        ValidationError: another guild has an event of this id.
    """
    before = get_event(new.guild_id, new.message_id)
    if before is None:
        if Event.select().where(Event.message_id == new.message_id).exists():
            raise ValidationError("message_id", f"{new.message_id} belongs to another server")
        upsert_guild(new.guild_id, None, now)
        author = None if new.created_by is None or is_forgotten(new.created_by) else new.created_by
        Event.insert(_columns(new), created_by=author, state_changed_at=now, created_at=now, updated_at=now).execute()
    else:
        since = before.state_changed_at if before.state is EventState.ACTIVE else now
        _change(new.guild_id, new.message_id, now, {**_columns(new), Event.state_changed_at: since})
    stored = get_event(new.guild_id, new.message_id)
    assert stored is not None, "written a moment ago, in this transaction"
    audit.record_event(before, stored, now, new.created_by)
    is_over = before is None or before.state not in _TRACKED
    plans.replan(None if is_over else before, stored, now)
    return stored, before


def get_event(guild_id: int, message_id: int) -> TrackedEvent | None:
    """Return one event of a guild."""
    row = _select_one().row(guild_id=guild_id, message_id=message_id)
    return None if row is None else TrackedEvent(*row)


def list_events(guild_id: int, states: Collection[EventState] | None = None) -> list[TrackedEvent]:
    """Return a guild's events, newest first; only those in ``states`` when given."""
    chosen = Event.state.in_(list(EventState if states is None else states))
    return _listed((Event.guild == guild_id) & chosen)


def list_tracked() -> list[WatchedMessage]:
    """Return what a start loads: every guild's active and blocked events, paused ones too, newest first."""
    # Thousands of events lie in a few channels and guilds, whose ids are kept once.
    known: dict[int, int] = {}
    once = known.setdefault
    return [
        WatchedMessage(id_, once(channel, channel), once(guild, guild), emoji, is_paused, state is EventState.BLOCKED)
        for id_, channel, guild, emoji, is_paused, state in _select_tracked().each_row()
    ]


def set_interval(
    guild_id: int,
    message_id: int,
    interval_minutes: float,
    next_reminder_at: datetime | None,
    now: datetime,
    actor_id: int | None = None,
) -> TrackedEvent | None:
    """Change the interval; an event that waits for no reminder (quiet, paused, being sent) goes on waiting for none."""
    moved = Case(None, [(Event.next_reminder_at.is_null(), None)], _moment(next_reminder_at))
    changes = {Event.interval_minutes: interval_minutes, Event.next_reminder_at: moved}
    return _update(guild_id, message_id, now, changes, actor_id)


def pause(guild_id: int, message_id: int, now: datetime, actor_id: int | None = None) -> TrackedEvent | None:
    """Pause an event: it waits for no reminder until `resume`."""
    return _update(guild_id, message_id, now, {Event.is_paused: True, Event.next_reminder_at: None}, actor_id)


def resume(
    guild_id: int, message_id: int, next_reminder_at: datetime | None, now: datetime, actor_id: int | None = None
) -> TrackedEvent | None:
    """End a pause; the next reminder is set when the event is active."""
    moved = Case(None, [(Event.state == EventState.ACTIVE, _moment(next_reminder_at))], None)
    return _update(guild_id, message_id, now, {Event.is_paused: False, Event.next_reminder_at: moved}, actor_id)


def set_state(
    guild_id: int,
    message_id: int,
    state: EventState,
    reason: str | None,
    now: datetime,
    next_reminder_at: datetime | None = None,
    *,
    only_from: Collection[EventState] = tuple(EventState),
    actor_id: int | None = None,
) -> TrackedEvent | None:
    """Move an event to a state, with the reason people are told; None, and no change, unless it is in ``only_from``.

    Leaving ACTIVE clears the next reminder. In ACTIVE, a paused event has none; without a ``next_reminder_at`` a
    running one keeps its own, if it has one.
    """
    upcoming: Any = None
    if state is EventState.ACTIVE:
        given = Event.next_reminder_at if next_reminder_at is None else _moment(next_reminder_at)
        upcoming = Case(None, [(Event.is_paused == 1, None)], given)
    event = get_event(guild_id, message_id)
    if event is None or event.state not in only_from:
        return None
    since = Case(None, [(Event.state == state, Event.state_changed_at)], _moment(now))
    changes = {Event.state: state, Event.state_reason: reason, Event.state_changed_at: since}
    if state not in _TRACKED:
        plans.drop(message_id)
    return _update(guild_id, message_id, now, {**changes, Event.next_reminder_at: upcoming}, actor_id)


def set_schedule(
    guild_id: int, message_id: int, schedule: Schedule, now: datetime, actor_id: int | None = None
) -> TrackedEvent | None:
    """Change when an event begins, until when it is answered, and what was chosen for it; and plan it anew.

    A reminder to those who are silent that would come after answers close is not waited for any more.
    """
    before = get_event(guild_id, message_id)
    if before is None:
        return None
    options = remembered(schedule.options)
    changes: dict[Any, Any] = {
        Event.starts_at: schedule.starts_at,
        Event.answer_until: schedule.answer_until,
        Event.options: options,
    }
    after = replace(before, starts_at=schedule.starts_at, answer_until=schedule.answer_until, options=options)
    if before.next_reminder_at and after.closes_at and before.next_reminder_at >= after.closes_at:
        changes[Event.next_reminder_at] = None
    changed = _update(guild_id, message_id, now, changes, actor_id)
    if changed is not None:
        plans.replan(before, changed, now)
    return changed


def set_text(
    guild_id: int,
    message_id: int,
    title: str,
    description: str | None,
    now: datetime,
    actor_id: int | None = None,
) -> TrackedEvent | None:
    """Change title and description; None where there is no such event, or an actor's is over.

    Recorded only of an actor: of an edited message, Discord itself shows the edit.
    """
    changes: dict[Any, Any] = {Event.title: title, Event.description: description}
    if actor_id is not None:
        found = get_event(guild_id, message_id)
        is_over = found is None or found.state not in _TRACKED
        return None if is_over else _update(guild_id, message_id, now, changes, actor_id)
    _change(guild_id, message_id, now, changes)
    return get_event(guild_id, message_id)


def arm_if_quiet(guild_id: int, message_id: int, next_reminder_at: datetime, now: datetime) -> bool:
    """Set the next reminder of a quiet event: running, waiting for none, and none being sent."""
    silent = ReminderLog.kind == ReminderKind.SILENT
    pending = ReminderLog.select(SQL("1")).where(
        ReminderLog.event == Event.message_id, silent, SQL("status = 'pending'")
    )
    quiet = (
        (Event.state == EventState.ACTIVE)
        & (Event.is_paused == 0)
        & Event.next_reminder_at.is_null()
        & ~fn.EXISTS(pending)
    )
    return _change(guild_id, message_id, now, {Event.next_reminder_at: next_reminder_at}, quiet) > 0


def go_quiet(guild_id: int, message_id: int, expected_next: datetime, now: datetime) -> bool:
    """Clear the next reminder, when it is still the one expected."""
    unchanged = Event.next_reminder_at == expected_next
    return _change(guild_id, message_id, now, {Event.next_reminder_at: None}, unchanged) > 0


def search_titles(guild_id: int, text: str, limit: int) -> list[TrackedEvent]:
    """Return a guild's active and blocked events whose title contains ``text`` in any case, newest first."""
    # Not LIKE: SQLite's knows upper and lower case in ASCII only.
    wanted = text.casefold()
    found = [event for event in list_events(guild_id, _TRACKED) if wanted in event.title.casefold()]
    return found[:limit]


def is_empty() -> bool:
    """Whether no guild has an event, of whatever state."""
    return not Event.select().exists()


def _columns(new: NewEvent) -> dict[Any, Any]:
    return {
        Event.message_id: new.message_id,
        Event.channel_id: new.channel_id,
        Event.guild: new.guild_id,
        Event.title: new.title,
        Event.description: new.description,
        Event.interval_minutes: new.interval_minutes,
        Event.required_reactions: new.required_reactions,
        Event.next_reminder_at: new.next_reminder_at,
        Event.is_paused: False,
        Event.state: EventState.ACTIVE,
        Event.state_reason: None,
        Event.starts_at: new.starts_at,
        Event.answer_until: new.answer_until,
        Event.options: remembered(new.options),
    }


def _moment(value: datetime | None) -> Value:
    # A bare value within CASE would reach SQLite in Python's own spelling of it.
    return Event.next_reminder_at.to_value(value)


def _change(
    guild_id: int, message_id: int, now: datetime, changes: dict[Any, Any], condition: Expression | None = None
) -> int:
    mine = (Event.guild == guild_id) & (Event.message_id == message_id)
    query = Event.update({**changes, Event.updated_at: now}).where(mine if condition is None else mine & condition)
    return int(query.execute())


def _update(
    guild_id: int, message_id: int, now: datetime, changes: dict[Any, Any], actor_id: int | None
) -> TrackedEvent | None:
    """Change an event, and record what people see of it."""
    before = get_event(guild_id, message_id)
    _change(guild_id, message_id, now, changes)
    after = get_event(guild_id, message_id)
    if after is not None:
        audit.record_event(before, after, now, actor_id)
    return after


def record_columns() -> tuple[Any, ...]:
    """In the order of `TrackedEvent`'s own fields."""
    return (
        Event.message_id,
        Event.channel_id,
        Event.guild,
        Event.title,
        Event.description,
        Event.interval_minutes,
        Event.is_paused,
        Event.last_reminder,
        Event.next_reminder_at,
        Event.required_reactions,
        Event.state,
        Event.state_reason,
        Event.state_changed_at,
        Event.created_by,
        Event.created_at,
        Event.starts_at,
        Event.answer_until,
        Event.options,
    )


def _listed(condition: Expression) -> list[TrackedEvent]:
    query = Event.select(*record_columns()).where(condition)
    newest_first = query.order_by(Event.created_at.desc(), Event.message_id.desc())
    return [TrackedEvent(*row) for row in rows_of(newest_first)]


@cache
def _select_one() -> Statement:
    mine = (Event.message_id == param(Event.message_id)) & (Event.guild == param(Event.guild))
    return Statement(Event.select(*record_columns()).where(mine))


@cache
def _select_tracked() -> Statement:
    ids = (Event.message_id, Event.channel_id, Event.guild)
    columns = (*ids, Event.required_reactions, Event.is_paused, Event.state)
    query = Event.select(*columns).where(Event.state.in_(_TRACKED))
    return Statement(query.order_by(Event.created_at.desc(), Event.message_id.desc()))
