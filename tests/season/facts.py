"""What is known of a season from outside the bot: who is there, what they did and when, and what came of it."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from tests.season.wall import Span, quiet_span

YES, NO, MAYBE = "✅", "❌", "❓"
EMOJI = (YES, NO, MAYBE)

KNOWN = timedelta(seconds=5)
"""So long after an act a message may still go by what was before it."""

AT_ONCE = timedelta(seconds=20)
"""How long after its moment a message in a channel may come."""

ONE_BY_ONE = timedelta(seconds=90)
"""How long after its moment a direct message may come: they are paced, and some are due at the same time."""


class Topic(StrEnum):
    """What can change; in brackets, what it is about."""

    ANSWER = "answer"  # (event, person): the emoji, None when it is withdrawn
    SCHEDULE = "schedule"  # (event): a Schedule, None when it is cancelled
    ZONE = "zone"  # (person or guild): a tz name, None for the guild's
    QUIET = "quiet"  # (person or guild): hours; of a person also NEVER, None for the guild's
    CONTACT = "contact"  # (person): channel, direct or off
    WANTS_DIRECT = "wants_direct"  # (person): yes or no
    ONLY_ROLES = "only_roles"  # (person): a frozenset of role ids, empty for all events
    AWAY = "away"  # (person): until when, None for back
    NOT_THIS = "not_this"  # (event, person): yes or no
    SNOOZE = "snooze"  # (event, person): until when
    DMS = "dms"  # (person): whether they are open
    SILENT = "silent"  # (guild): yes or no
    LANGUAGE = "language"  # (guild): en or fr
    ESCALATE = "escalate"  # (guild): after how many, None for never


NEVER = "never"
CHANNEL, DIRECT, OFF = "channel", "direct", "off"
DEFAULTS: dict[Topic, Any] = {
    Topic.CONTACT: CHANNEL, Topic.WANTS_DIRECT: False, Topic.ONLY_ROLES: frozenset(), Topic.NOT_THIS: False,
    Topic.DMS: True, Topic.SILENT: False, Topic.LANGUAGE: "en",
}  # fmt: skip


@dataclass(frozen=True)
class Schedule:
    """When an event begins, and until when answers are wanted; both may be unknown."""

    start: datetime | None
    until: datetime | None

    @property
    def closes(self) -> datetime | None:
        """From when on nobody is asked any more."""
        return self.until or self.start

    @property
    def ends(self) -> datetime | None:
        """When the event is over by itself."""
        return self.start or self.until


@dataclass(frozen=True)
class Guild:
    """A guild; ``log`` is its log channel."""

    guild: int
    name: str
    log: int | None
    people: frozenset[int]


@dataclass(frozen=True)
class Person:
    """A member of one guild."""

    who: int
    guild: int
    roles: frozenset[int]


@dataclass(frozen=True)
class Event:
    """An event as it was made; ``place`` is where its reminders go, ``roles`` whom it asks, empty for everybody."""

    event: int
    guild: int
    title: str
    organiser: int
    made: datetime
    interval: timedelta
    channel: int
    place: int
    roles: frozenset[int]
    before: tuple[timedelta, ...] = (timedelta(days=1), timedelta(hours=1))


@dataclass(frozen=True)
class Item:
    """What a message says of one event; ``named`` are those it says it to, where it names them."""

    event: int
    kind: str
    named: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Message:
    """A message as it was posted; ``to`` is whose direct messages it is in, None in a channel."""

    at: datetime
    guild: int | None
    place: int
    to: int | None
    pinged: tuple[int, ...]
    mentions: tuple[int, ...]
    is_silent: bool
    items: tuple[Item, ...]
    text: str

    def people(self, item: Item) -> frozenset[int]:
        """Return to whom it says something of an event."""
        if self.to is not None:
            return frozenset([self.to])
        return item.named & frozenset(self.pinged) if item.named else frozenset(self.pinged)


@dataclass(frozen=True)
class Finding:
    """A rule that was broken, and what was seen."""

    rule: str
    text: str

    def __str__(self) -> str:
        """Write it on a line."""
        return f"{self.rule}: {self.text}"


@dataclass
class Story:
    """What happened: changes by what they are about, and the times in which the bot was down."""

    guilds: dict[int, Guild] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    events: dict[int, Event] = field(default_factory=dict)
    outages: list[Span] = field(default_factory=list)
    over: datetime | None = None
    _changes: dict[tuple[Any, ...], list[tuple[datetime, Any]]] = field(default_factory=dict)

    def note(self, at: datetime, topic: Topic, *about: int, value: Any) -> None:
        """Note that from a moment on, something is so."""
        self._changes.setdefault((topic, *about), []).append((at, value))

    def value(self, at: datetime, topic: Topic, *about: int) -> Any:
        """Return what was so at a moment."""
        changes = self._changes.get((topic, *about), [])
        place = bisect_right(changes, at, key=lambda change: change[0])
        return changes[place - 1][1] if place else DEFAULTS.get(topic)

    def changes(self, topic: Topic, *about: int) -> list[tuple[datetime, Any]]:
        """Return every change of something, in order."""
        return self._changes.get((topic, *about), [])

    def turns(self, start: datetime, end: datetime, keys: Iterable[tuple[Any, ...]]) -> list[datetime]:
        """Return the moments, later than ``start`` and up to ``end``, at which one of some things changed."""
        found = {at for key in keys for at, _ in self._changes.get(key, []) if start < at <= end}
        return sorted(found)

    def quiet(self, who: int, at: datetime) -> Span | None:
        """Return the quiet hours of a person that a moment lies in."""
        guild = self.people[who].guild
        hours = self.value(at, Topic.QUIET, who) or self.value(at, Topic.QUIET, guild)
        return None if hours in (None, NEVER) else quiet_span(hours, self.zone(who, at), at)

    def zone(self, who: int, at: datetime) -> str:
        """Return by whose clocks a person lives."""
        chosen = self.value(at, Topic.ZONE, who) or self.value(at, Topic.ZONE, self.people[who].guild)
        return str(chosen or "UTC")

    def schedule(self, event: int, at: datetime) -> Schedule | None:
        """Return an event's times; None before it was made and once it is over."""
        found = self.value(at, Topic.SCHEDULE, event)
        if found is None or (found.ends is not None and found.ends <= at):
            return None
        return found if isinstance(found, Schedule) else None

    def asked(self, event: int) -> frozenset[int]:
        """Return whom an event asks by its own choice of people."""
        made = self.events[event]
        everybody = self.guilds[made.guild].people
        return frozenset(who for who in everybody if not made.roles or self.people[who].roles & made.roles)

    def released(self, who: int, at: datetime) -> datetime:
        """Return when the bot may write to somebody for whom something is due: it is up, and they are not quiet."""
        outage = next((span for span in self.outages if span[0] <= at < span[1]), None)
        at = outage[1] if outage is not None else at
        span = self.quiet(who, at)
        return at if span is None else self.released(who, span[1])

    def around(self, at: datetime) -> Iterator[datetime]:
        """Yield the moments whose state a message may go by."""
        yield at
        yield at - KNOWN
