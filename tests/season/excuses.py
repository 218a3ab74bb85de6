"""Why somebody must not be told something: what they chose, where they are, what they answered."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.season.facts import MAYBE, OFF, YES, Item, Message, Schedule, Story, Topic

SILENT, BEFORE, DECIDE, MOVED, CANCELLED, STILL_SILENT, TALLY = (
    "silent", "before", "decide", "moved", "cancelled", "still_silent", "tally",
)  # fmt: skip
MEANT_FOR = {BEFORE: (YES,), DECIDE: (MAYBE,), MOVED: (YES, MAYBE)}
"""Whose answers a planned message is for; a cancellation is for whoever has answered, the silent ones apart."""


def excuse(story: Story, event: int, kind: str, who: int, at: datetime) -> str | None:
    """Return the rule by which somebody must not be told this at a moment, None where none is against it.

    Quiet hours and the way it is told are judged apart: they say when and where, not whether.
    """
    return next(_excuses(story, event, kind, who, at), None)


def _excuses(story: Story, event: int, kind: str, who: int, at: datetime) -> Iterator[str]:
    if is_opted_out(story, event, who, at):
        yield "opted out"
    answer = story.value(at, Topic.ANSWER, event, who)
    if kind == SILENT:
        if answer is not None:
            yield "answered"
        yield from _absences(story, event, who, at)
        if who not in story.asked(event):
            yield "not asked"
        schedule = story.schedule(event, at)
        if schedule is None or (schedule.closes is not None and schedule.closes <= at):
            yield "answers closed"
    elif kind == CANCELLED:
        if answer is None:
            yield "answered otherwise"
    elif answer not in MEANT_FOR[kind]:
        yield "answered otherwise"
    if kind in (SILENT, DECIDE) and story.value(at, Topic.NOT_THIS, event, who):
        yield "not this event"


def _absences(story: Story, event: int, who: int, at: datetime) -> Iterator[str]:
    away = story.value(at, Topic.AWAY, who)
    schedule = story.schedule(event, at)
    if away is not None and at < away and schedule is not None and (schedule.start is None or schedule.start < away):
        yield "away"
    until = snoozed_until(story, event, who, at)
    if until is not None and at < until:
        yield "snoozed"


def is_opted_out(story: Story, event: int, who: int, at: datetime) -> bool:
    """Whether somebody chose to hear nothing of an event, of whatever kind."""
    only = story.value(at, Topic.ONLY_ROLES, who)
    return story.value(at, Topic.CONTACT, who) == OFF or bool(only and not only & story.events[event].roles)


def snoozed_until(story: Story, event: int, who: int, at: datetime) -> datetime | None:
    """Return until when somebody put off an event last."""
    until = story.value(at, Topic.SNOOZE, event, who)
    return until if isinstance(until, datetime) else None


def could_wait(story: Story, item: Item, at: datetime, until: datetime) -> bool:
    """Whether what a planned message says would still be in time when somebody's quiet hours end.

    A move and a cancellation that fall into quiet hours can wait as long as the event has not begun by then.
    """
    made = story.events[item.event]
    schedule = last_schedule(story, item.event, at)
    if schedule is None or made is None:
        return True
    about = schedule.closes if item.kind == DECIDE else schedule.start
    return about is None or until < about


def last_schedule(story: Story, event: int, at: datetime) -> Schedule | None:
    """Return the times that an event had last, also when it is over."""
    found = [value for when, value in story.changes(Topic.SCHEDULE, event) if when <= at and value is not None]
    return found[-1] if found else None


def told(story: Story, messages: list[Message], event: int, kind: str, who: int) -> list[Message]:
    """Return every message that told somebody something of an event, in order."""
    return [
        message
        for message in messages
        for item in message.items
        if item.event == event and item.kind == kind and who in message.people(item)
    ]


def in_words(story: Story, item: Item, who: int, at: datetime) -> str:
    """Name a message to somebody, as a finding begins."""
    title = story.events[item.event].title
    return f"{item.kind} of {title!r} to {who} at {at:%a %d %b %H:%M:%S} UTC"


def is_near(moment: datetime, at: datetime, slack: timedelta) -> bool:
    """Whether something came at its moment, or soon after."""
    return -timedelta(seconds=2) <= at - moment <= slack
