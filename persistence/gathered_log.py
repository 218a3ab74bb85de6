"""Gathered messages as organisers read of them afterwards: one entry for each event that a message told of."""

from collections import defaultdict
from typing import Any

from models.database_models import Event
from models.held_records import HeldKind
from models.member_models import GatheredMessage, HeldReminder
from models.records import RecipientOutcome, ReminderKind, ReminderStatus
from models.shown_records import Delivery, LogEntry
from persistence.statements import rows_of


def list_gathered(guild_id: int, limit: int, event_id: int | None = None) -> list[Delivery]:
    """Return what gathered messages said of a guild's events, or of one of them, newest first.

    What was for an organiser alone is left out: it is not for everybody who may read the log.
    """
    row, message = HeldReminder, GatheredMessage
    query = (
        row.select(message.id, row.event, row.kind, message.scheduled_at)
        .join(message)
        .where(message.guild == guild_id, row.kind != HeldKind.STILL_SILENT)
    )
    if event_id is not None:
        query = query.where(row.event == event_id)
    newest_first = query.distinct().order_by(message.scheduled_at.desc(), message.id.desc(), row.event, row.kind)
    keys = [(gathered_id, about, kind) for gathered_id, about, kind, _at in rows_of(newest_first.limit(limit))]
    details = _details([key[0] for key in keys])
    return [details[key] for key in keys if key in details]


def _details(gathered_ids: list[int]) -> dict[tuple[int, int, HeldKind], Delivery]:
    row, message = HeldReminder, GatheredMessage
    columns = (
        message.id, row.event, row.kind, message.scheduled_at, message.status, message.attempt, message.sent_at,
        message.message_id, message.error_message, message.channel_id, Event.guild, Event.channel_id, Event.title,
    )  # fmt: skip
    query = row.select(*columns, row.outcome, row.user_id).join(message).switch(row).join(Event)
    people: dict[tuple[int, int, HeldKind], dict[RecipientOutcome, list[int]]] = defaultdict(lambda: defaultdict(list))
    found = {}
    for *facts, outcome, user_id in rows_of(
        query.where(message.id.in_(gathered_ids), row.kind != HeldKind.STILL_SILENT).order_by(row.user_id)
    ):
        key = (facts[0], facts[1], facts[2])
        people[key][outcome].append(user_id)
        found[key] = facts
    return {key: _delivery(facts, people[key]) for key, facts in found.items()}


def _delivery(facts: list[Any], people: dict[RecipientOutcome, list[int]]) -> Delivery:
    gathered_id, event_id, kind, due_at, status, attempt, sent_at, message_id, error, channel_id, *event = facts
    guild_id, own_channel_id, title = event
    pinged = len(people.get(RecipientOutcome.PINGED, ()))
    entry = LogEntry(
        gathered_id, event_id, due_at, 1, 1, ReminderStatus(status), attempt, sent_at, message_id, pinged, error,
        ReminderKind(kind), channel_id, is_direct=channel_id is None,
    )  # fmt: skip
    return Delivery(entry, guild_id, own_channel_id, title, {outcome: tuple(ids) for outcome, ids in people.items()})
