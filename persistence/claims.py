"""Claims: what is about to be sent to whom, stored before anything goes out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import zip_longest
from typing import Any

from models.database_models import ReminderLog
from models.records import Claim, RecipientOutcome, ReminderKind
from persistence import recipients
from persistence.forgotten import not_forgotten
from persistence.statements import Statement, param
from utils.nonces import nonce_of
from utils.time import to_text


def insert_claims(like: Claim, batches: Sequence[Sequence[int]], channels: Sequence[int | None] = ()) -> list[Claim]:
    """Store a pending row with its recipients for each batch; part of the caller's unit of work.

    ``like`` says everything of them that they have in common, ``channels`` where each is posted: where it says
    nothing, in the event's own channel.
    """
    known = set(not_forgotten({user_id for batch in batches for user_id in batch}))
    claims = []
    for index, (people, channel_id) in enumerate(zip_longest(batches, channels[: len(batches)]), start=1):
        nonce = _nonce(like.event_id, like.scheduled_at, index, like.kind)
        asked = tuple(sorted(known.intersection(people)))
        part = replace(like, batch=index, batch_count=len(batches), nonce=nonce, recipients=asked)
        claims.append(_inserted(replace(part, channel_id=channel_id)))
    return claims


def unsent(
    guild_id: int,
    event_id: int,
    scheduled_at: datetime,
    now: datetime,
    kind: ReminderKind = ReminderKind.SILENT,
    detail: Mapping[str, Any] | None = None,
) -> Claim:
    """Return what the batches of a message have in common, for `insert_claims`; nothing is stored."""
    return Claim(0, guild_id, event_id, scheduled_at, 1, 1, "", 0, (), now, kind, None, detail)


def _inserted(new: Claim) -> Claim:
    log_id = _insert().insert(
        event_id=new.event_id,
        scheduled_at=new.scheduled_at,
        batch=new.batch,
        batch_count=new.batch_count,
        nonce=new.nonce,
        kind=new.kind,
        channel_id=new.channel_id,
        detail=new.detail,
        now=new.created_at,
    )
    recipients.set_outcomes(log_id, new.recipients, RecipientOutcome.PENDING, new.created_at)
    return replace(new, log_id=log_id)


def _nonce(event_id: int, scheduled_at: datetime, batch: int, kind: ReminderKind = ReminderKind.SILENT) -> str:
    """Name a batch the same way in every run of the program; 24 characters of the 25 that Discord takes."""
    kinds = () if kind is ReminderKind.SILENT else (kind.value,)
    return nonce_of(event_id, to_text(scheduled_at), batch, *kinds)


@cache
def _insert() -> Statement:
    now = param(ReminderLog.created_at, "now")
    columns = (
        ReminderLog.event, ReminderLog.scheduled_at, ReminderLog.batch, ReminderLog.batch_count, ReminderLog.nonce,
        ReminderLog.kind, ReminderLog.channel_id, ReminderLog.detail,
    )  # fmt: skip
    values = {column: param(column) for column in columns}
    return Statement(ReminderLog.insert({**values, ReminderLog.created_at: now, ReminderLog.updated_at: now}))
