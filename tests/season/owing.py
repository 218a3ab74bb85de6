"""The reminders that must have come: nobody who owes an answer is left alone for longer than an interval.

Whoever is missing when something becomes so is in the next reminder, which falls due within an interval. What falls
into quiet hours, or an outage, comes at their end. Where the others of an event were reminded, so was everybody who
owed an answer then, or at the end of their quiet hours.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.season.excuses import SILENT, excuse, told
from tests.season.facts import DIRECT, ONE_BY_ONE, Event, Finding, Message, Story, Topic
from tests.season.ladder import is_escalated

MOMENT = timedelta(seconds=1)


def owed(story: Story, messages: list[Message]) -> Iterator[Finding]:
    """Yield the reminders that did not come."""
    for event in story.events.values():
        found = [message for message in messages if any(_is_about(item, event) for item in message.items)]
        dues = [message.at for message in found if _is_due(story, message, event)]
        for who in story.asked(event.event):
            mine = told(story, found, event.event, SILENT, who)
            for start, end in _owing(story, event, who):
                yield from _within(story, event, who, (start, end), mine)
                yield from _with_others(story, event, who, (start, end), (mine, dues))
            yield from _after_snoozes(story, event, who, mine)


def _is_about(item: Any, event: Event) -> bool:
    return bool(item.event == event.event and item.kind == SILENT)


def _keys(story: Story, event: Event, who: int) -> list[tuple[Any, ...]]:
    own = [Topic.CONTACT, Topic.ONLY_ROLES, Topic.AWAY]
    both = [Topic.ANSWER, Topic.NOT_THIS, Topic.SNOOZE]
    return [
        (Topic.SCHEDULE, event.event), *((topic, who) for topic in own),
        *((topic, event.event, who) for topic in both),
    ]  # fmt: skip


def _quiet_keys(story: Story, who: int) -> list[tuple[Any, ...]]:
    guild = story.people[who].guild
    return [(topic, about) for topic in (Topic.QUIET, Topic.ZONE) for about in (who, guild)]


def _owing(story: Story, event: Event, who: int) -> Iterator[tuple[datetime, datetime]]:
    """Yield the longest spans of time through which nothing was against reminding somebody."""
    assert story.over is not None
    turns = {event.made, *story.turns(event.made, story.over, _keys(story, event, who))}
    turns |= {value for _, value in story.changes(Topic.AWAY, who) if value is not None}
    turns |= {value for _, value in story.changes(Topic.SNOOZE, event.event, who) if value is not None}
    for _, schedule in story.changes(Topic.SCHEDULE, event.event):
        turns |= {moment for moment in (schedule and schedule.closes, schedule and schedule.ends) if moment}
    since: datetime | None = None
    for turn in sorted(each for each in turns if event.made <= each <= story.over):
        is_free = excuse(story, event.event, SILENT, who, turn) is None
        if since is not None and not is_free:
            yield since, turn
        since = (since or turn) if is_free else None
    if since is not None:
        yield since, story.over


def _within(
    story: Story, event: Event, who: int, span: tuple[datetime, datetime], mine: list[Message]
) -> Iterator[Finding]:
    since, end = span
    while not is_escalated(story, event, who, since + event.interval, mine):
        until = story.released(who, since + event.interval) + ONE_BY_ONE
        if story.turns(since, until, _quiet_keys(story, who)):
            until += timedelta(days=1)
        if until >= end:
            return
        came = [message.at for message in mine if since < message.at <= until]
        if not came:
            text = f"{event.title!r} to {who} between {since:%a %d %b %H:%M:%S} and {until:%a %d %b %H:%M:%S} UTC"
            yield Finding("no reminder", text)
        since = came[0] if came else until


def _is_due(story: Story, message: Message, event: Event) -> bool:
    """Whether a message was posted because a reminder of the event fell due, rather than for somebody who waited."""
    if message.to is not None or len(message.items) != 1 or not message.pinged:
        return False
    just = message.at - ONE_BY_ONE
    return not any(_has_waited(story, event, who, just, message.at) for who in message.pinged)


def _has_waited(story: Story, event: Event, who: int, start: datetime, end: datetime) -> bool:
    if story.quiet(who, start) is not None or story.value(end, Topic.CONTACT, who) == DIRECT:
        return True
    snoozes = [value for _, value in story.changes(Topic.SNOOZE, event.event, who)]
    return any(start <= story.released(who, value) <= end for value in snoozes if value is not None)


def _with_others(
    story: Story, event: Event, who: int, span: tuple[datetime, datetime], known: tuple[list[Message], list[datetime]]
) -> Iterator[Finding]:
    mine, dues = known
    keys = [*_keys(story, event, who), *_quiet_keys(story, who), (Topic.DMS, who)]
    for due in dues:
        until = story.released(who, due) + ONE_BY_ONE
        if not span[0] + MOMENT * 5 < due or until >= span[1] or is_escalated(story, event, who, due, mine):
            continue
        if story.turns(due - MOMENT * 5, until, keys):
            continue
        if not any(due - MOMENT * 5 <= message.at <= until for message in mine):
            text = f"{event.title!r} to {who}, due {due:%a %d %b %H:%M:%S}, by {until:%a %d %b %H:%M:%S} UTC"
            yield Finding("left out of a reminder", text)


def _after_snoozes(story: Story, event: Event, who: int, mine: list[Message]) -> Iterator[Finding]:
    assert story.over is not None
    for at, until in story.changes(Topic.SNOOZE, event.event, who):
        free = story.released(who, until)
        turns = story.turns(at, free + ONE_BY_ONE, [*_keys(story, event, who), *_quiet_keys(story, who)])
        is_owing = excuse(story, event.event, SILENT, who, until) is None
        lasts = excuse(story, event.event, SILENT, who, free + ONE_BY_ONE) is None and free + ONE_BY_ONE < story.over
        if turns or not is_owing or not lasts or is_escalated(story, event, who, free, mine):
            continue
        if not any(free - MOMENT <= message.at <= free + ONE_BY_ONE for message in mine):
            text = f"{event.title!r} to {who}, put off until {until:%a %d %b %H:%M:%S}, free {free:%H:%M:%S} UTC"
            yield Finding("snooze that never ended", text)
