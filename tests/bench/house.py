"""The application without Discord: the real event manager on a real file, stand-ins at its seams."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from models.schema_manager import SchemaManager
from persistence.database import DatabaseHandle, open_database
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot.assembly import Seams, build_manager
from reminder_bot.delivery_seams import Audience, Sender
from reminder_bot.event_manager import EventManager
from reminder_bot.excused_audience import ExcusedAudience
from reminder_bot.member_book import MemberBook
from reminder_bot.pace import RequestBudget
from reminder_bot.person_sorter import PersonSorter
from reminder_bot.places import Places
from tests.fakes import (
    FakeFinder,
    FakeGatheredSender,
    FakeLiveness,
    FakeNotices,
    FakePlaces,
    FakeRemover,
    FakeSettings,
    FakeSource,
)
from utils.time import PacedClock

UNPACED = 1_000_000
"""Requests in a second: Discord's own limit would hide what the program costs."""


@dataclass(frozen=True, slots=True)
class House:
    """What a figure touches."""

    handle: DatabaseHandle
    writer: DatabaseWriter
    reader: DatabaseReader
    manager: EventManager

    clock: PacedClock

    def connect(self) -> None:
        """Begin a session in which every event has been reconciled."""
        session = self.manager.session
        session.begin()
        for watched in self.manager.index:
            session.mark_reconciled(watched.message_id, self.clock.now(), session.generation)
        session.members_arrived()


@asynccontextmanager
async def open_house(path: Path, *, clock: PacedClock, audience: Audience, sender: Sender) -> AsyncIterator[House]:
    """Start the application on a file at the profile `durable`, without a session; stop it in order."""
    handle = open_database(path)
    SchemaManager(handle.database).initialize_database()
    writer, reader = DatabaseWriter(handle), DatabaseReader(handle)
    await writer.start()
    await reader.start()
    members = MemberBook(clock=clock, writer=writer, reader=reader)
    sorter = PersonSorter(members, FakeSettings())
    excused = ExcusedAudience(audience, sorter, clock)
    seams = Seams(
        audience=excused, sender=sender, places=Places(excused, FakePlaces()), remover=FakeRemover(),
        liveness=FakeLiveness(), source=FakeSource(), notices=FakeNotices(), finder=FakeFinder(),
        gathered=FakeGatheredSender(), members=members, chosen=FakeSettings(),
    )  # fmt: skip
    manager = build_manager(
        clock=clock, writer=writer, reader=reader, seams=seams, sorter=sorter, budget=RequestBudget(UNPACED)
    )
    await manager.start()
    try:
        yield House(handle, writer, reader, manager, clock)
    finally:
        await manager.drain()
        await reader.close()
        await writer.close()
        handle.close()
