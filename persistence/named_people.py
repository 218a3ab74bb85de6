"""People whom an audience names: of an event, of a server's settings, and in what the audit says of their changes."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from peewee import fn

from models.audit_models import AuditLog
from models.database_models import Event, Guild
from models.event_options import AudienceRule, EventOptions
from persistence.statements import rows_of


def named_people() -> set[int]:
    """Return everybody whom an audience names, or named when it was changed."""
    found = {user_id for _event_id, options in _choosing() for user_id in options.audience.people}
    found.update(*(AudienceRule.from_json(settings["audience"]).people for _guild_id, settings in _guilds()))
    for _entry_id, changes in _changed():
        found.update(*(AudienceRule.from_json(side or {}).people for side in changes["audience"]))
    return found


def naming(user_id: int) -> dict[str, list[int]]:
    """Return the keys of the rows that name a person, by table."""
    return {
        "event": [event_id for event_id, options in _choosing() if user_id in options.audience.people],
        "guild": [guild_id for guild_id, settings in _guilds() if user_id in _people(settings["audience"])],
        "audit_log": [
            entry_id
            for entry_id, changes in _changed()
            if any(user_id in _people(side or {}) for side in changes["audience"])
        ],
    }


def leave_out(user_ids: frozenset[int], now: datetime) -> tuple[set[int], set[int]]:
    """Take people out of every audience and out of what the audit says of it; return the ids of events and entries."""
    events, entries = set(), set()
    for event_id, options in _choosing():
        if not user_ids.isdisjoint(options.audience.people):
            changed = without_people(options, user_ids)
            Event.update({Event.options: changed, Event.updated_at: now}).where(Event.message_id == event_id).execute()
            events.add(event_id)
    for entry_id, changes in _changed():
        sides = [without_in_json(side, user_ids) for side in changes["audience"]]
        if sides != changes["audience"]:
            columns = {AuditLog.changes: {**changes, "audience": sides}, AuditLog.updated_at: now}
            AuditLog.update(columns).where(AuditLog.id == entry_id).execute()
            entries.add(entry_id)
    return events, entries


def leave_out_of_settings(user_ids: frozenset[int], now: datetime) -> int:
    """Take people out of whom the events of a server ask by default; return of how many servers."""
    touched = 0
    for guild_id, settings in _guilds():
        kept = {**settings, "audience": without_in_json(settings["audience"], user_ids)}
        if kept != settings:
            Guild.update({Guild.settings: kept, Guild.updated_at: now}).where(Guild.guild_id == guild_id).execute()
            touched += 1
    return touched


def without_people(options: EventOptions, user_ids: Container[int]) -> EventOptions:
    """Return the options of an event whose audience does not name some people."""
    return replace(options, audience=options.audience.without(user_ids))


def without_in_json(audience: Mapping[str, Any] | None, user_ids: Container[int]) -> dict[str, Any] | None:
    """Return the JSON of an audience that does not name some people."""
    return None if audience is None else AudienceRule.from_json(audience).without(user_ids).to_json()


def _choosing() -> Iterator[tuple[int, EventOptions]]:
    query = Event.select(Event.message_id, Event.options)
    yield from rows_of(query.where(fn.json_extract(Event.options, "$.audience").is_null(is_null=False)))


def _guilds() -> Iterator[tuple[int, dict[str, Any]]]:
    query = Guild.select(Guild.guild_id, Guild.settings)
    yield from rows_of(query.where(fn.json_extract(Guild.settings, "$.audience").is_null(is_null=False)))


def _changed() -> Iterator[tuple[int, dict[str, Any]]]:
    query = AuditLog.select(AuditLog.id, AuditLog.changes)
    yield from rows_of(query.where(fn.json_extract(AuditLog.changes, "$.audience").is_null(is_null=False)))


def _people(audience: Mapping[str, Any]) -> frozenset[int]:
    return AudienceRule.from_json(audience).people
