"""What the oracle judges by: plain facts, none of them from the bot but its own log and answers."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

BEGINNING = float("-inf")
NEVER = float("inf")
Interval = tuple[float, float]
Held = dict[int, dict[int, frozenset[str]]]
"""What each person holds on the message of each event."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something became so or ceased to be; ``known_at`` is when the bot had been told, or could have read it."""

    at: float
    known_at: float
    value: bool


@dataclass(slots=True)
class Timeline:
    """One yes-or-no fact over time."""

    changes: list[Change]

    @classmethod
    def starting(cls, *, value: bool) -> "Timeline":
        """Return a timeline that has always been so."""
        return cls([Change(BEGINNING, BEGINNING, value)])

    def in_force(self, at: float) -> Change:
        """Return the change that holds at a moment."""
        return self.changes[bisect_right(self.changes, at, key=lambda change: change.at) - 1]

    def holds(self, start: float, end: float, *, value: bool) -> bool:
        """Whether it is so during a whole span."""
        if self.in_force(start).value is not value:
            return False
        return all(change.value is value for change in self.changes if start < change.at <= end)

    def spans(self, *, value: bool) -> Iterator[Interval]:
        """Yield when it is so, each span beginning when that was known."""
        ends = [*[change.at for change in self.changes[1:]], NEVER]
        for change, end in zip(self.changes, ends, strict=True):
            if change.value is value and change.known_at < end:
                yield change.known_at, end


@dataclass(frozen=True, slots=True)
class Event:
    """A watched message; ``ended_at`` is when the bot knew that it, or its channel, had been deleted."""

    event_id: int
    channel_id: int
    interval: float
    watched_at: float
    ended_at: float = NEVER


@dataclass(frozen=True, slots=True)
class Post:
    """A reminder as it was posted; ``due`` is the time stamp of its card, in milliseconds since 1970."""

    at: float
    message_id: int
    event_id: int
    due: int
    mentioned: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """A row of the bot's reminder log; ``people`` is who was to be pinged, with what became of it."""

    event_id: int
    due: int
    number: int
    status: str
    claimed_at: float
    closed_at: float
    message_id: int | None
    reason: str | None
    people: dict[int, str]


@dataclass(frozen=True, slots=True)
class EventRow:
    """A row of the bot's event table; ``next_at`` is None when no reminder is planned."""

    state: str
    is_paused: bool
    next_at: float | None


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A row of the bot's answers."""

    emoji: str
    held: frozenset[str]


@dataclass(slots=True)
class Ledger:
    """What the bot's database says, read at one moment; ``damage`` is what SQLite's own checks complain about."""

    read_at: float = 0.0
    batches: list[Batch] = field(default_factory=list)
    events: dict[int, EventRow] = field(default_factory=dict)
    answers: dict[int, dict[int, AnswerRow]] = field(default_factory=dict)
    damage: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Evidence:
    """Everything about a run.

    Attributes:
        answered: for each event, who holds an answer, over time.
        sees: for each channel, who of the people can see it, over time.
        quiet, held_quiet: the database after the storm, reminders going on, and what people held then.
        ledger, held: the same at the end, when everybody has answered. ``held`` has only events that are not over, and
            leaves bots aside.
        connected: when the gateway was up.
        sessions: when new sessions began.
        reads: for each event, when the bot read its message successfully.
        unable: for each event, when the bot cannot be expected to remind.
        forbidden: for each event, when the bot was not permitted.
        stops: when the process was suspended.
        incidents: what the bot process did that it must not, such as ending by itself.
    """

    events: dict[int, Event] = field(default_factory=dict)
    answered: dict[int, dict[int, Timeline]] = field(default_factory=dict)
    sees: dict[int, dict[int, Timeline]] = field(default_factory=dict)
    bots: frozenset[int] = frozenset()
    held: Held = field(default_factory=dict)
    held_quiet: Held = field(default_factory=dict)
    posts: list[Post] = field(default_factory=list)
    connected: list[Interval] = field(default_factory=list)
    sessions: list[float] = field(default_factory=list)
    reads: dict[int, list[float]] = field(default_factory=dict)
    unable: dict[int, list[Interval]] = field(default_factory=dict)
    forbidden: dict[int, list[Interval]] = field(default_factory=dict)
    stops: list[Interval] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    quiet: Ledger = field(default_factory=Ledger)
    incidents: list[str] = field(default_factory=list)

    def has_answered(self, event_id: int, user_id: int) -> Timeline:
        """Return whether somebody holds an answer, over time."""
        return self.answered.get(event_id, {}).get(user_id) or Timeline.starting(value=False)

    def can_see(self, event_id: int, user_id: int) -> Timeline:
        """Return whether somebody can see an event's channel, over time."""
        channel_id = self.events[event_id].channel_id
        return self.sees.get(channel_id, {}).get(user_id) or Timeline.starting(value=False)

    def people(self, event_id: int) -> list[int]:
        """Return who could ever see an event's channel, bots aside."""
        return [user for user in self.sees.get(self.events[event_id].channel_id, {}) if user not in self.bots]

    def groups(self) -> dict[tuple[int, int], list[Post]]:
        """Return the posts of each reminder, in order."""
        found: dict[tuple[int, int], list[Post]] = {}
        for post in sorted(self.posts, key=lambda post: post.at):
            found.setdefault((post.event_id, post.due), []).append(post)
        return found


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, with its evidence."""

    rule: str
    text: str
    event_id: int | None = None
    user_id: int | None = None
    due: int | None = None
    at: float | None = None
