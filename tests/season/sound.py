"""What no message may do: each one that was posted, held against who people are and what they chose.

Where the rules leave it open, the oracle says what a member would expect:

- The digest for an organiser waits for the end of their quiet hours like everything else that is written to them.
- A message that could not wait for the end of the quiet hours makes no sound, also in direct messages.
- Who is named with others in a message about several events is pinged rightly if one of the events is theirs.
"""

from collections import Counter
from collections.abc import Iterator

from tests.season.excuses import SILENT, STILL_SILENT, TALLY, could_wait, excuse, in_words, is_opted_out
from tests.season.facts import DIRECT, KNOWN, Finding, Item, Message, Story, Topic


def sound(story: Story, messages: list[Message]) -> Iterator[Finding]:
    """Yield what is wrong with any one message."""
    for message in messages:
        yield from _names(message)
        yield from _loudness(story, message)
        yield from _digests(story, message)
        people = set(message.pinged) if message.to is None else {message.to}
        for who in people:
            yield from _one_person(story, message, who)


def _names(message: Message) -> Iterator[Finding]:
    where = f"message at {message.at:%a %d %b %H:%M:%S} UTC"
    twice = [who for who, count in Counter(message.mentions).items() if count > 1]
    if twice:
        yield Finding("named twice", f"{where}: {twice}")
    if message.to is None and set(message.mentions) - set(message.pinged):
        yield Finding("named without a ping", f"{where}: {sorted(set(message.mentions) - set(message.pinged))}")
    if not message.items:
        yield Finding("says nothing of an event", f"{where}: {message.text[:80]!r}")


def _loudness(story: Story, message: Message) -> Iterator[Finding]:
    guild = message.guild
    if guild is None or all(item.kind == TALLY for item in message.items):
        return
    wanted = {story.value(at, Topic.SILENT, guild) for at in story.around(message.at)}
    where = f"message at {message.at:%a %d %b %H:%M:%S} UTC"
    if wanted == {True} and not message.is_silent:
        yield Finding("sound although silent is set", where)
    people = list(message.pinged) if message.to is None else [message.to]
    is_excused = any(story.quiet(who, at) for who in people for at in story.around(message.at))
    if wanted == {False} and message.is_silent and people and not is_excused:
        yield Finding("no sound without a reason", where)


def _digests(story: Story, message: Message) -> Iterator[Finding]:
    for item in message.items:
        if item.kind != STILL_SILENT:
            continue
        made = story.events[item.event]
        text = f"of {made.title!r} at {message.at:%a %d %b %H:%M:%S} UTC"
        if message.to not in (None, made.organiser):
            yield Finding("digest to another than the organiser", text)
        if message.to is not None and is_opted_out(story, item.event, message.to, message.at - KNOWN):
            yield Finding("opted out", f"the digest {text}")
        if message.to is None and (message.place != story.guilds[made.guild].log or message.pinged):
            yield Finding("digest to another than the organiser", f"{text}: in a channel")
        if (
            message.to is not None
            and story.quiet(message.to, message.at)
            and story.quiet(message.to, message.at - KNOWN)
        ):
            yield Finding("told in quiet hours", f"the digest {text}")


def _one_person(story: Story, message: Message, who: int) -> Iterator[Finding]:
    items = [item for item in message.items if item.kind not in (TALLY, STILL_SILENT) and who in message.people(item)]
    reasons = {item: _why_not(story, item, who, message) for item in items}
    exact = [item for item in items if message.to is not None or who in item.named or len(items) == 1]
    for item in items:
        reason = reasons[item]
        if reason is not None and (item in exact or all(reasons.values())):
            yield Finding(reason, in_words(story, item, who, message.at))
    if items:
        yield from _quiet(story, message, who, items)
        yield from _way(story, message, who, items)
        yield from _place(story, message, items)


def _why_not(story: Story, item: Item, who: int, message: Message) -> str | None:
    found = [excuse(story, item.event, item.kind, who, at) for at in story.around(message.at)]
    return None if None in found else found[0]


def _quiet(story: Story, message: Message, who: int, items: list[Item]) -> Iterator[Finding]:
    spans = [story.quiet(who, at) for at in story.around(message.at)]
    if None in spans or spans[0] is None:
        return
    for item in items:
        text = in_words(story, item, who, message.at)
        if not message.is_silent:
            yield Finding("pinged in quiet hours", text)
        elif item.kind == SILENT or could_wait(story, item, message.at, spans[0][1]):
            yield Finding("did not wait for the end of quiet hours", text)


def _way(story: Story, message: Message, who: int, items: list[Item]) -> Iterator[Finding]:
    contacts = {story.value(at, Topic.CONTACT, who) for at in story.around(message.at)}
    text = in_words(story, items[0], who, message.at)
    if message.to is not None:
        wishes = {story.value(at, Topic.WANTS_DIRECT, who) for at in story.around(message.at)}
        if DIRECT not in contacts and True not in wishes:
            yield Finding("wrote directly without being asked to", text)
        elif DIRECT not in contacts and any(item.kind != SILENT for item in items):
            yield Finding("wrote directly instead of in the channel", text)
    elif contacts == {DIRECT} and all(story.value(at, Topic.DMS, who) for at in story.around(message.at)):
        yield Finding("pinged in the channel instead of directly", text)


def _place(story: Story, message: Message, items: list[Item]) -> Iterator[Finding]:
    for item in items:
        made = story.events[item.event]
        if message.to is None and message.place not in (made.place, made.channel):
            yield Finding("in the wrong place", f"{item.kind} of {made.title!r} at {message.at:%a %d %b %H:%M:%S} UTC")
