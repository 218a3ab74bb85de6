"""Many events due at the same moment: neither the first message nor anything else waits for all of them."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from models.records import NewEvent, TrackedEvent
from persistence import events
from reminder_bot import channel_lanes, reminder_delivery
from reminder_bot.channel_lanes import ChannelLanes
from reminder_bot.pace import Pace, request_budget
from tests.fakes import START, FakeAudience
from tests.unit.reminder_bot.conftest import ANSWERS, CHANNEL, EVENT, GUILD, House

DUE = 6


@dataclass
class SlowAudience(FakeAudience):
    """Tells who is asked when its gate opens."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def asked(self, event: TrackedEvent) -> frozenset[int]:
        people = await super().asked(event)
        await self.gate.wait()
        return people


async def test_so_many_are_claimed_at_once_and_the_rest_when_it_is_their_turn(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminder_delivery, "CLAIMS_AT_ONCE", 2)
    audience = house.audience = SlowAudience(frozenset({1}))
    due_at = START + timedelta(minutes=1)
    for number in range(DUE):
        new = NewEvent(EVENT + number, CHANNEL + number, GUILD, "Raid", None, 60.0, ANSWERS, None, due_at)
        await house.writer.run(events.watch_event, new, START)
    await house.reopen()
    audience.gate.set()
    await house.connect()
    audience.gate.clear()
    audience.calls = 0
    house.clock.advance(minutes=1)
    assert await house.manager.send_due_reminders() == DUE
    await house.until(lambda: audience.calls == 2)
    await asyncio.sleep(0.05)
    assert audience.calls == 2
    audience.gate.set()
    await house.until(lambda: len(house.sender.posts) == DUE)
    assert len({claim.event_id for claim, _people, _late in house.sender.posts}) == DUE


class CountingPace(Pace):
    looks = 0

    @property
    def is_idle(self) -> bool:
        type(self).looks += 1
        return super().is_idle


async def test_a_new_lane_is_made_without_a_look_at_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_lanes, "Pace", CountingPace)
    monkeypatch.setattr(CountingPace, "looks", 0)
    lanes = ChannelLanes(Pace(10_000, 1.0))
    for channel_id in range(200):
        async with lanes.enter(channel_id):
            pass
    assert CountingPace.looks < 400


async def test_idle_lanes_are_forgotten_and_those_in_use_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_lanes, "CHANNEL_SECONDS", 0.0)
    lanes = ChannelLanes(request_budget())
    async with lanes.enter(1):
        for channel_id in (2, 3):
            async with lanes.enter(channel_id):
                pass
        await asyncio.sleep(0.06)
        async with lanes.enter(4):
            assert 1 in lanes._lanes
    await asyncio.sleep(0.06)
    async with lanes.enter(5):
        assert set(lanes._lanes) == {5}
