"""Many events due at the same moment: claimed some at a time, the first on its way before the last is claimed."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from models.records import TrackedEvent
from reminder_bot import reminder_pump
from reminder_bot.event_requests import WatchRequest
from tests.fakes import FakeAudience
from tests.unit.reminder_bot.conftest import ANSWERS, CHANNEL, EVENT, GUILD, House

COUNT = 40


@dataclass
class SlowAudience(FakeAudience):
    """Answers about one event when it is allowed to."""

    slow_id: int = 0
    is_free: asyncio.Event = field(default_factory=asyncio.Event)

    async def asked(self, event: TrackedEvent) -> frozenset[int]:
        """Return the people, at once or when the event is free."""
        asked = await super().asked(event)
        if event.message_id == self.slow_id:
            await self.is_free.wait()
        return asked


@pytest.fixture
async def crowded(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house with forty events that fall due in an hour, of which four are claimed at once."""
    monkeypatch.setattr(reminder_pump, "CLAIMS_AT_ONCE", 4)
    for place in range(COUNT):
        hour = timedelta(hours=1)
        await house.manager.watch(
            WatchRequest(EVENT + place, CHANNEL + place, GUILD, f"Raid {place}", None, hour, ANSWERS, 1)
        )
    await house.settle()
    return house


async def test_first_message_leaves_before_the_last_event_is_claimed(crowded: House) -> None:
    crowded.clock.advance(hours=1)
    before = crowded.audience.looks_at_everybody
    crowded.manager.wake()
    await crowded.until(lambda: bool(crowded.sender.posts))
    assert crowded.audience.looks_at_everybody - before < COUNT
    await crowded.until(lambda: len(crowded.sender.posts) == COUNT)
    assert sorted(claim.event_id for claim, *_ in crowded.sender.posts) == list(range(EVENT, EVENT + COUNT))


async def test_one_that_cannot_be_claimed_holds_the_others_up_for_a_moment_only(
    crowded: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminder_pump, "CLAIM_SECONDS", 0.02)
    audience = crowded.audience = SlowAudience(crowded.audience.people)
    await crowded.reopen()
    await crowded.connect()
    audience.slow_id = EVENT
    crowded.clock.advance(hours=1)
    crowded.manager.wake()
    await crowded.until(lambda: len(crowded.sender.posts) == COUNT - 1)
    audience.is_free.set()
    await crowded.settle()
    assert len(crowded.sender.posts) == COUNT
    assert crowded.sender.posts[-1][0].event_id == EVENT


async def test_nothing_more_is_started_once_the_process_is_to_stop(crowded: House) -> None:
    crowded.clock.advance(hours=1)
    looking = asyncio.create_task(crowded.manager.send_due_reminders())
    await crowded.until(lambda: bool(crowded.sender.posts))
    await crowded.manager.drain()
    assert await looking < COUNT
