"""Who changed what, from what to what, and when; written where the change is, so that neither is without the other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from peewee import JOIN

from models.audit_models import AuditLog
from models.database_models import Event
from models.records import TrackedEvent
from models.shown_records import FORGETTING, AuditEntry
from persistence.forgotten import is_forgotten
from persistence.statements import rows_of
from utils.time import to_text

EVENT_FIELDS = (
    "state", "state_reason", "is_paused", "interval_minutes", "title", "required_reactions", "starts_at",
    "answer_until",
)  # fmt: skip
"""What is recorded of an event, by its record's names: what people decide, not what the bot plans."""


def record_event(before: TrackedEvent | None, after: TrackedEvent, now: datetime, actor_id: int | None) -> bool:
    """Store what became different of an event, nothing when nothing did; ``before`` is None when it is new.

    Part of the caller's unit of work. Returns whether there was anything to store.
    """
    pairs = {name: (_json(getattr(before, name, None)), _json(getattr(after, name))) for name in EVENT_FIELDS}
    options = {} if before is None else before.options.to_json(), after.options.to_json()
    pairs |= {name: (options[0].get(name), options[1].get(name)) for name in options[0] | options[1]}
    changes = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    if not changes:
        return False
    _insert(after.guild_id, changes, now, actor_id, event_id=after.message_id, channel_id=after.channel_id)
    return True


def record_setting(
    guild_id: int, name: str, before: object, after: object, now: datetime, actor_id: int | None
) -> bool:
    """Store the change of one of a guild's settings; as `record_event`, and both values must be JSON's."""
    if before == after:
        return False
    _insert(guild_id, {name: (before, after)}, now, actor_id)
    return True


def record_forgetting(guild_id: int, now: datetime) -> None:
    """Store that somebody was forgotten; neither who nor what was stored of them. Part of the caller's unit of work."""
    _insert(guild_id, {FORGETTING: (None, True)}, now, None)


def list_entries(guild_id: int, limit: int, event_id: int | None = None) -> list[AuditEntry]:
    """Return what was changed in a guild, or of one of its events, newest first."""
    columns = (
        AuditLog.id,
        AuditLog.created_at,
        AuditLog.guild,
        AuditLog.event_id,
        AuditLog.channel_id,
        Event.title,
        AuditLog.actor_id,
        AuditLog.changes,
    )
    query = AuditLog.select(*columns).join(Event, JOIN.LEFT_OUTER, on=(AuditLog.event_id == Event.message_id))
    query = query.where(AuditLog.guild == guild_id)
    if event_id is not None:
        query = query.where(AuditLog.event_id == event_id)
    newest_first = query.order_by(AuditLog.id.desc()).limit(limit)
    return [AuditEntry(*(*row[:-1], _pairs(row[-1]))) for row in rows_of(newest_first)]


def count_before(moment: datetime) -> int:
    """Count the entries made before a moment: those that `prune` would delete."""
    return int(AuditLog.select().where(AuditLog.created_at < moment).count())


def prune(before: datetime, limit: int) -> int:
    """Delete up to ``limit`` of the entries made before a moment, the oldest first; return how many.

    Called again until it returns less than ``limit``, so that no step holds up what else is to be written.
    """
    old = AuditLog.select(AuditLog.id).where(AuditLog.created_at < before).order_by(AuditLog.id).limit(limit)
    return int(AuditLog.delete().where(AuditLog.id.in_(old)).execute())


def _insert(
    guild_id: int,
    changes: Mapping[str, tuple[Any, Any]],
    now: datetime,
    actor_id: int | None,
    event_id: int | None = None,
    channel_id: int | None = None,
) -> None:
    if actor_id is not None and is_forgotten(actor_id):
        actor_id = None
    AuditLog.insert(
        guild=guild_id,
        event_id=event_id,
        channel_id=channel_id,
        actor_id=actor_id,
        changes=dict(changes),
        created_at=now,
        updated_at=now,
    ).execute()


def _json(value: Any) -> Any:
    return to_text(value) if isinstance(value, datetime) else value


def _pairs(changes: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (before, after) for name, (before, after) in changes.items()}
