"""What members have chosen for themselves, and which events they do not want to be asked about."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from models.database_models import Event
from models.member_choices import NOTHING_CHOSEN, MemberChoices
from models.member_models import EventOptOut, Member
from persistence import guilds, held_due
from persistence.forgotten import is_forgotten
from persistence.statements import rows_of


def list_choices() -> dict[tuple[int, int], MemberChoices]:
    """Return what all members have chosen, by guild and member."""
    query = Member.select(Member.guild, Member.user_id, Member.choices)
    return {(guild_id, user_id): MemberChoices.from_json(stored) for guild_id, user_id, stored in rows_of(query)}


def change_choices(guild_id: int, user_id: int, changes: Mapping[str, Any], now: datetime) -> MemberChoices:
    """Change some choices of a member, named as `MemberChoices` has them, and return them all.

    What a newer version has stored beside them stays. Nothing is stored of who asked to be forgotten. With other quiet
    hours, what waits for the end of the old ones is looked at anew.
    """
    if is_forgotten(user_id):
        return NOTHING_CHOSEN
    stored = _stored(guild_id, user_id)
    before = MemberChoices.from_json(stored)
    after = replace(before, **changes)
    if (before.quiet, before.zone) != (after.quiet, after.zone):
        held_due.look_anew(guild_id, now, user_id)
    written = after.to_json()
    for name in changes:
        stored.pop(name, None)
        if name in written:
            stored[name] = written[name]
    this = (Member.guild == guild_id) & (Member.user_id == user_id)
    if not stored:
        Member.delete().where(this).execute()
        return after
    guilds.insert_guilds([guild_id], now)
    insert = Member.insert(guild=guild_id, user_id=user_id, choices=stored, created_at=now, updated_at=now)
    insert.on_conflict(
        conflict_target=[Member.guild, Member.user_id], update={Member.choices: stored, Member.updated_at: now}
    ).execute()
    return after


def list_opt_outs() -> dict[int, frozenset[int]]:
    """Return who does not want to be asked about which event, by event."""
    found: dict[int, set[int]] = {}
    for event_id, user_id in rows_of(EventOptOut.select(EventOptOut.event, EventOptOut.user_id)):
        found.setdefault(event_id, set()).add(user_id)
    return {event_id: frozenset(people) for event_id, people in found.items()}


def opt_out(guild_id: int, event_id: int, user_id: int, now: datetime) -> bool:
    """Ask somebody no more about one event; False when the event is not this guild's, or they asked to be forgotten."""
    theirs = Event.select().where(Event.message_id == event_id, Event.guild == guild_id).exists()
    if not theirs or is_forgotten(user_id):
        return False
    row = {"event": event_id, "user_id": user_id, "created_at": now, "updated_at": now}
    EventOptOut.insert(**row).on_conflict(action="IGNORE").execute()
    return True


def opt_in(guild_id: int, event_id: int, user_id: int) -> bool:
    """Ask somebody about an event again; False when they had not opted out of it."""
    theirs = Event.select(Event.message_id).where(Event.message_id == event_id, Event.guild == guild_id)
    gone = EventOptOut.delete().where(EventOptOut.event.in_(theirs), EventOptOut.user_id == user_id)
    return int(gone.execute()) > 0


def _stored(guild_id: int, user_id: int) -> dict[str, Any]:
    found = rows_of(Member.select(Member.choices).where(Member.guild == guild_id, Member.user_id == user_id))
    return dict(found[0][0]) if found else {}
