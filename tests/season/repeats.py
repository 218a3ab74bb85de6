"""Nobody hears the same thing twice, and what waited for somebody comes at once.

Two reminders of one event to one person lie an interval apart. The first may have waited for the end of quiet hours:
then the second is counted from when it fell due, which was at the earliest when they began. A snooze that ends is a
reminder more, asked for by the person.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from tests.season.excuses import BEFORE, CANCELLED, DECIDE, MOVED, SILENT, is_near, told
from tests.season.facts import AT_ONCE, ONE_BY_ONE, Event, Finding, Message, Story, Topic

EARLY = timedelta(seconds=30)


def repeated(story: Story, messages: list[Message]) -> Iterator[Finding]:
    """Yield what somebody was told more often than it fell due, and what came in pieces after quiet hours."""
    for event in story.events.values():
        for who in story.guilds[event.guild].people:
            yield from _reminders(story, messages, event, who)
            for kind in (BEFORE, DECIDE, MOVED, CANCELLED):
                yield from _planned(story, messages, event, kind, who)
    for who in story.people:
        yield from _in_pieces(story, messages, who)


def _reminders(story: Story, messages: list[Message], event: Event, who: int) -> Iterator[Finding]:
    times = [message.at for message in told(story, messages, event.event, SILENT, who)]
    for first, second in pairwise(times):
        if any(ended_snooze(story, event.event, who, at) for at in (first, second)):
            continue
        waited = _waited(story, who, first)
        if second - first < event.interval - waited - EARLY:
            text = f"{event.title!r} to {who} at {first:%a %d %b %H:%M:%S} and {second:%a %d %b %H:%M:%S} UTC"
            yield Finding("twice for one reminder", text)


def ended_snooze(story: Story, event: int, who: int, at: datetime) -> bool:
    """Whether what somebody had put off was due just before a moment."""
    snoozes = story.changes(Topic.SNOOZE, event, who)
    ends = [value for when, value in snoozes if when <= at]
    return bool(ends) and any(is_near(story.released(who, end), at, ONE_BY_ONE) for end in ends)


def _waited(story: Story, who: int, at: datetime) -> timedelta:
    """Return how long at most a reminder had waited for the end of quiet hours, or of an outage."""
    just = at - ONE_BY_ONE
    starts = [span[0] for moment in (just, at) if (span := story.quiet(who, moment)) is not None]
    starts += [outage[0] for outage in story.outages if outage[0] <= at <= outage[1] + ONE_BY_ONE]
    turns = story.turns(at - timedelta(days=1), at, _quiet_keys(story, who))
    return max([timedelta(0), *(at - start for start in starts), *(timedelta(days=1) for _ in turns)])


def _quiet_keys(story: Story, who: int) -> list[tuple[Topic, int]]:
    guild = story.people[who].guild
    return [(topic, about) for topic in (Topic.QUIET, Topic.ZONE) for about in (who, guild)]


def _planned(story: Story, messages: list[Message], event: Event, kind: str, who: int) -> Iterator[Finding]:
    """Count what somebody was told between two changes of an event's times."""
    changes = story.changes(Topic.SCHEDULE, event.event)
    most = len(event.before) if kind == BEFORE else 1
    times = [message.at for message in told(story, messages, event.event, kind, who)]
    for number, (start, _) in enumerate(changes):
        end = changes[number + 1][0] if number + 1 < len(changes) else None
        within = [at for at in times if start <= at and (end is None or at < end)]
        if len(within) > most:
            yield Finding("told twice", f"{kind} of {event.title!r} to {who}: {len(within)} times since {start:%d %b}")


def _in_pieces(story: Story, messages: list[Message], who: int) -> Iterator[Finding]:
    mine = [message for message in messages if message.to == who or who in message.pinged]
    for first, second in pairwise(mine):
        span = story.quiet(who, first.at - AT_ONCE)
        if span is None or first.place != second.place or not span[1] <= first.at <= second.at <= span[1] + AT_ONCE:
            continue
        yield Finding("not gathered", f"{who} at {first.at:%a %d %b %H:%M:%S} and {second.at:%H:%M:%S} UTC")
