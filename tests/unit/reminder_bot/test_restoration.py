"""Reconciling everything after a start: newest first, a few at a time, each as the store has it when its turn comes."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from models.records import TrackedEvent
from reminder_bot.event_requests import WatchRequest
from reminder_bot.reaction_source import MessageReading
from reminder_bot.restoration import CONCURRENT_READS
from tests.fakes import FakeSource
from tests.unit.reminder_bot.conftest import CHANNEL, EVENT, GUILD, House

COUNT = CONCURRENT_READS + 3
NEWEST_FIRST = list(range(COUNT, 0, -1))


@dataclass
class Turns(FakeSource):
    """A source that notes whose turn it is; a read waits until the gate is open."""

    begun: list[int] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)

    async def read(self, event: TrackedEvent) -> MessageReading:
        """Return that nobody answers."""
        self.begun.append(event.message_id)
        if event.message_id in self.broken:
            raise RuntimeError("nobody has foreseen this")
        return await super().read(event)


@pytest.fixture
async def turns(house: House) -> Turns:
    """The source of a house with events made a minute apart, whose gate is shut."""
    for number in range(1, COUNT + 1):
        await house.manager.watch(WatchRequest(number, CHANNEL, GUILD, "Raid", None, timedelta(hours=1), ("✅",), 1))
        house.clock.advance(minutes=1)
    turns = house.source = Turns(gate=asyncio.Event())
    await house.reopen()
    house.manager.session.begin()
    house.manager.session.members_arrived()
    return turns


async def restore(house: House, turns: Turns) -> asyncio.Task[None]:
    """Begin to catch up; return when the first few are being read."""
    restoring = asyncio.create_task(house.manager.restore())
    await house.until(lambda: len(turns.begun) == CONCURRENT_READS)
    return restoring


def opened(turns: Turns) -> None:
    """Let all reads go on."""
    assert turns.gate is not None
    turns.gate.set()


async def test_events_are_reconciled_newest_first_and_a_few_at_a_time(house: House, turns: Turns) -> None:
    restoring = await restore(house, turns)
    await asyncio.sleep(0.02)
    assert turns.begun == NEWEST_FIRST[:CONCURRENT_READS]
    opened(turns)
    await restoring
    assert turns.begun == NEWEST_FIRST
    assert all(map(house.manager.session.can_send, NEWEST_FIRST))


async def test_event_that_ends_before_its_turn_is_left_out(house: House, turns: Turns) -> None:
    restoring = await restore(house, turns)
    await house.manager.unwatch(GUILD, 1, by=1)
    opened(turns)
    await restoring
    assert turns.begun == NEWEST_FIRST[:-1]


async def test_newer_session_ends_the_reading_for_the_older_one(house: House, turns: Turns) -> None:
    restoring = await restore(house, turns)
    house.manager.session.begin()
    opened(turns)
    await restoring
    assert turns.begun == NEWEST_FIRST[:CONCURRENT_READS]
    assert not any(map(house.manager.session.can_send, NEWEST_FIRST))


async def test_unforeseen_error_with_some_events_leaves_the_others_their_turn(house: House, turns: Turns) -> None:
    turns.broken = set(NEWEST_FIRST[:CONCURRENT_READS])
    restoring = asyncio.create_task(house.manager.restore())
    opened(turns)
    await restoring
    assert turns.begun == NEWEST_FIRST
    assert [event for event in NEWEST_FIRST if house.manager.session.can_send(event)] == [3, 2, 1]


async def test_asked_for_again_in_the_moment_in_which_it_ends_it_is_done_again(house: House) -> None:
    await house.watch()
    restoration, reads = house.manager.restoration, house.source.reads
    once = iter([lambda: restoration.restore_soon(GUILD, EVENT)])

    def ask_again() -> None:
        asyncio.get_running_loop().call_soon(next(once, lambda: None))

    restoration._on_restored = ask_again
    restoration.restore_soon(GUILD, EVENT)
    await house.until(lambda: house.source.reads == reads + 2)
