"""When somebody who has not answered an event is reminded of it next, by the rules that will decide it; without I/O."""

from dataclasses import dataclass, replace
from datetime import datetime

from models.held_records import HeldReason
from models.person_facts import Pause
from reminder_bot.person_rules import Occasion, QuietClock, Standing, Timing, decide


@dataclass(frozen=True, slots=True)
class Coming:
    """A person's next reminder, by what is known now: ``at`` is None for none, or while that is not known.

    ``is_given_up``: they are reminded no more, because as many as the guild wants have gone unanswered.
    """

    at: datetime | None = None
    is_given_up: bool = False


NOTHING_COMES = Coming()


def coming_reminder(occasion: Occasion, person: Standing, waits_until: datetime | None) -> Coming:
    """Return what comes next for somebody silent: what waits for them already, else the event's next reminder.

    ``occasion`` is of this moment; ``waits_until`` is when what waits for them falls due.
    """
    event, clock = occasion.event, occasion.clock
    if waits_until is not None and not _lapses(person):
        due = QuietClock(clock.settings, max(waits_until, clock.now))
        return _in_time(occasion, due.end_for(person.choices) or due.now)
    then = replace(occasion, clock=QuietClock(clock.settings, max(event.next_reminder_at or clock.now, clock.now)))
    decision = decide(then, replace(person, waits=None))
    if decision.timing is Timing.LATER:
        return Coming(is_given_up=decision.pause is Pause.ESCALATED)
    if decision.timing is Timing.NEVER or event.next_reminder_at is None:
        return NOTHING_COMES
    return _in_time(occasion, then.now if decision.hold is None else decision.hold.due_at)


def _lapses(person: Standing) -> bool:
    """Whether what waits is the last message after reminders in vain, and the bot may not write to them any more."""
    return person.waits is HeldReason.ESCALATION and not person.choices.takes_direct


def _in_time(occasion: Occasion, at: datetime) -> Coming:
    closes = occasion.event.closes_at
    return Coming(at) if closes is None or at < closes else NOTHING_COMES
