"""Rows of answers, many at a time: one statement reads them, one stores them, one deletes them.

Each statement costs a turn at the interpreter's lock, for which a thread waits up to 5 ms while the event loop is
busy; what it does with its rows costs a few microseconds each.
"""

import json
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from peewee import SQL, Select, Tuple, fn

from models.database_models import Event, Reaction
from models.records import Answer
from persistence.statements import Statement, param, row_list, value_list

AnswerKey = tuple[int, int, int]
"""Guild, event, user."""

_COLUMNS = (Reaction.user_id, Reaction.emoji, Reaction.held, Reaction.reacted_at)


def read_answers(keys: Collection[AnswerKey]) -> dict[AnswerKey, Answer | None]:
    """Return the stored answers; None when there is none, and nothing at all when the guild has no such event."""
    events = {event_id for _guild_id, event_id, _user_id in keys}
    row = _select().row(events=events, keys=[(event_id, user_id) for _guild_id, event_id, user_id in keys])
    if row is None:
        return {}
    guilds = dict(json.loads(row[0]))
    readers: list[Callable[[Any], Any]] = [column.python_value for column in _COLUMNS]
    stored: dict[tuple[int, int], Answer] = {}
    for event_id, *values in json.loads(row[1]):
        stored[event_id, values[0]] = Answer(*(read(value) for read, value in zip(readers, values, strict=True)))
    return {key: stored.get(key[1:]) for key in keys if guilds.get(key[1]) == key[0]}


def write_answers(changes: Iterable[tuple[int, int, Answer | None]], now: datetime) -> None:
    """Store answers, each of an (event, user); where there is None, delete what is stored."""
    stored: list[tuple[int, int, str, tuple[str, ...], datetime | None]] = []
    gone: list[tuple[int, int]] = []
    for event_id, user_id, answer in changes:
        if answer is None:
            gone.append((event_id, user_id))
        else:
            stored.append((event_id, user_id, answer.emoji, answer.held, answer.reacted_at))
    if stored:
        _upsert().change(answers=stored, now=now)
    if gone:
        _delete().change(answers=gone)


@cache
def _select() -> Statement:
    asked = Select([value_list(Event.message_id, "events")], [SQL("value")])
    events = Event.select(fn.json_group_array(fn.json_array(Event.message_id, Event.guild)))
    wanted = row_list("keys", Reaction.event, Reaction.user_id).alias("wanted")
    theirs = (Reaction.event == wanted.c.event_id) & (Reaction.user_id == wanted.c.user_id)
    # Each list is one text: each row of many would cost a turn at the interpreter's lock as well. Most have no answer
    # yet, so that it is less to write and to read than a row for each that was asked for.
    answers = Select([wanted], [fn.json_group_array(fn.json_array(Reaction.event, *_COLUMNS))]).join(
        Reaction, on=theirs
    )
    return Statement(Select(columns=[events.where(Event.message_id.in_(asked)), answers]))


@cache
def _upsert() -> Statement:
    fields = (Reaction.event, Reaction.user_id, Reaction.emoji, Reaction.held, Reaction.reacted_at)
    answers = row_list("answers", *fields)
    now = param(Reaction.created_at, "now")
    # Without a WHERE, SQLite would read ON CONFLICT as the join's ON.
    rows = Select([answers], [*(answers.c[field.column_name] for field in fields), now, now]).where(SQL("1"))
    insert = Reaction.insert_from(rows, [*fields, Reaction.created_at, Reaction.updated_at])
    return Statement(
        insert.on_conflict(
            conflict_target=[Reaction.event, Reaction.user_id],
            preserve=[Reaction.emoji, Reaction.held, Reaction.reacted_at, Reaction.updated_at],
        )
    )


@cache
def _delete() -> Statement:
    gone = row_list("answers", Reaction.event, Reaction.user_id)
    return Statement(Reaction.delete().where(Tuple(Reaction.event, Reaction.user_id).in_(gone)))
