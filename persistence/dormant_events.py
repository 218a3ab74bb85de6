"""Events that an import has paused for their age: which of them organisers are still to be told of.

A list of them that is being sent is noted before, as a reminder is: a note that is still there after a crash says in
which channel to look for the message.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from peewee import SQL

from models.database_models import Event
from models.import_models import ImportedEvent
from models.records import EventState, TrackedEvent
from persistence import bot_state
from persistence.events import record_columns
from persistence.statements import rows_of
from utils.time import from_text, to_text

# Written out, as SQLite takes a partial index only for its very own condition.
_IS_UNTOLD = SQL("is_dormant = 1 AND told_at IS NULL")

_WAS_DORMANT = SQL("is_dormant = 1")
_TOLD_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ListAttempt:
    """A list that was about to be sent: where to, and when."""

    channel_id: int
    at: datetime


def list_untold() -> list[TrackedEvent]:
    """Return the events of all guilds that organisers have not been told of, whatever has become of them since."""
    query = ImportedEvent.select(*record_columns()).join(Event).where(_IS_UNTOLD)
    return [TrackedEvent(*row) for row in rows_of(query)]


def count_untold() -> int:
    """Count those that are still watched and paused."""
    query = ImportedEvent.select().join(Event).where(_IS_UNTOLD, Event.is_paused == 1)
    return int(query.where(Event.state.in_((EventState.ACTIVE, EventState.BLOCKED))).count())


def list_dormant(guild_id: int) -> frozenset[int]:
    """Return the ids of a guild's events that an import has paused for their age and that are still paused."""
    query = Event.select(Event.message_id).join(ImportedEvent, on=(ImportedEvent.event == Event.message_id))
    return frozenset(
        row[0] for row in rows_of(query.where(Event.guild == guild_id, Event.is_paused == 1, _WAS_DORMANT))
    )


def get_attempt(guild_id: int) -> ListAttempt | None:
    """Return the attempt of which it is not known whether it came to a message."""
    text = bot_state.get_value(_key(guild_id))
    if text is None:
        return None
    channel_id, at = text.split(" ", 1)
    return ListAttempt(int(channel_id), from_text(at))


def note_attempt(guild_id: int, attempt: ListAttempt) -> None:
    """Note a list that is about to be sent."""
    bot_state.set_value(_key(guild_id), f"{attempt.channel_id} {to_text(attempt.at)}", attempt.at)


def drop_attempt(guild_id: int) -> None:
    """Note that the last attempt has come to no message, or that its message is known."""
    bot_state.delete_value(_key(guild_id))


def mark_told(guild_id: int, event_ids: Collection[int], now: datetime) -> None:
    """Note that organisers were told of these events, and that no list is on its way. One transaction."""
    ids = sorted(event_ids)
    for start in range(0, len(ids), _TOLD_AT_ONCE):
        mine = ImportedEvent.event.in_(ids[start : start + _TOLD_AT_ONCE])
        ImportedEvent.update(told_at=now, updated_at=now).where(mine, _IS_UNTOLD).execute()
    drop_attempt(guild_id)


def _key(guild_id: int) -> str:
    return f"dormant_list.{guild_id}"
