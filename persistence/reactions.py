"""Who has answered what: by reaction frames, or compared with a complete read of the message."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

from peewee import SQL, Select, fn

from models.database_models import Event, Reaction
from models.records import Answer, Answered, HeldByUser, ReactionSignal, ReconciliationResult, SignalKind
from persistence.answer_rows import AnswerKey, read_answers, write_answers
from persistence.answer_rules import after_adding, after_reading, after_removing
from persistence.forgotten import not_forgotten
from persistence.guilds import upsert_met
from persistence.statements import Statement, param, value_list


def apply_signals(signals: Sequence[ReactionSignal], now: datetime) -> list[bool]:
    """Apply reaction frames in their order; return for each whether an answer, or what somebody holds, changed.

    An event that is not there, or of another guild, is left alone; so is whoever asked to be forgotten. However many
    the frames are, they take the same few statements, unless some clear an event's reactions.
    """
    changed: list[bool] = []
    for is_personal, neighbours in groupby(signals, key=_is_personal):
        if is_personal:
            changed += _apply_personal(list(neighbours), now)
        else:
            changed += [_clear(signal, now) for signal in neighbours]
    return changed


def reconcile(
    guild_id: int, message_id: int, held: HeldByUser, journal: Sequence[ReactionSignal], now: datetime
) -> ReconciliationResult:
    """Make the stored answers those of a complete read of the message, then of the frames that came while it ran.

    A stored answer that is still held stays the answer, otherwise it is the first held in the event's own order. What
    is held keeps its stored order, newly found emoji behind it in the event's order. When an answer that was not
    stored was given is unknown: its ``reacted_at`` is None. Who asked to be forgotten is left out.
    """
    order = answers_offered(guild_id, message_id)
    if order is None:
        return ReconciliationResult(0, 0, 0)
    held = {user_id: held[user_id] for user_id in not_forgotten(held)}
    before = _answers(guild_id, message_id)
    found = {
        user_id: after_reading(before.get(user_id), user_id, held.get(user_id, frozenset()), order)
        for user_id in before.keys() | held.keys()
    }
    _write_changes(message_id, before, found, now)
    apply_signals(journal, now)
    after = _answers(guild_id, message_id)
    return ReconciliationResult(
        added=len(after.keys() - before.keys()),
        withdrawn=len(before.keys() - after.keys()),
        changed=sum(before[user_id].emoji != after[user_id].emoji for user_id in before.keys() & after.keys()),
    )


def answers_offered(guild_id: int, message_id: int) -> tuple[str, ...] | None:
    """Return the emoji that count for an event, in its order; None when the guild has no such event."""
    row = _select_order().row(guild_id=guild_id, message_id=message_id)
    return None if row is None else row[0]


def withdraw(guild_id: int, message_id: int, emojis: Collection[str], at: datetime, now: datetime) -> bool:
    """Take emoji away from all who hold them, as if each had done so at a moment; return whether anybody had."""
    before = _answers(guild_id, message_id)
    after: dict[int, Answer | None] = dict(before)
    for emoji in emojis:
        after = {user_id: after_removing(answer, emoji, at) for user_id, answer in after.items()}
    _write_changes(message_id, before, after, now)
    return before != after


def list_answers(guild_id: int, message_id: int) -> list[Answer]:
    """Return the answers to an event, by user id."""
    return [Answer(*row) for row in _select_answers().rows(guild_id=guild_id, event_id=message_id)]


def answered_user_ids(guild_id: int, message_id: int) -> frozenset[int]:
    """Return who has answered an event."""
    return _ids(_select_answered().row(guild_id=guild_id, event_id=message_id))


def answered(guild_id: int, message_id: int) -> Answered:
    """Return who has answered an event, and how many gave each answer, without reading the answers one by one."""
    row = _select_tally().row(guild_id=guild_id, event_id=message_id)
    return Answered(frozenset(), {}) if row is None else Answered(_ids(row), json.loads(row[1]))


def answered_among(guild_id: int, message_id: int, user_ids: Collection[int]) -> frozenset[int]:
    """Return those of some people who have answered an event; its other answers are not read."""
    return _ids(_select_answered_among().row(guild_id=guild_id, event_id=message_id, users=user_ids))


def _ids(row: tuple[Any, ...] | None) -> frozenset[int]:
    return frozenset() if row is None else frozenset(json.loads(row[0]))


def _is_personal(signal: ReactionSignal) -> bool:
    return signal.kind in (SignalKind.ADD, SignalKind.REMOVE)


def _apply_personal(signals: Sequence[ReactionSignal], now: datetime) -> list[bool]:
    keys = [_key(signal) for signal in signals]
    before = read_answers(set(keys))
    known = set(not_forgotten({user_id for _guild_id, _event_id, user_id in before}))
    after, met = dict(before), {}
    changed: list[bool] = []
    for key, signal in zip(keys, signals, strict=True):
        if key not in before or key[2] not in known:
            changed.append(False)
            continue
        if signal.person is not None:
            met[key[0], key[2]] = signal.person
        answer = _after(after[key], key[2], signal)
        # The rules return what was there when nothing changes.
        changed.append(answer is not after[key])
        after[key] = answer
    upsert_met([(guild_id, person) for (guild_id, _user_id), person in met.items()], now)
    write_answers([(key[1], key[2], answer) for key, answer in after.items() if answer is not before[key]], now)
    return changed


def _key(signal: ReactionSignal) -> AnswerKey:
    if signal.user_id is None:
        raise ValueError(f"a frame of kind {signal.kind} names a user")
    return signal.guild_id, signal.message_id, signal.user_id


def _after(before: Answer | None, user_id: int, signal: ReactionSignal) -> Answer | None:
    emoji = _emoji(signal)
    if signal.kind is SignalKind.ADD:
        return after_adding(before, user_id, emoji, signal.at)
    return after_removing(before, emoji, signal.at)


def _clear(signal: ReactionSignal, now: datetime) -> bool:
    if signal.kind is SignalKind.CLEAR:
        return _delete_all().change(event_id=signal.message_id, guild_id=signal.guild_id) > 0
    return withdraw(signal.guild_id, signal.message_id, (_emoji(signal),), signal.at, now)


def _emoji(signal: ReactionSignal) -> str:
    if signal.emoji is None:
        raise ValueError(f"a frame of kind {signal.kind} names an emoji")
    return signal.emoji


def _write_changes(
    message_id: int, before: Mapping[int, Answer], after: Mapping[int, Answer | None], now: datetime
) -> None:
    changed = ((user_id, answer) for user_id, answer in after.items() if answer != before.get(user_id))
    write_answers(((message_id, user_id, answer) for user_id, answer in changed), now)


def _answers(guild_id: int, message_id: int) -> dict[int, Answer]:
    return {answer.user_id: answer for answer in list_answers(guild_id, message_id)}


@cache
def _select_answers() -> Statement:
    mine = (Reaction.event == param(Reaction.event)) & (Event.guild == param(Event.guild))
    columns = (Reaction.user_id, Reaction.emoji, Reaction.held, Reaction.reacted_at)
    return Statement(Reaction.select(*columns).join(Event).where(mine).order_by(Reaction.user_id))


@cache
def _select_answered() -> Statement:
    mine = (Reaction.event == param(Reaction.event)) & (Event.guild == param(Event.guild))
    # One row of text: of many rows, each would cost a turn at the interpreter's lock.
    return Statement(Reaction.select(fn.json_group_array(Reaction.user_id)).join(Event).where(mine))


@cache
def _select_tally() -> Statement:
    theirs = Reaction.event == param(Reaction.event)
    ids = Reaction.select(fn.json_group_array(Reaction.user_id)).where(theirs)
    by_emoji = Reaction.select(Reaction.emoji, fn.COUNT(SQL("1")).alias("number")).where(theirs)
    groups = by_emoji.group_by(Reaction.emoji)
    counts = Select([groups], [fn.json_group_object(groups.c.emoji, groups.c.number)])
    mine = (Event.message_id == param(Reaction.event)) & (Event.guild == param(Event.guild))
    return Statement(Event.select(ids, counts).where(mine))


@cache
def _select_answered_among() -> Statement:
    mine = (Reaction.event == param(Reaction.event)) & (Event.guild == param(Event.guild))
    among = Reaction.user_id.in_(Select([value_list(Reaction.user_id, "users")], [SQL("value")]))
    return Statement(Reaction.select(fn.json_group_array(Reaction.user_id)).join(Event).where(mine & among))


@cache
def _select_order() -> Statement:
    mine = (Event.message_id == param(Event.message_id)) & (Event.guild == param(Event.guild))
    return Statement(Event.select(Event.required_reactions).where(mine))


@cache
def _delete_all() -> Statement:
    mine = Event.select(Event.message_id).where(
        Event.message_id == param(Reaction.event), Event.guild == param(Event.guild)
    )
    return Statement(Reaction.delete().where(Reaction.event.in_(mine)))
