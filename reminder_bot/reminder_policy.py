"""The rules of reminding, pure: who still owes an answer, when the next reminder falls, how long a failure pauses."""

from collections.abc import Sequence, Set
from datetime import datetime, timedelta

from models.plan_rules import is_out_of_date, may_go
from models.records import Claim, ReminderKind, TrackedEvent

LATE_AFTER = timedelta(seconds=60)
"""A reminder posted this long after its due time is marked late, whatever held it up."""

RETRY_FIRST = timedelta(seconds=1)
RETRY_LONGEST = timedelta(minutes=5)


def missing(asked: Set[int], answered: Set[int]) -> Set[int]:
    """Return who was asked and has not answered."""
    return asked - answered


def still_missing(recipients: Sequence[int], now_missing: Set[int]) -> tuple[int, ...]:
    """Narrow a claim's recipients to those who are still missing, in order; newcomers wait for the next reminder."""
    return tuple(user_id for user_id in recipients if user_id in now_missing)


def may_be_late(kind: ReminderKind) -> bool:
    """Whether a message of this kind tells that it is late; what has happened is told whenever it can be."""
    return kind in (ReminderKind.SILENT, ReminderKind.BEFORE, ReminderKind.DECIDE)


def is_late(scheduled_at: datetime, able_since: datetime | None, now: datetime) -> bool:
    """Tell whether a reminder is to be marked late.

    It is when it fell due before the bot was able to send for this event in the present session (``able_since``: when
    the event was reconciled), or when more than `LATE_AFTER` has passed since.
    """
    if able_since is not None and scheduled_at < able_since:
        return True
    return now - scheduled_at >= LATE_AFTER


def retry_delay(attempt: int, jitter: float) -> timedelta:
    """Return how long to wait before trying again after ``attempt`` failures (from 1).

    Doubles from `RETRY_FIRST` up to `RETRY_LONGEST`; ``jitter`` in [0, 1) adds up to half of it, so that many events
    that failed together do not come back together.
    """
    doubled: timedelta = RETRY_FIRST * 2 ** min(max(attempt, 1) - 1, 20)
    return min(doubled, RETRY_LONGEST) * (1 + jitter / 2)


def reason_to_stop(event: TrackedEvent | None, claim: Claim, now: datetime, *, was_asked_for: bool) -> str | None:
    """Say why the rest of a claimed reminder must not go out any more, or None when it may.

    A reminder that a person asked for (``was_asked_for``) goes out for a paused event too.
    """
    if event is None:
        return "the event is not watched any more"
    if not may_go(event, claim.kind, even_paused=was_asked_for):
        return "the event was paused" if event.is_paused else f"the event is {event.state}"
    if is_out_of_date(event, claim.kind, claim.detail, now):
        return "answers have closed" if claim.kind is ReminderKind.SILENT else "it was out of date by then"
    return None
