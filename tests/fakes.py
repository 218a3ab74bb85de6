"""Hand-written stand-ins at the application's seams: a clock, an audience, a sender and a source of reactions."""

import asyncio
from collections.abc import Callable, Collection, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from models.guild_settings import GuildSettings
from models.held_records import Gathered
from models.records import Claim, TrackedEvent
from reminder_bot.gathered_letter import Letter
from reminder_bot.place_finder import FoundPlace
from reminder_bot.reaction_source import MessageReading
from reminder_bot.reminder_message import Tally
from reminder_bot.reminder_sender import Posted
from utils.errors import TransientDiscordError

START = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the moment it was set to."""
        return self._now

    def real_delay(self, delay: timedelta) -> timedelta:
        """Return the delay as it is."""
        return delay

    def on_change(self, call: Callable[[], None]) -> None:
        """Never call."""

    def advance(self, **duration: float) -> datetime:
        """Move forward (or back) by a timedelta's keywords."""
        self._now += timedelta(**duration)
        return self._now


@dataclass
class FakeAudience:
    """Asks whoever it is told to; raises ``error`` when one is set."""

    people: frozenset[int] = frozenset()
    error: Exception | None = None
    sees: dict[int, frozenset[int] | Exception] = field(default_factory=dict)
    """Who sees a channel, or why that cannot be told; all the people where it says nothing."""
    calls: int = 0
    looks_at_everybody: int = 0

    async def asked(self, event: TrackedEvent) -> frozenset[int]:
        """Return the people."""
        self.calls += 1
        self.looks_at_everybody += 1
        if self.error is not None:
            raise self.error
        return self.people

    async def reachable(self, event: TrackedEvent, user_ids: Set[int]) -> frozenset[int]:
        """Return those of some people who are among the people."""
        if self.error is not None:
            raise self.error
        seen = self.sees.get(event.channel_id, self.people)
        if isinstance(seen, Exception):
            raise seen
        return self.people.intersection(seen, user_ids)

    async def asks(self, event: TrackedEvent, user_id: int) -> bool:
        """Return whether this person is one of them."""
        self.calls += 1
        if self.error is not None:
            raise self.error
        return user_id in self.people


@dataclass
class FakeSender:
    """Keeps what it posts, as a channel would; ``failures`` are raised one by one before anything is posted.

    ``losses`` are raised one by one *after* the message is in the channel: an answer that is lost. ``refusals`` are
    raised for every message to a channel, and every look into it; None is the event's own.
    """

    channel: dict[tuple[int | None, str], Posted] = field(default_factory=dict)
    refusals: dict[int | None, Exception] = field(default_factory=dict)
    posts: list[tuple[Claim, tuple[int, ...], bool]] = field(default_factory=list)
    soft: list[bool] = field(default_factory=list)
    """Of each post, whether it makes no sound."""
    failures: list[Exception] = field(default_factory=list)
    losses: list[Exception] = field(default_factory=list)
    finds: int = 0
    gate: asyncio.Event | None = None

    async def post(
        self,
        event: TrackedEvent,
        claim: Claim,
        tally: Tally,
        next_at: datetime | None,
        *,
        late: bool,
        softly: bool,
        may_leave: Callable[[], bool],
    ) -> Posted:
        """Post once; no nonce is honoured, so a message that is sent twice is seen twice."""
        if self.gate is not None:
            await self.gate.wait()
        if not may_leave():
            raise TransientDiscordError("The connection to Discord was lost before sending.")
        if self.failures:
            raise self.failures.pop(0)
        if claim.channel_id in self.refusals:
            raise self.refusals[claim.channel_id]
        self.posts.append((claim, claim.recipients, late))
        self.soft.append(softly)
        posted = Posted(9_000_000 + len(self.posts), frozenset(claim.recipients))
        self.channel[claim.channel_id, claim.nonce] = posted
        if self.losses:
            raise self.losses.pop(0)
        return posted

    async def find(self, event: TrackedEvent, claim: Claim, known: Collection[int]) -> Posted | None:
        """Look for the batch in the channel."""
        self.finds += 1
        if claim.channel_id in self.refusals:
            raise self.refusals[claim.channel_id]
        posted = self.channel.get((claim.channel_id, claim.nonce))
        return None if posted is None or posted.message_id in known else posted

    @property
    def pinged(self) -> list[int]:
        """Everybody pinged so far, in order, once per ping."""
        return [user_id for _claim, recipients, _late in self.posts for user_id in recipients]


@dataclass
class FakeSettings:
    """What the one guild has chosen; may be exchanged."""

    chosen: GuildSettings = field(default_factory=GuildSettings)

    def of(self, guild_id: int) -> GuildSettings:
        """Return it, for every guild."""
        return self.chosen


@dataclass
class FakeGatheredSender:
    """Keeps what it posts by channel or person; ``failures``, ``losses`` and ``gate`` as `FakeSender`'s.

    ``refusals`` are raised for every message to a channel or person, by its id, and every look there.
    """

    there: dict[str, Posted] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    refusals: dict[int, Exception] = field(default_factory=dict)
    failures: list[Exception] = field(default_factory=list)
    losses: list[Exception] = field(default_factory=list)
    finds: int = 0
    gate: asyncio.Event | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def post(self, letter: Letter, *, may_leave: Callable[[], bool]) -> Posted:
        """Post once; no nonce is honoured, so a message that is sent twice is seen twice."""
        message = letter.message
        self.reached.set()
        if self.gate is not None:
            await self.gate.wait()
        if not may_leave():
            raise TransientDiscordError("It was held back.")
        if self.failures:
            raise self.failures.pop(0)
        self._refuse(message)
        self.letters.append(letter)
        posted = Posted(8_000_000 + len(self.letters), frozenset(message.people))
        self.there[message.nonce] = posted
        if self.losses:
            raise self.losses.pop(0)
        return posted

    async def find(self, message: Gathered, known: Collection[int]) -> Posted | None:
        """Look for the message where it was to go."""
        self.finds += 1
        self._refuse(message)
        posted = self.there.get(message.nonce)
        return None if posted is None or posted.message_id in known else posted

    def _refuse(self, message: Gathered) -> None:
        target = message.user_id or message.channel_id or 0
        if target in self.refusals:
            raise self.refusals[target]

    @property
    def told(self) -> list[tuple[int, tuple[int, ...], tuple[int, ...]]]:
        """Of each message where it went, to whom, and about which events."""
        messages = [letter.message for letter in self.letters]
        return [(each.user_id or each.channel_id or 0, each.people, each.event_ids) for each in messages]


@dataclass
class FakePlaces:
    """Finds what it is told to; raises ``error`` when one is set."""

    found: FoundPlace = field(default_factory=FoundPlace)
    error: Exception | None = None
    asked: list[bool] = field(default_factory=list)

    async def find(self, event: TrackedEvent, *, makes: bool) -> FoundPlace:
        """Return the place."""
        self.asked.append(makes)
        if self.error is not None:
            raise self.error
        return self.found


@dataclass
class FakeRemover:
    """Remembers what it removes; ``failures`` are raised one by one before anything is."""

    removed: list[tuple[int, int]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    tries: int = 0

    async def remove(self, guild_id: int, channel_id: int, message_id: int) -> None:
        """Remove a message."""
        self.tries += 1
        if self.failures:
            raise self.failures.pop(0)
        self.removed.append((channel_id, message_id))


@dataclass
class FakeLiveness:
    """A gateway that answers at once, unless ``error`` is set."""

    is_recent: bool = True
    error: Exception | None = None
    proofs: int = 0

    async def prove(self, guild_id: int) -> None:
        """Answer."""
        self.proofs += 1
        if self.error is not None:
            raise self.error


@dataclass
class FakeSource:
    """A message whose reactions are ``held``; a read waits at ``gate`` after it has looked."""

    held: dict[int, frozenset[str]] = field(default_factory=dict)
    error: Exception | None = None
    gate: asyncio.Event | None = None
    looked: asyncio.Event = field(default_factory=asyncio.Event)
    reads: int = 0

    async def read(self, event: TrackedEvent) -> MessageReading:
        """Return what was held when the read began."""
        self.reads += 1
        if self.error is not None:
            raise self.error
        held = dict(self.held)
        self.looked.set()
        if self.gate is not None:
            await self.gate.wait()
        return MessageReading(held, (), None, None)


@dataclass
class FakeNotices:
    """Remembers what organisers were told."""

    told: list[tuple[int, str]] = field(default_factory=list)

    def blocked(self, event: TrackedEvent, reason: str) -> None:
        """Remember it."""
        self.told.append((event.message_id, reason))

    async def dormant(self) -> None:
        """Take no notice: what is imported is tested with Discord."""


@dataclass
class FakeFinder:
    """Knows the guilds of channels; raises ``error`` when one is set."""

    guilds: dict[int, int] = field(default_factory=dict)
    error: Exception | None = None
    asked: list[int] = field(default_factory=list)

    async def guild_of(self, channel_id: int) -> int | None:
        """Return the guild of a channel."""
        self.asked.append(channel_id)
        if self.error is not None:
            raise self.error
        return self.guilds.get(channel_id)
