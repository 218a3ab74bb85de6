"""Who is in a batch of a reminder, and what became of each: one statement for all of them."""

from collections.abc import Collection
from datetime import datetime
from functools import cache

from peewee import SQL, Select

from models.database_models import ReminderLog, ReminderRecipient
from models.records import RecipientOutcome
from persistence.statements import Statement, param, value_list


def set_outcomes(log_id: int, user_ids: Collection[int], outcome: RecipientOutcome, now: datetime) -> None:
    """Store what became of some people of a batch; who is not in it yet is added, and must not be forgotten."""
    if user_ids:
        _upsert().change(log_id=log_id, users=user_ids, outcome=outcome, now=now)


def close_waiting(log_id: int, now: datetime) -> None:
    """Note of all who still wait in a batch that it did not go out."""
    _close().change(log_id=log_id, now=now)


def waiting_users() -> Select:
    """Build the part of a query on `ReminderLog` that gives a batch's waiting people as a JSON list, in no order."""
    waiting = ReminderRecipient.outcome == RecipientOutcome.PENDING
    ids = ReminderRecipient.select(SQL("json_group_array(user_id)"))
    query: Select = ids.where(ReminderRecipient.log == ReminderLog.id, waiting)
    return query


@cache
def _upsert() -> Statement:
    now = param(ReminderRecipient.created_at, "now")
    values = {
        ReminderRecipient.log: param(ReminderRecipient.log),
        ReminderRecipient.user_id: SQL("value"),
        ReminderRecipient.outcome: param(ReminderRecipient.outcome),
        ReminderRecipient.created_at: now,
        ReminderRecipient.updated_at: now,
    }
    # Without a WHERE, SQLite would read ON CONFLICT as the join's ON.
    rows = Select([value_list(ReminderRecipient.user_id, "users")], [*values.values()]).where(SQL("1"))
    insert = ReminderRecipient.insert_from(rows, [*values])
    return Statement(
        insert.on_conflict(
            conflict_target=[ReminderRecipient.log, ReminderRecipient.user_id],
            preserve=[ReminderRecipient.outcome, ReminderRecipient.updated_at],
        )
    )


@cache
def _close() -> Statement:
    changes = {
        ReminderRecipient.outcome: RecipientOutcome.UNSENT,
        ReminderRecipient.updated_at: param(ReminderRecipient.updated_at, "now"),
    }
    mine = (ReminderRecipient.log == param(ReminderRecipient.log)) & (
        ReminderRecipient.outcome == RecipientOutcome.PENDING
    )
    return Statement(ReminderRecipient.update(changes).where(mine))
