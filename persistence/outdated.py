"""What has grown old: settled batches of the reminder log, what was told to one person, and archived events.

Read and removed in slices, so that no transaction is long. What is removed goes into an archive between the two; a
crash there leaves both, and the next run writes the same row of the archive once more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.database_models import database_proxy
from models.sql import run_sql
from utils.time import to_text

BATCHES_PER_SLICE = 50
"""With up to 80 people each, some thousand rows: about ten milliseconds of the writer's time."""

ANSWERS_PER_SLICE = 1_000
HELD_PER_SLICE = 1_000
EVENTS_PER_SLICE = 100

_OLD_EVENT = """state = 'archived' AND state_changed_at < :cutoff AND NOT EXISTS (
    SELECT 1 FROM reminder_log AS waiting WHERE waiting.event_id = event.message_id AND waiting.status = 'pending')
    AND NOT EXISTS (
    SELECT 1 FROM reminder_log AS shown WHERE shown.event_id = event.message_id AND shown.delete_at IS NOT NULL)
    AND NOT EXISTS (
    SELECT 1 FROM held_reminder AS held WHERE held.event_id = event.message_id AND held.outcome = 'pending')"""
# A message that is still to be deleted must be known until then.
_SETTLED = """log.status IN ('sent', 'failed', 'skipped') AND log.delete_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM reminder_log AS waiting WHERE waiting.event_id = log.event_id AND waiting.status = 'pending')"""

_OLD_LOG = f"""SELECT log.* FROM reminder_log AS log
    WHERE {_SETTLED} AND log.scheduled_at < :cutoff AND log.created_at < :cutoff LIMIT :limit"""
_LOG_OF_OLD_EVENTS = f"""SELECT log.* FROM reminder_log AS log
    WHERE log.event_id IN (SELECT message_id FROM event WHERE {_OLD_EVENT}) LIMIT :limit"""
_RECIPIENTS = """SELECT log.event_id, log.scheduled_at, log.batch, log.kind,
    who.user_id, who.outcome, who.created_at, who.updated_at
    FROM reminder_recipient AS who JOIN reminder_log AS log ON log.id = who.log_id WHERE who.log_id IN ({marks})"""
# With what became of the message that gathered it, which itself is kept as long as anything is in it.
_HELD = """SELECT held.*, message.channel_id, message.status, message.sent_at, message.message_id
    FROM held_reminder AS held LEFT JOIN gathered_message AS message ON message.id = held.gathered_id
    WHERE held.outcome <> 'pending'"""
_OLD_HELD = f"{_HELD} AND held.due_at < :cutoff AND held.updated_at < :cutoff LIMIT :limit"
_HELD_OF_OLD_EVENTS = f"""{_HELD}
    AND held.event_id IN (SELECT message_id FROM event WHERE {_OLD_EVENT}) LIMIT :limit"""
_EMPTY = "status <> 'pending' AND NOT EXISTS (SELECT 1 FROM held_reminder AS held WHERE held.gathered_id = message.id)"
_OLD_GATHERED = f"""SELECT message.id FROM gathered_message AS message
    WHERE {_EMPTY} AND message.updated_at < :cutoff LIMIT :limit"""
_ANSWERS = f"""SELECT event.state_changed_at AS event_archived_at, reaction.* FROM reaction
    JOIN event ON event.message_id = reaction.event_id WHERE {_OLD_EVENT} LIMIT :limit"""
_EVENTS = f"SELECT event.* FROM event WHERE {_OLD_EVENT} LIMIT :limit"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows as they are stored; the column ``dated_by`` says into which month's archive each goes."""

    table: str
    columns: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]
    dated_by: str

    def of(self, column: str) -> list[Any]:
        """Return the values of one column."""
        place = self.columns.index(column)
        return [row[place] for row in self.values]


@dataclass(frozen=True, slots=True)
class Slice:
    """Some old rows: what an archive must hold before the rows of ``table`` with these ``ids`` are removed."""

    table: str
    ids: tuple[int, ...]
    rows: tuple[Rows, ...]


def count_outdated(cutoff: datetime) -> tuple[int, int]:
    """Return how many batches of the log and how many events are to be archived. Read-only."""
    batches = f"""SELECT count(*) FROM reminder_log AS log WHERE {_SETTLED} AND (
        (log.scheduled_at < :cutoff AND log.created_at < :cutoff)
        OR log.event_id IN (SELECT message_id FROM event WHERE {_OLD_EVENT}))"""
    counts = (_read("", "", query, cutoff, 1) for query in (batches, f"SELECT count(*) FROM event WHERE {_OLD_EVENT}"))
    found = [int(rows.values[0][0]) for rows in counts]
    return found[0], found[1]


def next_slice(cutoff: datetime) -> Slice | None:
    """Return the next rows to archive, or None when nothing is older than ``cutoff``. Read-only.

    First batches of the log, then what was told to one person, then answers, then events: an event goes last, when
    nothing hangs on it any more. What waits or is being sent, and a message that is still to be deleted, keep their
    event where it is.
    """
    for query in (_OLD_LOG, _LOG_OF_OLD_EVENTS):
        batches = _read("reminder_log", "scheduled_at", query, cutoff, BATCHES_PER_SLICE)
        if batches.values:
            ids = tuple(batches.of("id"))
            return Slice("reminder_log", ids, (batches, _recipients(ids)))
    for query in (_OLD_HELD, _HELD_OF_OLD_EVENTS):
        held = _read("held_reminder", "due_at", query, cutoff, HELD_PER_SLICE)
        if held.values:
            return Slice("held_reminder", tuple(held.of("id")), (held,))
    gathered = _read("gathered_message", "", _OLD_GATHERED, cutoff, HELD_PER_SLICE)
    if gathered.values:
        # What it said is in the archive by now, row by row.
        return Slice("gathered_message", tuple(gathered.of("id")), ())
    answers = _read("reaction", "event_archived_at", _ANSWERS, cutoff, ANSWERS_PER_SLICE)
    if answers.values:
        return Slice("reaction", tuple(answers.of("id")), (answers,))
    events = _read("event", "state_changed_at", _EVENTS, cutoff, EVENTS_PER_SLICE)
    return Slice("event", tuple(events.of("message_id")), (events,)) if events.values else None


def remove_slice(old: Slice, cutoff: datetime) -> int:
    """Remove rows that are in an archive; return how many are gone. One transaction.

    What was taken up again meanwhile stays: an event that is watched once more, a batch that is pending.
    """
    conditions = {
        "reminder_log": "id IN ({marks}) AND status <> 'pending' AND delete_at IS NULL",
        "held_reminder": "id IN ({marks}) AND outcome <> 'pending'",
        "gathered_message": f"id IN ({{marks}}) AND {_EMPTY.replace('message.id', 'gathered_message.id')}",
        "reaction": f"id IN ({{marks}}) AND event_id IN (SELECT message_id FROM event WHERE {_OLD_EVENT})",
        "event": f"message_id IN ({{marks}}) AND {_OLD_EVENT}",
    }
    condition = conditions[old.table].format(marks=_marks(old.ids)).replace(":cutoff", f"'{to_text(cutoff)}'")
    return run_sql(database_proxy, f'DELETE FROM "{old.table}" WHERE {condition}', old.ids).rowcount


def _read(table: str, dated_by: str, query: str, cutoff: datetime, limit: int) -> Rows:
    # Both values are our own: text of one fixed form, and a number.
    sql = query.replace(":cutoff", f"'{to_text(cutoff)}'").replace(":limit", str(limit))
    return _rows(table, dated_by, sql, ())


def _recipients(ids: Sequence[int]) -> Rows:
    return _rows("reminder_recipient", "scheduled_at", _RECIPIENTS.format(marks=_marks(ids)), ids)


def _rows(table: str, dated_by: str, sql: str, params: Sequence[Any]) -> Rows:
    cursor = run_sql(database_proxy, sql, params)
    columns = tuple(column[0] for column in cursor.description)
    return Rows(table, columns, tuple(cursor.fetchall()), dated_by)


def _marks(ids: Sequence[int]) -> str:
    return ", ".join("?" * len(ids))
