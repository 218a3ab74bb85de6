"""What is told once: soon, decide, another start, cancelled; to whom, and when it must have come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.season.excuses import BEFORE, CANCELLED, DECIDE, MOVED, could_wait, excuse, told
from tests.season.facts import ONE_BY_ONE, Event, Finding, Item, Message, Schedule, Story, Topic

DECIDE_BEFORE = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """Something that falls due once."""

    kind: str
    at: datetime


def untold(story: Story, messages: list[Message]) -> Iterator[Finding]:
    """Yield what somebody was not told."""
    for event in story.events.values():
        for due in dues(story, event):
            for who in story.guilds[event.guild].people:
                yield from _one(story, messages, event, due, who)


def dues(story: Story, event: Event) -> Iterator[Due]:
    """Yield what fell due of an event, once for each change of its times."""
    changes = story.changes(Topic.SCHEDULE, event.event)
    for number, (at, schedule) in enumerate(changes):
        before = changes[number - 1][1] if number else None
        over = changes[number + 1][0] if number + 1 < len(changes) else story.over
        assert over is not None
        if schedule is None:
            yield Due(CANCELLED, at)
            continue
        for due in _planned(event, at, before, schedule):
            if due.at < over and (story.over is None or due.at < story.over):
                yield due


def _planned(event: Event, at: datetime, before: Schedule | None, schedule: Schedule) -> Iterator[Due]:
    if before is not None and before.start is not None and schedule.start != before.start:
        yield Due(MOVED, at)
    if schedule.start is not None:
        yield from (Due(BEFORE, due) for offset in event.before if (due := schedule.start - offset) > at)
    if schedule.closes is not None and (before is None or before.closes != schedule.closes):
        wanted = schedule.closes - DECIDE_BEFORE
        yield Due(DECIDE, wanted if wanted > at else at + (schedule.closes - at) / 2)


def _one(story: Story, messages: list[Message], event: Event, due: Due, who: int) -> Iterator[Finding]:
    just = due.at + timedelta(seconds=1)
    if excuse(story, event.event, due.kind, who, just) is not None or _is_down(story, due.at):
        return
    span = story.quiet(who, due.at)
    waits = span is not None and could_wait(story, Item(event.event, due.kind), just, span[1])
    until = (story.released(who, due.at) if waits else due.at) + ONE_BY_ONE
    assert story.over is not None
    if until >= story.over or _changed(story, event, who, due, until):
        return
    times = [message.at for message in told(story, messages, event.event, due.kind, who)]
    if not any(due.at - timedelta(seconds=2) <= at <= until for at in times):
        text = f"{due.kind} of {event.title!r} to {who}, due {due.at:%a %d %b %H:%M:%S}, by {until:%d %b %H:%M:%S} UTC"
        yield Finding("not told", text)


def _is_down(story: Story, at: datetime) -> bool:
    return any(start <= at <= end for start, end in story.outages)


def _changed(story: Story, event: Event, who: int, due: Due, until: datetime) -> bool:
    """Whether something changed around or after the due time, so that it may rightly not have come, or later."""
    guild = event.guild
    keys: list[tuple[Any, ...]] = [
        (Topic.ANSWER, event.event, who), (Topic.NOT_THIS, event.event, who), (Topic.CONTACT, who), (Topic.DMS, who),
        (Topic.ONLY_ROLES, who), (Topic.QUIET, who), (Topic.QUIET, guild), (Topic.ZONE, who), (Topic.ZONE, guild),
    ]  # fmt: skip
    start = due.at if due.kind in (MOVED, CANCELLED) else due.at - timedelta(seconds=5)
    return bool(story.turns(start, until, [*keys, (Topic.SCHEDULE, event.event)]))
