"""Reminders that somebody asked for at a later time: they wait as held reminders, one for each person and event."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from peewee import Expression

from models.database_models import Event
from models.held_records import HeldKind, HeldReason, Way
from models.member_models import GatheredMessage, HeldReminder
from persistence.forgotten import is_forgotten
from persistence.held_due import WAITS
from persistence.statements import rows_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reminder of an event that waits for one person, and why."""

    due_at: datetime
    why: HeldReason


@dataclass(frozen=True, slots=True)
class Gathered:
    """The events that a gathered message reminded one person of."""

    guild_id: int
    event_ids: tuple[int, ...]


def snooze(
    guild_id: int, event_ids: Collection[int], user_id: int, due_at: datetime, way: Way, now: datetime
) -> list[int]:
    """Remind somebody of events at ``due_at``, and not before; return which of the events are this guild's.

    What waits for them already is moved, whatever it waited for, and goes where it would have gone; else it goes by
    ``way``. Nothing is stored of who asked to be forgotten.
    """
    if is_forgotten(user_id):
        return []
    theirs = Event.select(Event.message_id).where(Event.message_id.in_(list(event_ids)), Event.guild == guild_id)
    found = sorted(row[0] for row in rows_of(theirs))
    for event_id in found:
        changes = {HeldReminder.due_at: due_at, HeldReminder.why: HeldReason.SNOOZE, HeldReminder.updated_at: now}
        mine = (HeldReminder.event == event_id) & _waits_for(user_id)
        if HeldReminder.update(changes).where(mine).execute():
            continue
        HeldReminder.insert(
            event=event_id, user_id=user_id, kind=HeldKind.SILENT, due_at=due_at, way=way, why=HeldReason.SNOOZE,
            created_at=now, updated_at=now,
        ).execute()  # fmt: skip
    return found


def end_snooze(guild_id: int, event_id: int, user_id: int) -> bool:
    """Let somebody be reminded of an event with all others again; False when they had not snoozed it."""
    mine = (HeldReminder.event == event_id) & _waits_for(user_id) & (HeldReminder.why == HeldReason.SNOOZE)
    of_guild = HeldReminder.event.in_(
        Event.select(Event.message_id).where(Event.message_id == event_id, Event.guild == guild_id)
    )
    return int(HeldReminder.delete().where(mine, of_guild).execute()) > 0


def own_waiting(guild_id: int, user_id: int) -> dict[int, Waiting]:
    """Return which reminders of a guild's events wait for somebody, snoozed ones among them, by event."""
    query = HeldReminder.select(HeldReminder.event, HeldReminder.due_at, HeldReminder.why).join(Event)
    mine = rows_of(query.where(Event.guild == guild_id, _waits_for(user_id)))
    return {event_id: Waiting(due_at, why) for event_id, due_at, why in mine}


def gathered_for(gathered_id: int, mark: str, user_id: int) -> Gathered | None:
    """Return of which events a gathered message reminded somebody for want of an answer; None when it is not known.

    Of a message that was not for them, all of its events: they may be asked about them as well. ``mark`` is how its
    nonce begins: another message that has come to have its number is not it.
    """
    columns = (GatheredMessage.guild, GatheredMessage.nonce)
    found = rows_of(GatheredMessage.select(*columns).where(GatheredMessage.id == gathered_id))
    if not found or not mark or not found[0][1].startswith(mark):
        return None
    silent = (HeldReminder.gathered == gathered_id) & (HeldReminder.kind == HeldKind.SILENT)
    rows = rows_of(HeldReminder.select(HeldReminder.event, HeldReminder.user_id).where(silent))
    mine = {event_id for event_id, meant in rows if meant == user_id}
    return Gathered(found[0][0], tuple(sorted(mine or {event_id for event_id, _meant in rows})))


def _waits_for(user_id: int) -> Expression:
    mine: Expression = (HeldReminder.user_id == user_id) & (HeldReminder.kind == HeldKind.SILENT) & WAITS
    return mine
