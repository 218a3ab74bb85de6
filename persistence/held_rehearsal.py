"""The life of what waits for one person, for `persistence.rehearsal`: its store functions, in an order that works."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from models.held_records import Held, HeldKind, HeldReason, Way
from models.member_models import HeldReminder
from models.person_facts import PutOff
from models.records import ReminderKind, ReminderStatus
from persistence import escalations, gathered, gathered_log, held, held_due, pending_gathered, reminder_log


def putting_off(guild_id: int, event_id: int, now: datetime) -> Iterator[tuple[Any, ...]]:
    """Yield the functions that have something wait for people, each with its values."""
    later = now + timedelta(minutes=90)
    silent = Held(event_id, 5, HeldKind.SILENT, later, Way.CHANNEL, HeldReason.QUIET)
    moved = replace(silent, kind=HeldKind.MOVED, detail={"from": "a", "to": "b"})
    yield held.insert_held, [silent, moved], now
    yield held.put_off, event_id, PutOff((silent,), frozenset({5})), now
    yield held.waiting_for, guild_id, event_id, ReminderKind.SILENT
    yield held.person_facts, guild_id, event_id, ReminderKind.SILENT, 3
    yield escalations.ladder, guild_id, event_id, 3
    yield escalations.own_rungs, guild_id, [event_id], 6, 3
    yield escalations.note_told, event_id, {6}, now
    yield escalations.still_silent, guild_id, event_id
    yield _pass_over, guild_id, event_id, later, PutOff((silent,)), later


def holding(guild_id: int, event_id: int, now: datetime) -> Iterator[tuple[Any, ...]]:
    """Yield each function with its values; eight people wait, so that each function finds what it needs."""
    ids = [_hold(event_id, 100 + user_id, now) for user_id in range(8)]
    later = now + timedelta(hours=9)
    yield held_due.list_due_held, now, 5
    yield held_due.next_held_after, now
    yield held_due.settle_waiting, guild_id, ids[:1], {ids[1]: now}, now
    yield held_due.look_anew, guild_id, now
    yield held_due.look_anew, guild_id, now, 101
    yield gathered.claim_gathered, guild_id, Way.CHANNEL, 4, ids[1:3], now
    yield pending_gathered.pending_gathered, guild_id, 1
    yield (pending_gathered.list_pending_gathered,)
    yield gathered.begin_gathered, guild_id, 1, ids[1:2], {ids[2]: later}, now
    yield gathered.complete_gathered, guild_id, 1, 9, now, {101}, now
    yield pending_gathered.known_gathered_ids, guild_id, 1
    yield pending_gathered.list_recent_directs, now
    yield gathered.claim_gathered, guild_id, Way.DIRECT, 103, ids[3:4], now
    yield gathered.fall_back, guild_id, 2, "r", now
    yield gathered.claim_gathered, guild_id, Way.CHANNEL, 4, ids[4:6], now
    yield gathered.take_home, guild_id, 3, {ids[4]: 7}, "r", now
    yield gathered.close_gathered, guild_id, 4, ReminderStatus.FAILED, "r", now
    yield gathered_log.list_gathered, guild_id, 5
    yield gathered_log.list_gathered, guild_id, 5, event_id


def _hold(event_id: int, user_id: int, now: datetime) -> int:
    kind, why = HeldKind.SILENT, HeldReason.QUIET
    values = {"event": event_id, "user_id": user_id, "kind": kind, "due_at": now, "way": Way.CHANNEL, "why": why}
    return int(HeldReminder.insert(**values, created_at=now, updated_at=now).execute())


def _pass_over(guild_id: int, event_id: int, scheduled_at: datetime, instead: PutOff, now: datetime) -> None:
    reminder_log.pass_over(guild_id, event_id, scheduled_at, instead, now, due_only=False)


# The name under which its statements are shown.
_pass_over.__name__, _pass_over.__module__ = reminder_log.pass_over.__name__, reminder_log.pass_over.__module__
