"""Rows of answers, many at a time: one statement reads them, one stores them, one deletes them.

Each statement costs a turn at the interpreter's lock, for which a thread waits up to 5 ms while the event loop is
busy; what it does with its rows costs a few microseconds each.
"""

import json
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from peewee import JOIN, SQL, Select, Tuple, fn

from models.database_models import Event, Reaction
from models.records import Answer
from persistence.statements import Statement, param, row_list

AnswerKey = tuple[int, int, int]
"""Guild, event, user."""

_COLUMNS = (Reaction.user_id, Reaction.emoji, Reaction.held, Reaction.reacted_at)


def read_answers(keys: Collection[AnswerKey]) -> dict[AnswerKey, Answer | None]:
    """Return the stored answers; None when there is none, and nothing at all when the guild has no such event."""
    row = _select().row(keys=keys)
    if row is None:
        return {}
    readers: list[Callable[[Any], Any]] = [column.python_value for column in _COLUMNS]
    found: dict[AnswerKey, Answer | None] = {}
    for guild_id, event_id, asked_id, *values in json.loads(row[0]):
        answer = None
        if values[0] is not None:
            answer = Answer(*(read(value) for read, value in zip(readers, values, strict=True)))
        found[guild_id, event_id, asked_id] = answer
    return found


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
    wanted = row_list("keys", Event.guild, Event.message_id, Reaction.user_id).alias("wanted")
    asked = (wanted.c.guild_id, wanted.c.message_id, wanted.c.user_id)
    event = (Event.message_id == wanted.c.message_id) & (Event.guild == wanted.c.guild_id)
    theirs = (Reaction.event == wanted.c.message_id) & (Reaction.user_id == wanted.c.user_id)
    # One row of text: each row of many would cost a turn at the interpreter's lock as well.
    rows = fn.json_group_array(fn.json_array(*asked, *_COLUMNS))
    return Statement(Select([wanted], [rows]).join(Event, on=event).join(Reaction, JOIN.LEFT_OUTER, on=theirs))


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
