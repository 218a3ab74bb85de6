"""Whether a held reminder is still meant, by what is stored: its event's state and times, answers, what waits anew."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from peewee import SQL

from models.held_records import HeldItem, HeldKind
from models.member_models import HeldReminder
from models.plan_rules import is_for, is_out_of_date, may_go
from models.records import EventState, ReminderKind, TrackedEvent
from persistence.forgotten import not_forgotten
from persistence.held_due import WAITS
from persistence.reactions import answered_among, list_answers
from persistence.statements import rows_of


def stands_still(event: TrackedEvent | None) -> bool:
    """Whether an event is paused or blocked: nothing about it is sent until it goes on."""
    return event is not None and (event.state is EventState.BLOCKED or (event.is_paused and not _is_over(event)))


def is_true(item: HeldItem, event: TrackedEvent, now: datetime) -> bool:
    """Whether an event's state and times let this still be said."""
    kind = ReminderKind.SILENT if item.kind is HeldKind.STILL_SILENT else ReminderKind(item.kind)
    return may_go(event, kind) and not is_out_of_date(event, kind, item.detail, now)


def still_meant(events: Mapping[int, TrackedEvent], wanted: Iterable[HeldItem], now: datetime) -> list[HeldItem]:
    """Return what is true, and meant for who has or has not answered by now; in the order given."""
    groups: dict[tuple[int, HeldKind], list[HeldItem]] = defaultdict(list)
    items = [item for item in wanted if item.event_id in events and is_true(item, events[item.event_id], now)]
    for item in items:
        groups[item.event_id, item.kind].append(item)
    right = {
        (event_id, kind, user_id)
        for (event_id, kind), group in groups.items()
        for user_id in _rightly_told(events[event_id], kind, [item.user_id for item in group])
    }
    return [item for item in items if (item.event_id, item.kind, item.user_id) in right and not waits_anew(item)]


def waits_anew(item: HeldItem) -> bool:
    """Whether the same person waits for the same of the same event once more, as after a snooze."""
    query = HeldReminder.select(SQL("1")).where(
        HeldReminder.event == item.event_id, HeldReminder.user_id == item.user_id,
        HeldReminder.kind == item.kind, HeldReminder.id != item.held_id, WAITS,
    )  # fmt: skip
    return bool(rows_of(query.limit(1)))


def _rightly_told(event: TrackedEvent, kind: HeldKind, people: Sequence[int]) -> Iterable[int]:
    known = not_forgotten(people)
    if kind is HeldKind.STILL_SILENT:
        return known
    if kind is HeldKind.SILENT:
        return set(known) - answered_among(event.guild_id, event.message_id, known)
    answers = list_answers(event.guild_id, event.message_id)
    return {each.user_id for each in answers if is_for(event, ReminderKind(kind), each.emoji)}.intersection(known)


def _is_over(event: TrackedEvent) -> bool:
    return event.state in (EventState.COMPLETED, EventState.ARCHIVED)
