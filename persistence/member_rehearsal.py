"""What members do, played for `persistence.rehearsal`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from models.held_records import Way
from models.member_models import GatheredMessage
from persistence import members, snoozes


def choosing(guild_id: int, event_id: int, user_id: int, now: datetime) -> Iterable[tuple[Any, ...]]:
    """Yield the store functions of members, each with values, in an order in which each finds what it needs."""
    yield (members.list_choices,)
    # Twice: the second time, the row is there.
    yield members.change_choices, guild_id, user_id, {"wants_direct": True}, now
    yield members.change_choices, guild_id, user_id, {"wants_direct": False}, now
    yield (members.list_opt_outs,)
    yield members.opt_out, guild_id, event_id, user_id, now
    yield members.opt_in, guild_id, event_id, user_id
    yield snoozes.snooze, guild_id, [event_id], user_id, now, Way.CHANNEL, now
    yield snoozes.own_waiting, guild_id, user_id
    yield snoozes.end_snooze, guild_id, event_id, user_id
    yield _gather, guild_id, user_id, now
    yield snoozes.gathered_for, 1, "mark", user_id


def _gather(guild_id: int, user_id: int, now: datetime) -> None:
    message = {"guild": guild_id, "user_id": user_id, "scheduled_at": now, "nonce": "n"}
    GatheredMessage.insert(**message, created_at=now, updated_at=now).execute()
