"""One lane for each channel, however many: a new one costs no look at the others, an idle one is forgotten."""

import asyncio

import pytest

from reminder_bot import channel_lanes
from reminder_bot.channel_lanes import ChannelLanes
from reminder_bot.pace import Pace, RequestBudget


class CountingPace(Pace):
    looks = 0

    @property
    def is_idle(self) -> bool:
        type(self).looks += 1
        return super().is_idle


async def test_a_new_lane_is_made_without_a_look_at_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_lanes, "Pace", CountingPace)
    monkeypatch.setattr(CountingPace, "looks", 0)
    lanes = ChannelLanes(RequestBudget(10_000))
    for channel_id in range(200):
        async with lanes.enter(channel_id):
            pass
    assert CountingPace.looks < 400


async def test_idle_lanes_are_forgotten_and_those_in_use_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_lanes, "CHANNEL_SECONDS", 0.0)
    lanes = ChannelLanes(RequestBudget())
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
