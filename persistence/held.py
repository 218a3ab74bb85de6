"""What waits for one person: stored in the transaction that leaves them out of a message to all the others."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from peewee import EXCLUDED, SQL, Case, Select, fn

from models.database_models import Event
from models.held_records import Held, HeldKind, HeldReason
from models.member_models import HeldReminder
from models.person_facts import NO_FACTS, PersonFacts, PutOff
from models.records import ReminderKind
from persistence import escalations
from persistence.forgotten import not_forgotten
from persistence.held_due import WAITS
from persistence.statements import Statement, param

# Written out, not bound, as `WAITS`: it is a partial index's own condition.
_GOING_OUT = SQL("gathered_id IS NOT NULL AND outcome = 'pending'")


def put_off(event_id: int, what: PutOff, now: datetime) -> None:
    """Store what was decided instead of pings; part of the caller's unit of work, which checked whose event it is."""
    insert_held(what.held, now)
    if what.told_of:
        escalations.note_told(event_id, what.told_of, now)


def insert_held(held: Sequence[Held], now: datetime) -> None:
    """Have something wait for people; part of the caller's unit of work, which has checked whose event it is.

    Who waits already for the same kind of message about the same event is not held twice: a reminder to the silent
    changes nothing then, while news is told instead of what was to be told; a move goes on from the first time, and
    one that was taken back is told no more. Who asked to be forgotten is left out.
    """
    if not held:
        return
    known = set(not_forgotten({each.user_id for each in held}))
    silent: list[Mapping[str, object]] = []
    news: list[Mapping[str, object]] = []
    for each in held:
        if each.user_id in known:
            (silent if each.kind in _AS_EVER else news).append(_values(each, now))
    if silent:
        _insert_once().change_many(silent)
    if news:
        _insert_newest().change_many(news)
    for event_id in {each.event_id for each in held if each.kind is HeldKind.MOVED}:
        _drop_moved_back().change(event_id=event_id)


def person_facts(guild_id: int, event_id: int, kind: ReminderKind, escalate_after: int | None = None) -> PersonFacts:
    """Return what decides, besides choices, who is pinged by a kind of message about an event; only reads.

    The ladder is read for those who are silent alone, and only with ``escalate_after``.
    """
    if kind is ReminderKind.TALLY:
        return NO_FACTS
    waiting = waiting_for(guild_id, event_id, kind)
    if escalate_after is None or kind is not ReminderKind.SILENT:
        return PersonFacts(waiting) if waiting else NO_FACTS
    return PersonFacts(waiting, escalations.ladder(guild_id, event_id, escalate_after))


def waiting_for(guild_id: int, event_id: int, kind: ReminderKind) -> dict[int, HeldReason]:
    """Return for whom a kind of message about an event waits, and why.

    Of those to the silent, one that is just going out counts as well; of news it does not, because more may be new.
    """
    found = _select_waiting().rows(guild_id=guild_id, event_id=event_id, kind=HeldKind(kind.value))
    return {user_id: HeldReason(why) for user_id, why in found}


_AS_EVER = (HeldKind.SILENT, HeldKind.STILL_SILENT)


def _values(held: Held, now: datetime) -> dict[str, object]:
    return {
        "event_id": held.event_id, "user_id": held.user_id, "kind": held.kind, "due_at": held.due_at,
        "way": held.way, "why": held.why, "detail": held.detail, "now": now,
    }  # fmt: skip


@cache
def _insert_once() -> Statement:
    return _insert({HeldReminder.updated_at: HeldReminder.updated_at})


@cache
def _insert_newest() -> Statement:
    told_from = fn.json_extract(HeldReminder.detail, "$.from")
    both = fn.json_set(EXCLUDED.detail, "$.from", told_from)
    detail = Case(None, [(HeldReminder.kind == HeldKind.MOVED, both)], EXCLUDED.detail)
    newest = (HeldReminder.due_at, HeldReminder.way, HeldReminder.why, HeldReminder.updated_at)
    return _insert({HeldReminder.detail: detail, **{column: getattr(EXCLUDED, column.name) for column in newest}})


def _insert(on_conflict: dict[object, object]) -> Statement:
    now = param(HeldReminder.created_at, "now")
    columns = (
        HeldReminder.event, HeldReminder.user_id, HeldReminder.kind, HeldReminder.due_at, HeldReminder.way,
        HeldReminder.why, HeldReminder.detail,
    )  # fmt: skip
    values = {column: param(column) for column in columns}
    insert = HeldReminder.insert({**values, HeldReminder.created_at: now, HeldReminder.updated_at: now})
    this = [HeldReminder.event, HeldReminder.user_id, HeldReminder.kind]
    return Statement(insert.on_conflict(conflict_target=this, conflict_where=WAITS, update=on_conflict))


@cache
def _drop_moved_back() -> Statement:
    is_back = fn.json_extract(HeldReminder.detail, "$.from") == fn.json_extract(HeldReminder.detail, "$.to")
    theirs = (HeldReminder.event == param(HeldReminder.event)) & SQL("kind = 'moved'")
    return Statement(HeldReminder.delete().where(theirs & WAITS & is_back))


@cache
def _select_waiting() -> Statement:
    kind = HeldReminder.kind == param(HeldReminder.kind)
    mine, of_event = Event.guild == param(Event.guild), HeldReminder.event == param(HeldReminder.event)
    theirs = HeldReminder.select(HeldReminder.user_id, HeldReminder.why).join(Event).where(mine, of_event, kind)
    going_out = theirs.where(_GOING_OUT, HeldReminder.kind == HeldKind.SILENT)
    both: Any = theirs.where(WAITS).union_all(going_out).alias("both")
    return Statement(Select([both], [both.c.user_id, both.c.why]))
