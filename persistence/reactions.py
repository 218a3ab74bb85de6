"""Who has answered what: one reaction frame at a time, or compared with a complete read of the message."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from peewee import JOIN, SQL, Select, fn

from models.database_models import Event, Reaction
from models.records import Answer, Answered, HeldByUser, ReactionSignal, ReconciliationResult, SignalKind
from persistence.forgotten import forgotten_people, is_forgotten
from persistence.guilds import upsert_person
from persistence.statements import Statement, param, value_list


def apply_signal(signal: ReactionSignal, now: datetime) -> bool:
    """Apply one reaction frame; return whether an answer, or what somebody holds, changed.

    Who adds an emoji answers with it. Who takes away their answer while holding others answers, from the moment of
    the frame on, with the one they added last. An event that is not there, or of another guild, is left alone; so is
    whoever asked to be forgotten.
    """
    if signal.kind is SignalKind.CLEAR:
        return _delete_all().change(event_id=signal.message_id, guild_id=signal.guild_id) > 0
    if signal.emoji is None:
        raise ValueError(f"a frame of kind {signal.kind} names an emoji")
    if signal.kind is SignalKind.CLEAR_EMOJI:
        return _clear_emoji(signal, signal.emoji, now)
    if signal.user_id is None:
        raise ValueError(f"a frame of kind {signal.kind} names a user")
    row = _select_answer().row(guild_id=signal.guild_id, event_id=signal.message_id, user_id=signal.user_id)
    if row is None or is_forgotten(signal.user_id):
        return False
    if signal.person is not None:
        upsert_person(signal.guild_id, signal.person, now)
    before = None if row[0] is None else Answer(*row)
    if signal.kind is SignalKind.ADD:
        after: Answer | None = _added(before, signal.user_id, signal.emoji, signal.at)
    else:
        after = _removed(before, signal.emoji, signal.at)
    return _replace(signal.message_id, before, after, now)


def reconcile(
    guild_id: int, message_id: int, held: HeldByUser, journal: Sequence[ReactionSignal], now: datetime
) -> ReconciliationResult:
    """Make the stored answers those of a complete read of the message, then of the frames that came while it ran.

    A stored answer that is still held stays the answer, otherwise it is the first held in the event's own order. What
    is held keeps its stored order, newly found emoji behind it in the event's order. When an answer that was not
    stored was given is unknown: its ``reacted_at`` is None. Who asked to be forgotten is left out.
    """
    row = _select_order().row(guild_id=guild_id, message_id=message_id)
    if row is None:
        return ReconciliationResult(0, 0, 0)
    forgotten = forgotten_people()
    if forgotten:
        held = {user_id: emoji for user_id, emoji in held.items() if not forgotten.hold(user_id)}
    before = _answers(guild_id, message_id)
    for user_id in before.keys() | held.keys():
        stored = before.get(user_id)
        found = _reconciled(stored, user_id, held.get(user_id, frozenset()), row[0])
        _replace(message_id, stored, found, now)
    for signal in journal:
        apply_signal(signal, now)
    after = _answers(guild_id, message_id)
    return ReconciliationResult(
        added=len(after.keys() - before.keys()),
        withdrawn=len(before.keys() - after.keys()),
        changed=sum(before[user_id].emoji != after[user_id].emoji for user_id in before.keys() & after.keys()),
    )


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


def _added(before: Answer | None, user_id: int, emoji: str, at: datetime) -> Answer:
    if before is None:
        return Answer(user_id, emoji, (emoji,), at)
    if before.emoji == emoji == before.held[-1]:
        return before
    return Answer(user_id, emoji, (*_without(before.held, emoji), emoji), at)


def _removed(before: Answer | None, emoji: str, at: datetime) -> Answer | None:
    if before is None or emoji not in before.held:
        return before
    left = _without(before.held, emoji)
    if not left:
        return None
    if before.emoji in left:
        return Answer(before.user_id, before.emoji, left, before.reacted_at)
    return Answer(before.user_id, left[-1], left, at)


def _reconciled(before: Answer | None, user_id: int, held: frozenset[str], order: tuple[str, ...]) -> Answer | None:
    in_order = tuple(emoji for emoji in order if emoji in held)
    if not in_order:
        return None
    if before is None:
        return Answer(user_id, in_order[0], in_order, None)
    kept = tuple(emoji for emoji in before.held if emoji in in_order)
    merged = (*kept, *(emoji for emoji in in_order if emoji not in kept))
    if before.emoji in merged:
        return Answer(user_id, before.emoji, merged, before.reacted_at)
    return Answer(user_id, in_order[0], merged, None)


def _without(held: tuple[str, ...], emoji: str) -> tuple[str, ...]:
    return tuple(other for other in held if other != emoji)


def _clear_emoji(signal: ReactionSignal, emoji: str, now: datetime) -> bool:
    answers = list_answers(signal.guild_id, signal.message_id)
    changes = [_replace(signal.message_id, answer, _removed(answer, emoji, signal.at), now) for answer in answers]
    return any(changes)


def _replace(message_id: int, before: Answer | None, after: Answer | None, now: datetime) -> bool:
    if after == before:
        return False
    if after is not None:
        _upsert().change(
            event_id=message_id,
            user_id=after.user_id,
            emoji=after.emoji,
            held=after.held,
            reacted_at=after.reacted_at,
            now=now,
        )
    elif before is not None:
        _delete_one().change(event_id=message_id, user_id=before.user_id)
    return True


def _answers(guild_id: int, message_id: int) -> dict[int, Answer]:
    return {answer.user_id: answer for answer in list_answers(guild_id, message_id)}


@cache
def _select_answer() -> Statement:
    """One row of nothing when the event is there without an answer of this user, no row when it is not."""
    theirs = (Reaction.event == Event.message_id) & (Reaction.user_id == param(Reaction.user_id))
    event = (Event.message_id == param(Reaction.event)) & (Event.guild == param(Event.guild))
    columns = (Reaction.user_id, Reaction.emoji, Reaction.held, Reaction.reacted_at)
    return Statement(Event.select(*columns).join(Reaction, JOIN.LEFT_OUTER, on=theirs).where(event))


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
def _upsert() -> Statement:
    now = param(Reaction.created_at, "now")
    insert = Reaction.insert(
        event=param(Reaction.event),
        user_id=param(Reaction.user_id),
        emoji=param(Reaction.emoji),
        held=param(Reaction.held),
        reacted_at=param(Reaction.reacted_at),
        created_at=now,
        updated_at=now,
    )
    return Statement(
        insert.on_conflict(
            conflict_target=[Reaction.event, Reaction.user_id],
            preserve=[Reaction.emoji, Reaction.held, Reaction.reacted_at, Reaction.updated_at],
        )
    )


@cache
def _delete_one() -> Statement:
    return Statement(
        Reaction.delete().where(Reaction.event == param(Reaction.event), Reaction.user_id == param(Reaction.user_id))
    )


@cache
def _delete_all() -> Statement:
    mine = Event.select(Event.message_id).where(
        Event.message_id == param(Reaction.event), Event.guild == param(Event.guild)
    )
    return Statement(Reaction.delete().where(Reaction.event.in_(mine)))
