"""When what is planned for an event falls due: the rules alone, without a database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models.event_options import Meaning
from models.records import EventState, PlanKind, ReminderKind, TrackedEvent
from utils.time import from_text, to_text, whole_milliseconds


@dataclass(frozen=True, slots=True)
class Planned:
    """One thing to do for an event; ``detail`` names the moment it is about, so that it is known to be out of date."""

    kind: PlanKind
    due_at: datetime
    detail: dict[str, Any] | None = None


ANSWERS_FOR = {
    ReminderKind.BEFORE: (Meaning.YES,),
    ReminderKind.DECIDE: (Meaning.MAYBE,),
    ReminderKind.MOVED: (Meaning.YES, Meaning.MAYBE),
    ReminderKind.CANCELLED: tuple(Meaning),
    ReminderKind.TALLY: (),
}
"""Whose answers a message is for; the one to those who are silent is for nobody who has answered."""


def is_for(event: TrackedEvent, kind: ReminderKind, emoji: str) -> bool:
    """Whether a message is for somebody who has answered an event with this emoji."""
    return event.options.meaning_of(emoji) in ANSWERS_FOR.get(kind, ())


def may_go(event: TrackedEvent, kind: ReminderKind, *, even_paused: bool = False) -> bool:
    """Whether the state of an event lets a message of this kind be posted."""
    if kind.is_final:
        return event.state is EventState.COMPLETED
    return event.state is EventState.ACTIVE and (even_paused or not event.is_paused)


def has_answer(event: TrackedEvent, kind: ReminderKind) -> bool:
    """Whether one of the event's answers is of those that a message is for."""
    return any(is_for(event, kind, emoji) for emoji in event.required_reactions)


def before_start(event: TrackedEvent) -> Iterator[Planned]:
    """Yield the reminders to those who said yes, the first one first, past ones too."""
    if event.starts_at is None or not has_answer(event, ReminderKind.BEFORE):
        return
    about = {"to": to_text(event.starts_at)}
    for minutes in sorted(event.options.before_minutes, reverse=True):
        yield Planned(PlanKind.BEFORE, event.starts_at - timedelta(minutes=minutes), about)


def decision(event: TrackedEvent, now: datetime) -> Planned | None:
    """Return the reminder to those on maybe, for a deadline set just ``now``: half-way when less is left than asked."""
    closes_at = event.closes_at
    if closes_at is None or closes_at <= now or not has_answer(event, ReminderKind.DECIDE):
        return None
    wanted = closes_at - timedelta(minutes=event.options.decide_minutes)
    due_at = wanted if wanted > now else whole_milliseconds(now + (closes_at - now) / 2)
    return Planned(PlanKind.DECIDE, due_at, {"to": to_text(closes_at)})


def completion(event: TrackedEvent) -> Planned | None:
    """Return the end of an event that ends by itself."""
    return None if event.ends_at is None else Planned(PlanKind.COMPLETION, event.ends_at)


def is_out_of_date(event: TrackedEvent, kind: ReminderKind, about: Any, now: datetime) -> bool:
    """Whether what a message says of an event has ceased to be true: it has begun, closed, or was moved again."""
    if kind is ReminderKind.SILENT:
        return event.closes_at is not None and event.closes_at <= now
    if kind.is_final:
        return False
    moment = event.closes_at if kind is ReminderKind.DECIDE else event.starts_at
    told = None if about is None else about.get("to")
    if moment != (None if told is None else from_text(told)):
        return True
    return moment is not None and moment <= now
