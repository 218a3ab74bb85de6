"""The ladder of escalation: so many reminders, then one direct message to who agreed to it, then the organiser is told.

What counts is every reminder of the event that named somebody, from its beginning, also those from before the guild
chose to escalate and those before an answer that was taken back. Who puts off the last reminder gets it once more:
they have asked for it. Who has come to the end stays there as long as the guild escalates at all, though it may allow
more reminders by now. An organiser who wants to hear nothing of an event gets no digest of it either: it goes to the
log channel.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.season.excuses import SILENT, STILL_SILENT, excuse, is_opted_out, told
from tests.season.facts import DIRECT, ONE_BY_ONE, Event, Finding, Message, Story, Topic
from tests.season.repeats import ended_snooze


def limit(story: Story, event: Event, at: datetime) -> int | None:
    """Return after how many reminders it is escalated."""
    found = story.value(at, Topic.ESCALATE, event.guild)
    return found if isinstance(found, int) else None


def counted(story: Story, who: int, at: datetime, mine: list[Message]) -> int:
    """Return how many reminders count for somebody; direct messages do for whom they are the way they chose."""
    is_direct = story.value(at, Topic.CONTACT, who) == DIRECT
    return sum(message.at < at and (message.to is None or is_direct) for message in mine)


def is_escalated(story: Story, event: Event, who: int, at: datetime, mine: list[Message]) -> bool:
    """Whether somebody has had as many reminders as the guild allows, or allowed; ``mine`` are all they ever got."""
    just = timedelta(seconds=1)
    changes = [when for when, _ in story.changes(Topic.ESCALATE, event.guild)]
    steps = [at, *(each for each in (*changes, *(message.at + just for message in mine)) if each <= at)]
    limits = {step: limit(story, event, step) for step in steps}
    return limits[at] is not None and any(
        most is not None and counted(story, who, step, mine) >= most for step, most in limits.items()
    )


def climbed(story: Story, messages: list[Message]) -> Iterator[Finding]:
    """Yield steps that were taken too early, too late, twice or not at all."""
    for event in story.events.values():
        digests = [
            message for message in messages if any(_is_digest(item.kind, item.event, event) for item in message.items)
        ]
        for who in story.asked(event.event):
            mine = told(story, messages, event.event, SILENT, who)
            yield from _pings(story, event, who, mine)
            yield from _named(story, event, who, mine, digests)
            yield from _owed(story, event, who, mine, digests)


def _is_digest(kind: str, about: int, event: Event) -> bool:
    return kind == STILL_SILENT and about == event.event


def _pings(story: Story, event: Event, who: int, mine: list[Message]) -> Iterator[Finding]:
    direct = 0
    for message in mine:
        number = counted(story, who, message.at, mine)
        limits = [limit(story, event, at) for at in (message.at, message.at - timedelta(minutes=2))]
        text = f"{event.title!r} to {who} at {message.at:%a %d %b %H:%M:%S} UTC, after {number} reminders"
        is_own_way = DIRECT in {story.value(at, Topic.CONTACT, who) for at in story.around(message.at)}
        if message.to is not None and not is_own_way:
            direct += 1
            if all(most is None or number < most for most in limits):
                yield Finding("escalated too early", text)
            elif direct > 1:
                yield Finding("escalated twice", text)
        elif ended_snooze(story, event.event, who, message.at):
            continue
        elif all(most is not None and number >= most for most in limits) and story.value(message.at, Topic.DMS, who):
            yield Finding("reminded after the last step", text)


def _has_had_direct(story: Story, who: int, mine: list[Message], at: datetime) -> bool:
    """Whether the direct message that comes before the organiser is told is out, or is none of this person's steps."""
    wishes = story.value(at, Topic.WANTS_DIRECT, who) and story.value(at, Topic.CONTACT, who) != DIRECT
    return not wishes or any(message.to is not None and message.at < at for message in mine)


def _owes_direct(story: Story, event: Event, who: int, mine: list[Message], at: datetime) -> bool:
    """Whether a direct message was to come first; who agreed to one only after their last step is told of already."""
    reached = _reached(story, event, who, mine)
    last_step = at if reached is None else min(at, reached + timedelta(seconds=1))
    return not any(_has_had_direct(story, who, mine, each) for each in (at, last_step))


def _named(story: Story, event: Event, who: int, mine: list[Message], digests: list[Message]) -> Iterator[Finding]:
    for digest in digests:
        if not any(
            item.event == event.event and item.kind == STILL_SILENT and who in item.named for item in digest.items
        ):
            continue
        text = f"{who} in {event.title!r} at {digest.at:%a %d %b %H:%M:%S} UTC"
        most = limit(story, event, digest.at)
        before = counted(story, who, digest.at, mine)
        if most is not None and before < most:
            yield Finding("escalated too early", f"the digest names {text} after {before} reminders")
        elif _owes_direct(story, event, who, mine, digest.at) and story.value(digest.at, Topic.DMS, who):
            yield Finding("escalated out of order", f"the digest names {text} before a direct message")
        if all(story.value(at, Topic.ANSWER, event.event, who) is not None for at in story.around(digest.at)):
            yield Finding("digest names somebody who answered", text)


def _owed(story: Story, event: Event, who: int, mine: list[Message], digests: list[Message]) -> Iterator[Finding]:
    """Find the steps that did not come, where nothing changed for as long as they take."""
    since = _reached(story, event, who, mine)
    if since is None:
        return
    direct = next((message.at for message in mine if message.to is not None and message.at > since), None)
    if not _has_had_direct(story, who, mine, since + timedelta(seconds=1)):
        until = story.released(who, since + event.interval) + ONE_BY_ONE
        if _stays(story, event, who, since, until) and not (direct is not None and direct <= until):
            if story.value(until, Topic.DMS, who):
                text = f"{event.title!r} to {who} between {since:%a %d %b %H:%M} and {until:%a %d %b %H:%M} UTC"
                yield Finding("no direct message of the ladder", text)
            return
        since = direct or until
    yield from _owed_digest(story, event, who, since, digests)


def _owed_digest(story: Story, event: Event, who: int, since: datetime, digests: list[Message]) -> Iterator[Finding]:
    organiser = event.organiser
    takes = story.value(since, Topic.WANTS_DIRECT, organiser) or story.value(since, Topic.CONTACT, organiser) == DIRECT
    is_out = any(is_opted_out(story, event.event, organiser, at) for at in (since, since + event.interval))
    if (not takes or is_out) and story.guilds[event.guild].log is None:
        return
    told_at = story.released(who, since + event.interval)
    until = max(story.released(organiser, told_at), told_at) + ONE_BY_ONE
    if not _stays(story, event, who, since, until) or not _organiser_stays(story, organiser, since, until):
        return
    named = [digest.at for digest in digests if any(who in item.named for item in digest.items)]
    if not any(since < at <= until for at in named):
        text = f"{who} in {event.title!r} between {since:%a %d %b %H:%M} and {until:%a %d %b %H:%M} UTC"
        yield Finding("no digest", text)


def _reached(story: Story, event: Event, who: int, mine: list[Message]) -> datetime | None:
    """Return when somebody got their last reminder of the ladder."""
    just = timedelta(seconds=1)
    return next((each.at for each in mine if is_escalated(story, event, who, each.at + just, mine)), None)


def _stays(story: Story, event: Event, who: int, start: datetime, end: datetime) -> bool:
    """Whether somebody owed an answer all the time, and nothing that matters changed."""
    assert story.over is not None
    guild = event.guild
    own = [(topic, who) for topic in (Topic.CONTACT, Topic.WANTS_DIRECT, Topic.ONLY_ROLES, Topic.AWAY, Topic.DMS)]
    both = [(topic, event.event, who) for topic in (Topic.ANSWER, Topic.NOT_THIS, Topic.SNOOZE)]
    clocks = [(topic, about) for topic in (Topic.QUIET, Topic.ZONE) for about in (who, guild)]
    ladder = [(Topic.ESCALATE, guild), (Topic.SCHEDULE, event.event)]
    if end >= story.over or story.turns(start, end, [*own, *both, *clocks, *ladder]):
        return False
    return all(excuse(story, event.event, SILENT, who, at) is None for at in (start, end))


def _organiser_stays(story: Story, organiser: int, start: datetime, end: datetime) -> bool:
    topics = (Topic.CONTACT, Topic.WANTS_DIRECT, Topic.QUIET, Topic.ZONE, Topic.DMS)
    return not story.turns(start, end, [(topic, organiser) for topic in topics]) and bool(
        story.value(start, Topic.DMS, organiser)
    )
