"""Gathered messages that are being sent: what is read before each step."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from peewee import SQL, fn

from models.database_models import Event
from models.held_records import Gathered, HeldItem
from models.member_models import GatheredMessage, HeldReminder
from models.records import RecipientOutcome, TrackedEvent
from persistence.events import record_columns
from persistence.held_due import item_columns
from persistence.statements import rows_of

_PENDING = SQL("status = 'pending'")
_SAME_MOMENT = timedelta(seconds=1)
MOST_RECENT = 1_000


@dataclass(frozen=True, slots=True)
class PendingGathered:
    """A pending gathered message with what it is still to say, and the events that is about."""

    message: Gathered
    events: Mapping[int, TrackedEvent]


def pending_gathered(guild_id: int, gathered_id: int) -> PendingGathered | None:
    """Return a message of this guild with its events; None when it is not pending."""
    query = GatheredMessage.select(*_columns()).where(
        GatheredMessage.id == gathered_id, GatheredMessage.guild == guild_id, _PENDING
    )
    found = rows_of(query)
    if not found:
        return None
    items = _items([gathered_id])[gathered_id]
    events = {item.event_id for item in items}
    rows = rows_of(Event.select(*record_columns()).where(Event.message_id.in_(events), Event.guild == guild_id))
    known = {event.message_id: event for event in (TrackedEvent(*row) for row in rows)}
    return PendingGathered(replace(Gathered(*found[0]), items=items), known)


def list_pending_gathered() -> list[Gathered]:
    """Return the pending messages of all guilds, oldest first: what a start has to settle."""
    rows = rows_of(GatheredMessage.select(*_columns()).where(_PENDING).order_by(GatheredMessage.id))
    items = _items([row[0] for row in rows])
    return [replace(Gathered(*row), items=items[row[0]]) for row in rows]


def list_recent_directs(since: datetime) -> dict[int, datetime]:
    """Return whom a direct message was tried to since a moment, and when last; of all guilds, the oldest first."""
    row = GatheredMessage
    # What a bot can have sent in so short a time: all of the table would be read otherwise.
    newest = row.select(fn.COALESCE(fn.MAX(row.id), 0) - MOST_RECENT)
    query = row.select(row.user_id, row.updated_at).where(
        row.id > newest, row.user_id.is_null(is_null=False), row.attempt > 0, row.updated_at >= since
    )
    return dict(sorted(rows_of(query), key=lambda found: found[1]))


def known_gathered_ids(guild_id: int, gathered_id: int) -> frozenset[int]:
    """Return the messages known to be other gathered ones of the same guild that were due at the same moment."""
    this = rows_of(GatheredMessage.select(GatheredMessage.scheduled_at).where(GatheredMessage.id == gathered_id))
    if not this:
        return frozenset()
    ((due_at,),) = this
    query = GatheredMessage.select(GatheredMessage.message_id).where(
        GatheredMessage.guild == guild_id,
        GatheredMessage.scheduled_at.between(due_at - _SAME_MOMENT, due_at + _SAME_MOMENT),
        GatheredMessage.message_id.is_null(is_null=False),
    )
    return frozenset(row[0] for row in rows_of(query))


def _columns() -> tuple[Any, ...]:
    """In the order of `Gathered`'s own fields."""
    row = GatheredMessage
    return (row.id, row.guild, row.channel_id, row.user_id, row.scheduled_at, row.nonce, row.attempt, row.created_at)


def _items(gathered_ids: Collection[int]) -> Mapping[int, tuple[HeldItem, ...]]:
    found: dict[int, tuple[HeldItem, ...]] = defaultdict(tuple)
    query = HeldReminder.select(HeldReminder.gathered, *item_columns()).where(
        HeldReminder.gathered.in_(list(gathered_ids)), HeldReminder.outcome == RecipientOutcome.PENDING
    )
    for gathered_id, *row in rows_of(query.order_by(HeldReminder.id)):
        found[gathered_id] += (HeldItem(*row),)
    return found
