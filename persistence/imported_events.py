"""Events taken over from the old bot: stored in bulk, and given their server later."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

from peewee import EXCLUDED, SQL, Select, fn

from models.database_models import Event, Reaction, User
from models.event_options import NO_OPTIONS
from models.import_models import ImportedEvent, UnresolvedEvent
from models.import_records import ImportedEntry, entry_from_dict
from models.records import UNKNOWN_ANSWER, EventState, TrackedEvent
from persistence.events import get_event
from persistence.forgotten import forgotten_people
from persistence.guilds import insert_guilds
from persistence.statements import Statement, param, rows_of
from utils.time import to_text

_NO_OPTIONS = Event.options.db_value(NO_OPTIONS)

UNKNOWN_HELD = json.dumps([UNKNOWN_ANSWER])
"""What `Reaction.held` keeps of an answer whose emoji has not been read yet."""


def store_entries(entries: Sequence[ImportedEntry], now: datetime) -> None:
    """Store entries as they are, in place of what was imported of them before: event, answers, people, and its mark.

    No emoji is known of an answer, nor when it was given. No reminder is scheduled: the bot does so one interval after
    it has read the answers from Discord. Those without a guild wait in a table of their own.
    """
    stamp = to_text(now)
    known = [entry for entry in entries if entry.guild_id is not None]
    insert_guilds({entry.guild_id for entry in known if entry.guild_id is not None}, now)
    _upsert_event().change_stored(_event_row(entry, stamp) for entry in known)
    _delete_answers().change_stored((entry.message_id,) for entry in known)
    _insert_answers().change_stored(
        (stamp, stamp, entry.message_id, _list_of(entry.answered)) for entry in known if entry.answered
    )
    _meet_user().change_stored(_user_rows(known, stamp))
    _mark().change_stored(_mark_row(entry, stamp) for entry in known)
    _delete_unresolved().change_stored((entry.message_id,) for entry in known)
    _upsert_unresolved().change_many(
        {"message_id": entry.message_id, "channel_id": entry.channel_id, "entry": entry.to_dict(), "now": now}
        for entry in entries
        if entry.guild_id is None
    )


def renew_entries(entries: Sequence[ImportedEntry], now: datetime) -> None:
    """Bring events that the bot has taken over up to a newer file, but for their answers: those are Discord's own.

    They wait for no reminder until the answers have been read again.
    """
    stamp = to_text(now)
    _renew_event().change_stored(_renewal_row(entry, stamp) for entry in entries)
    _meet_user().change_stored(_user_rows(entries, stamp))
    _mark().change_stored(_mark_row(entry, stamp) for entry in entries)


def list_unresolved() -> list[ImportedEntry]:
    """Return the imported events that wait for their guild, by message id."""
    query = UnresolvedEvent.select(UnresolvedEvent.entry).order_by(UnresolvedEvent.message_id)
    return [entry_from_dict(data) for (data,) in rows_of(query)]


def resolve(message_id: int, guild_id: int, now: datetime) -> TrackedEvent | None:
    """Move an event that waits to the tables of its guild; return it, or None when it waits no more.

    One that somebody has watched anew meanwhile is only taken off the list.
    """
    query = UnresolvedEvent.select(UnresolvedEvent.entry).where(UnresolvedEvent.message_id == message_id)
    found = rows_of(query)
    if not found:
        return None
    if Event.select().where(Event.message_id == message_id).exists():
        _delete_unresolved().change_stored([(message_id,)])
    else:
        entry = entry_from_dict(found[0][0])._replace(guild_id=guild_id)
        store_entries([entry.without(forgotten_people().hold)], now)
    return get_event(guild_id, message_id)


def count_events() -> int:
    """Count the events of all guilds."""
    return int(Event.select().count())


def count_people() -> int:
    """Count the people of all guilds."""
    return int(User.select().count())


def _event_row(entry: ImportedEntry, stamp: str) -> tuple[Any, ...]:
    return (
        entry.message_id,
        entry.created_at,
        stamp,
        entry.channel_id,
        entry.guild_id,
        entry.title,
        *_contents(entry),
        EventState.ACTIVE.value,
        stamp,
        _NO_OPTIONS,
    )


def _renewal_row(entry: ImportedEntry, stamp: str) -> tuple[Any, ...]:
    return (stamp, entry.title, *_contents(entry), entry.message_id)


def _contents(entry: ImportedEntry) -> tuple[Any, ...]:
    return (
        entry.interval_minutes,
        entry.is_paused or entry.is_dormant,
        entry.last_reminder,
        None,
        _emoji_text(entry.required_reactions),
    )


def _list_of(ids: Iterable[int]) -> str:
    # A list of whole numbers is written as in JSON, in half the time of joining them.
    return str(list(ids))


# Nearly all events have the same few emoji.
@lru_cache(maxsize=256)
def _emoji_text(emoji: tuple[str, ...]) -> str | None:
    return Event.required_reactions.db_value(emoji)


def _user_rows(entries: Sequence[ImportedEntry], stamp: str) -> Iterator[tuple[Any, ...]]:
    # The same people are asked by one event after the other: of each batch, only when they were seen last counts.
    written: defaultdict[int | None, set[int]] = defaultdict(set)
    for entry in sorted(entries, key=attrgetter("last_seen"), reverse=True):
        people = written[entry.guild_id]
        if new := set(entry.asked) - people:
            people |= new
            yield (stamp, stamp, entry.guild_id, False, entry.last_seen, _list_of(sorted(new)))


def _mark_row(entry: ImportedEntry, stamp: str) -> tuple[Any, ...]:
    order = (entry.last_reminder, entry.field_count, entry.variant)
    return (entry.message_id, stamp, stamp, *order, entry.fingerprint, entry.is_dormant)


# peewee puts columns in the order of the table, so rows are made in that order, too.
def _in_order(statement: Statement, *names: str) -> Statement:
    assert statement.names == names, f"{statement.names} is not the order of the rows"
    return statement


@cache
def _upsert_event() -> Statement:
    columns = (
        Event.message_id, Event.created_at, Event.updated_at, Event.channel_id, Event.guild, Event.title,
        Event.interval_minutes, Event.is_paused, Event.last_reminder, Event.next_reminder_at, Event.required_reactions,
        Event.state, Event.state_changed_at, Event.options,
    )  # fmt: skip
    names = tuple(column.column_name for column in columns)
    insert = Event.insert({column: param(column) for column in columns})
    # Two fields compared with == give a query, which is true: their names tell them apart.
    changed = [column for column in columns if column.name not in ("message_id", "state_changed_at", "options")]
    return _in_order(Statement(insert.on_conflict(conflict_target=[Event.message_id], preserve=changed)), *names)


@cache
def _renew_event() -> Statement:
    columns = (
        Event.updated_at, Event.title, Event.interval_minutes, Event.is_paused, Event.last_reminder,
        Event.next_reminder_at, Event.required_reactions,
    )  # fmt: skip
    update = Event.update({column: param(column) for column in columns})
    statement = Statement(update.where(Event.message_id == param(Event.message_id)))
    return _in_order(statement, *(column.column_name for column in columns), "message_id")


@cache
def _delete_answers() -> Statement:
    return Statement(Reaction.delete().where(Reaction.event == param(Reaction.event)))


@cache
def _insert_answers() -> Statement:
    """All answers of one event, from a JSON list of users: twice as quick as a row for each, bound in Python."""
    columns = (
        Reaction.created_at, Reaction.updated_at, Reaction.event, Reaction.user_id, Reaction.emoji, Reaction.held,
    )  # fmt: skip
    alike = {"user_id": "value", "emoji": f"'{UNKNOWN_ANSWER}'", "held": f"'{UNKNOWN_HELD}'"}
    values = [SQL(alike[column.name]) if column.name in alike else param(column) for column in columns]
    users = fn.json_each(param(Reaction.user_id, "users"))
    statement = Statement(Reaction.insert_from(Select([users], values), columns))
    return _in_order(statement, "created_at", "updated_at", "event_id", "users")


@cache
def _meet_user() -> Statement:
    """People from a JSON list: whom the bot has met itself is left as they are, else the newest sight counts."""
    columns = (User.created_at, User.updated_at, User.guild, User.is_bot, User.last_seen, User.user_id)
    values = [SQL("value") if column.name == "user_id" else param(column) for column in columns]
    users = fn.json_each(param(User.user_id, "users"))
    # Without a WHERE, SQLite would read ON CONFLICT as the join's ON.
    insert = User.insert_from(Select([users], values).where(SQL("1")), columns)
    statement = insert.on_conflict(
        conflict_target=[User.guild, User.user_id],
        preserve=[User.last_seen, User.updated_at],
        where=User.username.is_null() & (EXCLUDED.last_seen > User.last_seen),
    )
    return _in_order(Statement(statement), "created_at", "updated_at", "guild_id", "is_bot", "last_seen", "users")


@cache
def _mark() -> Statement:
    columns = (
        ImportedEvent.event, ImportedEvent.created_at, ImportedEvent.updated_at, ImportedEvent.last_reminder,
        ImportedEvent.field_count, ImportedEvent.variant, ImportedEvent.fingerprint, ImportedEvent.is_dormant,
    )  # fmt: skip
    insert = ImportedEvent.insert({column: param(column) for column in columns})
    changed = [column for column in columns if column.name not in ("event", "created_at")]
    statement = Statement(insert.on_conflict(conflict_target=[ImportedEvent.event], preserve=changed))
    return _in_order(statement, *(column.column_name for column in columns))


@cache
def _upsert_unresolved() -> Statement:
    now = param(UnresolvedEvent.created_at, "now")
    insert = UnresolvedEvent.insert(
        message_id=param(UnresolvedEvent.message_id),
        channel_id=param(UnresolvedEvent.channel_id),
        entry=param(UnresolvedEvent.entry),
        created_at=now,
        updated_at=now,
    )
    return Statement(
        insert.on_conflict(
            conflict_target=[UnresolvedEvent.message_id], preserve=[UnresolvedEvent.channel_id, UnresolvedEvent.entry]
        )
    )


@cache
def _delete_unresolved() -> Statement:
    mine = UnresolvedEvent.message_id == param(UnresolvedEvent.message_id)
    return Statement(UnresolvedEvent.delete().where(mine))
