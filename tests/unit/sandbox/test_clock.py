"""The sandbox's clock, and the bot's that follows it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from reminder_bot.followed_clock import FollowedClock
from reminder_bot.sandbox.clock import SandboxClock
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.sandbox.world import World
from utils.errors import ConfigurationError


class Seconds:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


def test_calendar_goes_faster_and_never_back() -> None:
    seconds = Seconds()
    clock = SandboxClock(1000.0, seconds)
    seconds.passed = 5
    assert clock.now() == 1005
    clock.set_speed(3600)
    seconds.passed = 6
    assert clock.now() == 1005 + 3600
    clock.skip_to(2000.0)
    assert clock.now() == 1005 + 3600
    clock.skip_to(9000.0)
    clock.set_speed(1)
    seconds.passed = 7
    assert clock.now() == 9001


@pytest.fixture
async def kept() -> AsyncIterator[Sandbox]:
    clock = SandboxClock()
    sandbox = Sandbox(World(clock.now))
    sandbox.keep_time(clock)
    async with sandbox:
        yield sandbox


async def test_bot_s_clock_is_told_of_a_change_at_once(kept: Sandbox) -> None:
    assert kept.clock is not None
    changes = asyncio.Event()
    async with FollowedClock(kept.clock_url) as clock:
        clock.on_change(changes.set)
        assert abs(clock.now().timestamp() - kept.now()) < 0.5
        assert clock.real_delay(timedelta(hours=1)) == timedelta(hours=1)
        await asyncio.sleep(0.05)
        kept.clock.skip_to(kept.now() + 86_400)
        await asyncio.wait_for(changes.wait(), 2)
        assert abs(clock.now().timestamp() - kept.now()) < 0.5
        changes.clear()
        kept.clock.set_speed(3600)
        await asyncio.wait_for(changes.wait(), 2)
        assert clock.real_delay(timedelta(hours=1)) == timedelta(seconds=1)


async def test_clock_that_is_not_there_is_said_so(kept: Sandbox) -> None:
    with pytest.raises(ConfigurationError, match="There is no clock at"):
        async with FollowedClock(kept.clock_url + "/none"):
            pass


async def test_clock_goes_on_by_itself_when_the_sandbox_is_gone() -> None:
    clock = SandboxClock()
    sandbox = Sandbox(World(clock.now))
    sandbox.keep_time(clock)
    async with sandbox:
        following = FollowedClock(sandbox.clock_url)
        await following.__aenter__()
    before = following.now()
    await asyncio.sleep(0.05)
    assert following.now() > before
    await following.__aexit__(None, None, None)
