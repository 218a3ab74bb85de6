"""All that is stored of one person, read for them, and removed when they ask for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models.audit_models import AuditLog
from models.database_models import Event
from models.import_models import UnresolvedEvent
from models.import_records import entry_from_dict
from persistence import audit, forgotten, guilds
from persistence.named_people import naming
from persistence.statements import rows_of

Tables = Mapping[str, list[dict[str, Any]]]


def rows_of_person(user_id: int) -> Tables:
    """Return every row of the database that is a person's or names them, by table; tables without any left out.

    Of what is not theirs alone, such as an event that they made, only what says which row it is and why it is here.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for field in forgotten.OWNED:
        rows = found.setdefault(field.model._meta.table_name, [])
        rows += [row.to_dict() for row in field.model.select().where(field == user_id)]
    found["event"] = [{"message_id": str(each), "is": "made by you"} for each in _made(user_id)]
    found["audit_log"] = _changed(user_id)
    for table, keys in naming(user_id).items():
        found[table] = [*found.get(table, ()), *({"key": str(key), "is": "naming you"} for key in keys)]
    found["unresolved_event"] = _waiting(user_id)
    return {table: rows for table, rows in found.items() if rows}


def forget_person(guild_id: int, user_id: int, now: datetime) -> dict[str, int]:
    """Forget a person who asked for it in a guild; return the rows touched by table, as `forgotten.forget` does.

    The guild's audit keeps that somebody was forgotten, and not who. One unit of work.
    """
    removed = forgotten.forget(user_id, now)
    guilds.insert_guilds([guild_id], now)
    audit.record_forgetting(guild_id, now)
    return removed


def _made(user_id: int) -> list[int]:
    return [row[0] for row in rows_of(Event.select(Event.message_id).where(Event.created_by == user_id))]


def _changed(user_id: int) -> list[dict[str, Any]]:
    query = AuditLog.select().where(AuditLog.actor_id == user_id)
    return [_without_values(entry.to_dict()) for entry in query]


def _without_values(entry: dict[str, Any]) -> dict[str, Any]:
    # What they changed may name others, as an audience does.
    return {**entry, "changes": sorted(entry["changes"])}


def _waiting(user_id: int) -> list[dict[str, Any]]:
    found = []
    for (data,) in rows_of(UnresolvedEvent.select(UnresolvedEvent.entry)):
        entry = entry_from_dict(data)
        if user_id in entry.answered or user_id in entry.asked:
            row = {"message_id": str(entry.message_id), "is": "naming you", "answered": user_id in entry.answered}
            found.append(row)
    return found
