"""The application without Discord: the real event manager on a real database file, fakes at its seams."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from models.records import ReactionSignal, SignalKind, TrackedEvent
from models.schema_manager import SchemaManager
from persistence.database import open_database
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot import attention, reminder_policy, reminder_pump, sweeper
from reminder_bot.assembly import Seams, build_manager
from reminder_bot.event_requests import WatchRequest
from reminder_bot.excused_audience import ExcusedAudience
from reminder_bot.member_book import MemberBook
from reminder_bot.pace import RequestBudget
from reminder_bot.person_sorter import PersonSorter
from reminder_bot.places import Places
from tests.fakes import (
    FakeAudience,
    FakeClock,
    FakeFinder,
    FakeGatheredSender,
    FakeLiveness,
    FakeNotices,
    FakePlaces,
    FakeRemover,
    FakeSender,
    FakeSettings,
    FakeSource,
)

GUILD, CHANNEL, EVENT = 100, 200, 300
ANSWERS = ("✅", "❌", "❓")


@dataclass
class House:
    """Everything a test of the core touches; `reopen` is a crash and a new start on the same file."""

    path: Path
    clock: FakeClock = field(default_factory=FakeClock)
    audience: FakeAudience = field(default_factory=FakeAudience)
    sender: FakeSender = field(default_factory=FakeSender)
    places: FakePlaces = field(default_factory=FakePlaces)
    remover: FakeRemover = field(default_factory=FakeRemover)
    liveness: FakeLiveness = field(default_factory=FakeLiveness)
    source: FakeSource = field(default_factory=FakeSource)
    notices: FakeNotices = field(default_factory=FakeNotices)
    finder: FakeFinder = field(default_factory=FakeFinder)
    gathered: FakeGatheredSender = field(default_factory=FakeGatheredSender)
    settings: FakeSettings = field(default_factory=FakeSettings)

    async def open(self) -> None:
        """Start the application on the file, without a session."""
        self.handle = open_database(self.path)
        SchemaManager(self.handle.database).initialize_database()
        self.writer, self.reader = DatabaseWriter(self.handle), DatabaseReader(self.handle)
        await self.writer.start()
        await self.reader.start()
        self.members = MemberBook(clock=self.clock, writer=self.writer, reader=self.reader)
        await self.members.load()
        sorter = PersonSorter(self.members, self.settings)
        audience = ExcusedAudience(self.audience, sorter, self.clock)
        seams = Seams(
            audience=audience, sender=self.sender, places=Places(audience, self.places),
            remover=self.remover, liveness=self.liveness, source=self.source, notices=self.notices,
            finder=self.finder, gathered=self.gathered, members=self.members, chosen=self.settings,
        )  # fmt: skip
        self.manager = build_manager(
            clock=self.clock, writer=self.writer, reader=self.reader, seams=seams, sorter=sorter,
            budget=RequestBudget(),
        )  # fmt: skip
        await self.manager.start()

    async def connect(self) -> None:
        """Begin a session and wait until it has caught up."""
        self.manager.session.begin()
        self.manager.session.members_arrived()
        await self.manager.restore()
        await self.settle()

    async def close(self) -> None:
        """Stop in order."""
        await self.manager.drain()
        await self.reader.close()
        await self.writer.close()
        self.handle.close()

    async def reopen(self) -> None:
        """Stop, keeping only the file, and start again."""
        await self.close()
        await self.open()

    async def watch(self, minutes: float = 60) -> TrackedEvent:
        """Watch the one event, its interval in minutes."""
        change = await self.manager.watch(
            WatchRequest(EVENT, CHANNEL, GUILD, "Raid", None, timedelta(minutes=minutes), ANSWERS, 1)
        )
        return change.event

    async def event(self) -> TrackedEvent:
        """Return the one event as it is stored."""
        from persistence import events

        found = await self.reader.run(events.get_event, GUILD, EVENT)
        assert found is not None
        return found

    async def react(self, user_id: int, emoji: str, kind: SignalKind = SignalKind.ADD) -> None:
        """Give or withdraw an answer, on Discord and through the gateway."""
        held = set(self.source.held.get(user_id, frozenset()))
        held = held | {emoji} if kind is SignalKind.ADD else held - {emoji}
        self.source.held.pop(user_id, None)
        if held:
            self.source.held[user_id] = frozenset(held)
        await self.manager.record_reaction(ReactionSignal(kind, GUILD, EVENT, user_id, emoji, self.clock.now()))

    async def tick(self, **duration: float) -> None:
        """Move the clock, look for due reminders, and wait until nothing moves any more."""
        self.clock.advance(**duration)
        await self.manager.send_due_reminders()
        await self.settle()

    async def settle(self) -> None:
        """Wait until no reminder is being sent and no event waits to be looked at."""
        await self.until(lambda: self.manager.is_idle)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition, at most 10 seconds."""
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.005)


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """An application in an empty house, connected, with people 1, 2 and 3 to ask; its pauses are short."""
    monkeypatch.setattr(reminder_policy, "RETRY_FIRST", timedelta(milliseconds=20))
    monkeypatch.setattr(reminder_pump, "HOLD_SECONDS", 0.02)
    monkeypatch.setattr(attention, "SETTLE_SECONDS", 0.01)
    monkeypatch.setattr(sweeper, "YIELD_SECONDS", 0.01)
    place = House(tmp_path / "bot.db", audience=FakeAudience(frozenset({1, 2, 3})))
    await place.open()
    await place.connect()
    yield place
    await place.close()
