"""Who does not answer after all reminders: how often they were pinged, and of whom the organiser was told."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from peewee import SQL, Select, Value, fn

from models.database_models import Event, Reaction, ReminderLog, ReminderRecipient
from models.held_records import HeldKind
from models.member_models import Escalation, HeldReminder
from models.person_facts import Rung
from models.records import RecipientOutcome, ReminderKind
from persistence.forgotten import not_forgotten
from persistence.statements import Statement, number, param, value_list


def ladder(guild_id: int, event_id: int, fewest: int) -> dict[int, Rung]:
    """Return those who were pinged at least ``fewest`` times about not having answered, and those told of already."""
    told = {user_id for (user_id,) in _select_told().rows(guild_id=guild_id, event_id=event_id)}
    found = dict.fromkeys(told, Rung(was_told_of=True))
    for user_id, in_channel, directly, had_direct in _count_pings().rows(
        guild_id=guild_id, event_id=event_id, fewest=fewest
    ):
        found[user_id] = Rung(in_channel, directly, bool(had_direct), user_id in told)
    return found


def own_rungs(guild_id: int, event_ids: Collection[int], user_id: int, fewest: int) -> dict[int, Rung]:
    """Return what `ladder` says of one person, by event; events of which it says nothing are left out."""
    found: dict[int, Rung] = {}
    for event_id in event_ids:
        key = {"guild_id": guild_id, "event_id": event_id}
        is_told = (user_id,) in _select_told().rows(**key)
        row = _count_own_pings().row(**key, user_id=user_id, fewest=fewest)
        if row is not None:
            found[event_id] = Rung(row[1], row[2], bool(row[3]), is_told)
        elif is_told:
            found[event_id] = Rung(was_told_of=True)
    return found


def note_told(event_id: int, user_ids: Collection[int], now: datetime) -> None:
    """Store of whom the organiser of an event is told; part of the caller's unit of work, which checked the guild."""
    known = not_forgotten(user_ids)
    if known:
        _insert().change(event_id=event_id, users=known, now=now)


def still_silent(guild_id: int, event_id: int) -> list[int]:
    """Return of whom the organiser of an event was told, and who has not answered since; by id."""
    return [user_id for (user_id,) in _select_silent().rows(guild_id=guild_id, event_id=event_id)]


@cache
def _count_pings() -> Statement:
    return Statement(_pings())


@cache
def _count_own_pings() -> Statement:
    return Statement(_pings(param(ReminderRecipient.user_id)))


def _pings(*people: Value) -> Select:
    """Count the pings of each person: in the channel, directly, and whether a direct message followed them."""
    batches = ReminderRecipient.select(
        ReminderRecipient.user_id.alias("person"),
        SQL("1").alias("in_channel"), SQL("0").alias("directly"), SQL("0").alias("had_direct"),
    ).join(ReminderLog).join(Event).where(
        Event.guild == param(Event.guild), ReminderLog.event == param(ReminderLog.event),
        ReminderLog.kind == ReminderKind.SILENT, ReminderRecipient.outcome == RecipientOutcome.PINGED,
        *(ReminderRecipient.user_id == each for each in people),
    )  # fmt: skip
    alone = HeldReminder.select(
        HeldReminder.user_id,
        SQL("outcome = 'pinged' AND way = 'channel'"),
        SQL("outcome = 'pinged' AND way = 'direct' AND why <> 'escalation'"),
        # One that waited for the end of quiet hours may have been put off: it is the one direct message all the same.
        SQL(
            "(why IN ('escalation', 'closed') OR (why = 'snooze' AND way = 'direct'))"
            " AND outcome IN ('pinged', 'pending')"
        ),
    ).join(Event).where(
        Event.guild == param(Event.guild), HeldReminder.event == param(HeldReminder.event),
        HeldReminder.kind == HeldKind.SILENT, *(HeldReminder.user_id == each for each in people),
    )  # fmt: skip
    pings: Any = batches.union_all(alone).alias("pings")
    sums = (fn.SUM(pings.c.in_channel), fn.SUM(pings.c.directly))
    query = Select([pings], [pings.c.person, *sums, fn.MAX(pings.c.had_direct)]).group_by(pings.c.person)
    return query.having(sums[0] + sums[1] >= number("fewest"))


@cache
def _select_told() -> Statement:
    query = Escalation.select(Escalation.user_id).join(Event)
    return Statement(query.where(Event.guild == param(Event.guild), Escalation.event == param(Escalation.event)))


@cache
def _select_silent() -> Statement:
    answers = Reaction.select(SQL("1")).where(
        Reaction.event == Escalation.event, Reaction.user_id == Escalation.user_id
    )
    query = Escalation.select(Escalation.user_id).join(Event).where(~fn.EXISTS(answers))
    theirs = query.where(Event.guild == param(Event.guild), Escalation.event == param(Escalation.event))
    return Statement(theirs.order_by(Escalation.user_id))


@cache
def _insert() -> Statement:
    now = param(Escalation.created_at, "now")
    values = {
        Escalation.event: param(Escalation.event),
        Escalation.user_id: SQL("value"),
        Escalation.told_at: now,
        Escalation.created_at: now,
        Escalation.updated_at: now,
    }
    # Without a WHERE, SQLite would read ON CONFLICT as the join's ON.
    rows = Select([value_list(Escalation.user_id, "users")], [*values.values()]).where(SQL("1"))
    insert = Escalation.insert_from(rows, [*values])
    return Statement(
        insert.on_conflict(conflict_target=[Escalation.event, Escalation.user_id], preserve=[Escalation.updated_at])
    )
