"""What was sent, and to whom, as organisers read it afterwards: the batches with their people."""

from collections import defaultdict
from collections.abc import Collection

from models.database_models import Event, ReminderLog, ReminderRecipient
from models.records import RecipientOutcome
from models.shown_records import Delivery, LogEntry
from persistence.gathered_log import list_gathered
from persistence.statements import rows_of

ENTRY_COLUMNS = (
    ReminderLog.id,
    ReminderLog.event,
    ReminderLog.scheduled_at,
    ReminderLog.batch,
    ReminderLog.batch_count,
    ReminderLog.status,
    ReminderLog.attempt,
    ReminderLog.sent_at,
    ReminderLog.message_id,
    ReminderLog.users_notified,
    ReminderLog.error_message,
    ReminderLog.kind,
    ReminderLog.channel_id,
)
"""In the order of `LogEntry`'s fields."""


def list_deliveries(guild_id: int, limit: int, event_id: int | None = None) -> list[Delivery]:
    """Return the batches of a guild, or of one of its events, newest first, each with what became of its people.

    What gathered messages said is among them, by event. For a whole guild SQLite sorts all of its batches, to find the
    newest.
    """
    query = ReminderLog.select(*ENTRY_COLUMNS, Event.guild, Event.channel_id, Event.title).join(Event)
    query = query.where(Event.guild == guild_id)
    if event_id is not None:
        query = query.where(ReminderLog.event == event_id)
    newest_first = query.order_by(ReminderLog.scheduled_at.desc(), ReminderLog.event, ReminderLog.batch.desc())
    rows = rows_of(newest_first.limit(limit))
    people = _people([row[0] for row in rows])
    found = []
    for row in rows:
        entry, (owner, channel_id, title) = LogEntry(*row[: len(ENTRY_COLUMNS)]), row[len(ENTRY_COLUMNS) :]
        found.append(Delivery(entry, owner, channel_id, title, people.get(entry.log_id, {})))
    found += list_gathered(guild_id, limit, event_id)
    return sorted(found, key=lambda one: one.entry.scheduled_at, reverse=True)[:limit]


def _people(log_ids: Collection[int]) -> dict[int, dict[RecipientOutcome, tuple[int, ...]]]:
    columns = (ReminderRecipient.log, ReminderRecipient.outcome, ReminderRecipient.user_id)
    query = ReminderRecipient.select(*columns).where(ReminderRecipient.log.in_(log_ids))
    found: dict[int, dict[RecipientOutcome, list[int]]] = defaultdict(lambda: defaultdict(list))
    for log_id, outcome, user_id in rows_of(query.order_by(ReminderRecipient.log, ReminderRecipient.user_id)):
        found[log_id][outcome].append(user_id)
    return {log_id: {key: tuple(ids) for key, ids in by.items()} for log_id, by in found.items()}
