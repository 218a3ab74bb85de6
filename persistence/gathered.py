"""The life of gathered messages: claimed before anything goes out, counted before each attempt, completed once.

As a batch's of a reminder (`persistence.reminder_log`). What of a message cannot go now but may later waits again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from peewee import SQL, Select

from models.database_models import Event
from models.held_records import Gathered, HeldItem, HeldKind, HeldReason, Way
from models.member_models import GatheredMessage, HeldReminder
from models.records import RecipientOutcome, ReminderStatus
from persistence.held_due import WAITS, item_columns
from persistence.held_meaning import stands_still, still_meant, waits_anew
from persistence.pending_gathered import PendingGathered, pending_gathered
from persistence.statements import Statement, param, rows_of, value_list
from utils.nonces import nonce_of
from utils.time import to_text


def claim_gathered(
    guild_id: int,
    way: Way,
    target_id: int,
    held_ids: Collection[int],
    now: datetime,
) -> Gathered | None:
    """Make one pending message of those held reminders that still wait and are due; None when there are none.

    ``target_id`` is the person's for `Way.DIRECT`, else the channel's. It falls due when the first of them did.
    """
    items = _waiting(guild_id, held_ids, now)
    if not items:
        return None
    to_person = way is Way.DIRECT
    new = Gathered(
        0, guild_id, None if to_person else target_id, target_id if to_person else None,
        min(item.due_at for item in items), "", 0, now, tuple(replace(item, way=way) for item in items),
    )  # fmt: skip
    return _inserted(new, now)


def begin_gathered(
    guild_id: int, gathered_id: int, kept: Collection[int], back: Mapping[int, datetime | None], now: datetime
) -> Gathered | None:
    """Count an attempt to send a pending message and narrow it; who is narrowed stays so.

    Of what is in ``kept``, that stays which is still meant by what is stored at this moment: the answers included that
    were waiting in the writer's queue when the caller looked. What is in ``back`` waits again, until the moment given
    or as before, and so does what is about an event that was paused or blocked. All else lapses. Returns the message
    with what is left, or None when there is nothing to send: then it is closed.
    """
    found = pending_gathered(guild_id, gathered_id)
    if found is None:
        return None
    standing = {item.held_id: None for item in found.message.items if stands_still(found.events.get(item.event_id))}
    returned = {**back, **standing}
    wanted = [item for item in found.message.items if item.held_id in kept and item.held_id not in returned]
    left = still_meant(found.events, wanted, now)
    staying = {item.held_id for item in left}
    _give_back(found, {key: due for key, due in returned.items() if key not in staying}, now)
    rest = {item.held_id for item in found.message.items} - staying - returned.keys()
    _set_outcome().change(ids=rest, outcome=RecipientOutcome.NARROWED, now=now)
    if not left:
        _close_empty(found.message, now)
        return None
    _count_attempt().change(gathered_id=gathered_id, now=now)
    return replace(found.message, attempt=found.message.attempt + 1, items=tuple(left))


def complete_gathered(
    guild_id: int, gathered_id: int, message_id: int, sent_at: datetime, pinged: Collection[int], now: datetime
) -> bool:
    """Store that a pending message went out and whom it reached; False when it is not pending.

    ``pinged`` is the truth: after a repeated nonce the message is an earlier one, with an earlier narrowing.
    """
    found = pending_gathered(guild_id, gathered_id)
    if found is None:
        return False
    reached, waiting = set(pinged), found.message.items
    told = {item.held_id for item in waiting if item.user_id in reached}
    told |= _left_out_before(gathered_id, reached - {item.user_id for item in waiting})
    _set_outcome().change(ids=told, outcome=RecipientOutcome.PINGED, now=now)
    rest = {item.held_id for item in waiting} - told
    _set_outcome().change(ids=rest, outcome=RecipientOutcome.NARROWED, now=now)
    _mark_sent().change(gathered_id=gathered_id, message_id=message_id, sent_at=sent_at, now=now)
    return True


def close_gathered(guild_id: int, gathered_id: int, status: ReminderStatus, reason: str, now: datetime) -> bool:
    """End a pending message unsent, as SKIPPED or FAILED; False when it is not pending."""
    if status not in (ReminderStatus.SKIPPED, ReminderStatus.FAILED):
        raise ValueError(f"a message is not closed as {status}")
    found = pending_gathered(guild_id, gathered_id)
    if found is None:
        return False
    _set_outcome().change(ids=_ids(found.message.items), outcome=RecipientOutcome.UNSENT, now=now)
    _mark_closed().change(gathered_id=gathered_id, status=status, error_message=reason, now=now)
    return True


def fall_back(guild_id: int, gathered_id: int, reason: str, now: datetime, *, has_log: bool = False) -> bool:
    """End a pending direct message that was refused; what it was to say goes to the channel, once, at once.

    What is for an organiser alone goes to the log channel, where there is one (``has_log``), else nowhere.
    """
    found = pending_gathered(guild_id, gathered_id)
    if found is None:
        return False
    alone = [item for item in found.message.items if item.kind is HeldKind.STILL_SILENT]
    moved = [item for item in found.message.items if item.kind is not HeldKind.STILL_SILENT]
    _wait_anew(found.message, moved, Way.CHANNEL, now)
    _wait_anew(found.message, alone if has_log else (), Way.LOG, now)
    return close_gathered(guild_id, gathered_id, ReminderStatus.FAILED, reason, now)


def take_home(guild_id: int, gathered_id: int, homes: Mapping[int, int], reason: str, now: datetime) -> list[Gathered]:
    """End a pending message that its channel refused; return what it becomes: one for each of other channels.

    ``homes`` gives, by held reminder, the channel that it goes to instead; what is not in it ends unsent.
    """
    found = pending_gathered(guild_id, gathered_id)
    if found is None:
        return []
    made = []
    for channel_id in sorted(set(homes.values())):
        items = tuple(item for item in found.message.items if homes.get(item.held_id) == channel_id)
        if items:
            made.append(_inserted(replace(found.message, channel_id=channel_id, attempt=0, items=items), now))
    close_gathered(guild_id, gathered_id, ReminderStatus.FAILED, reason, now)
    return made


def _waiting(guild_id: int, held_ids: Collection[int], now: datetime) -> list[HeldItem]:
    query = HeldReminder.select(*item_columns()).join(Event)
    mine = query.where(HeldReminder.id.in_(list(held_ids)), Event.guild == guild_id, HeldReminder.due_at <= now, WAITS)
    return [HeldItem(*row) for row in rows_of(mine.order_by(HeldReminder.id))]


def _inserted(new: Gathered, now: datetime) -> Gathered:
    values = {
        "guild": new.guild_id, "channel_id": new.channel_id, "user_id": new.user_id, "scheduled_at": new.scheduled_at,
        "nonce": "", "created_at": now, "updated_at": now,
    }  # fmt: skip
    gathered_id = int(GatheredMessage.insert(**values).execute())
    target = new.user_id or new.channel_id
    # The number alone is no name: SQLite may give that of a removed row again.
    nonce = nonce_of("gathered", gathered_id, new.guild_id, target, to_text(new.scheduled_at), to_text(now))
    GatheredMessage.update(nonce=nonce).where(GatheredMessage.id == gathered_id).execute()
    way = new.way
    _join().change(ids=_ids(new.items), gathered_id=gathered_id, way=way, now=now)
    return replace(new, gathered_id=gathered_id, nonce=nonce, created_at=now)


def _give_back(found: PendingGathered, returned: Mapping[int, datetime | None], now: datetime) -> None:
    for item in found.message.items:
        if item.held_id not in returned:
            continue
        if waits_anew(item):
            _set_outcome().change(ids=[item.held_id], outcome=RecipientOutcome.NARROWED, now=now)
            continue
        due_at = returned[item.held_id] or item.due_at
        _wait_again().change(ids=[item.held_id], due_at=due_at, way=item.way, why=item.why, now=now)


def _wait_anew(message: Gathered, items: Iterable[HeldItem], way: Way, now: datetime) -> None:
    """Have what a direct message was to say wait for another way, due at once."""
    for item in items:
        if not waits_anew(item):
            _wait_again().change(ids=[item.held_id], due_at=now, way=way, why=HeldReason.CLOSED, now=now)


def _left_out_before(gathered_id: int, people: Collection[int]) -> set[int]:
    """Return what earlier attempts narrowed of people whom the message reached all the same."""
    query = HeldReminder.select(HeldReminder.id).where(
        HeldReminder.gathered == gathered_id, HeldReminder.user_id.in_(list(people)),
        HeldReminder.outcome == RecipientOutcome.NARROWED,
    )  # fmt: skip
    return {row[0] for row in rows_of(query)} if people else set()


def _close_empty(message: Gathered, now: datetime) -> None:
    """Close a message of which nothing is left; one that nothing remembers was never made."""
    remembered = HeldReminder.select(SQL("1")).where(HeldReminder.gathered == message.gathered_id).limit(1)
    if not rows_of(remembered):
        GatheredMessage.delete().where(GatheredMessage.id == message.gathered_id).execute()
        return
    reason = "nobody in it is meant any more"
    _mark_closed().change(gathered_id=message.gathered_id, status=ReminderStatus.SKIPPED, error_message=reason, now=now)


def _ids(items: Iterable[HeldItem]) -> list[int]:
    return [item.held_id for item in items]


@cache
def _count_attempt() -> Statement:
    return _update_message({GatheredMessage.attempt: GatheredMessage.attempt + 1})


@cache
def _mark_sent() -> Statement:
    columns = (GatheredMessage.message_id, GatheredMessage.sent_at)
    ended = {GatheredMessage.status: ReminderStatus.SENT, GatheredMessage.error_message: None}
    return _update_message({**ended, **{column: param(column) for column in columns}})


@cache
def _mark_closed() -> Statement:
    return _update_message(
        {column: param(column) for column in (GatheredMessage.status, GatheredMessage.error_message)}
    )


def _update_message(changes: dict[Any, Any]) -> Statement:
    touched = {**changes, GatheredMessage.updated_at: param(GatheredMessage.updated_at, "now")}
    return Statement(
        GatheredMessage.update(touched).where(GatheredMessage.id == param(GatheredMessage.id, "gathered_id"))
    )


@cache
def _join() -> Statement:
    return _update_items(
        {HeldReminder.gathered: param(HeldReminder.gathered), HeldReminder.way: param(HeldReminder.way)}
    )


@cache
def _set_outcome() -> Statement:
    return _update_items({HeldReminder.outcome: param(HeldReminder.outcome)})


@cache
def _wait_again() -> Statement:
    columns = (HeldReminder.due_at, HeldReminder.way, HeldReminder.why)
    return _update_items({HeldReminder.gathered: None, **{column: param(column) for column in columns}})


def _update_items(changes: dict[Any, Any]) -> Statement:
    touched = {**changes, HeldReminder.updated_at: param(HeldReminder.updated_at, "now")}
    wanted = Select([value_list(HeldReminder.id, "ids")], [SQL("value")])
    return Statement(HeldReminder.update(touched).where(HeldReminder.id.in_(wanted)))
