"""Times that are changed while something is under way, or while nobody is waited for: nothing is lost or ended."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from models.event_options import EventOptions
from models.records import EventState, ReminderKind, TrackedEvent
from reminder_bot.event_requests import WatchRequest
from reminder_bot.place_finder import FoundPlace
from tests.fakes import START, FakeLiveness, FakePlaces
from tests.unit.reminder_bot.conftest import ANSWERS, CHANNEL, EVENT, GUILD, House
from utils.errors import BlockedError

YES = ANSWERS[0]
HOUR = timedelta(hours=1)


class SlowPlaces(FakePlaces):
    """Finds a place when it is told to, as Discord may take its time to open a thread."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.is_waiting = False

    async def find(self, event: TrackedEvent, *, makes: bool) -> FoundPlace:
        """Wait, then return the place."""
        self.is_waiting = True
        await self.gate.wait()
        return await super().find(event, makes=makes)


class Meanwhile(FakeLiveness):
    """Proves that the connection lives, and has something happen meanwhile, once."""

    def __init__(self) -> None:
        super().__init__()
        self.happens: Callable[[], Awaitable[object]] | None = None

    async def prove(self, guild_id: int) -> None:
        """Let it happen, then prove it."""
        happens, self.happens = self.happens, None
        if happens is not None:
            await happens()
        await super().prove(guild_id)


async def watch(house: House, starts_at: datetime, interval: timedelta = 12 * HOUR) -> TrackedEvent:
    options = EventOptions(wants_tally=True)
    request = WatchRequest(EVENT, CHANNEL, GUILD, "Raid", None, interval, ANSWERS, 1, starts_at, None, options)
    return (await house.manager.watch(request)).event


async def test_a_shorter_interval_arms_an_event_whose_longer_one_did_not_fit_before_the_start(house: House) -> None:
    event = await watch(house, START + 10 * HOUR)
    assert event.next_reminder_at is None
    change = await house.manager.set_interval(GUILD, EVENT, HOUR, by=1)
    assert change.event.next_reminder_at == START + HOUR
    await house.tick(hours=1)
    assert [(claim.kind, people) for claim, people, _late in house.sender.posts] == [(ReminderKind.SILENT, (1, 2, 3))]


async def test_a_shorter_interval_wakes_nobody_when_everybody_has_answered(house: House) -> None:
    await watch(house, START + 10 * HOUR)
    for user_id in (1, 2, 3):
        await house.react(user_id, YES)
    change = await house.manager.set_interval(GUILD, EVENT, HOUR, by=1)
    assert change.event.next_reminder_at is None


async def test_a_later_start_set_while_the_connection_is_down_arms_the_event_when_it_is_back(house: House) -> None:
    event = await watch(house, START + 10 * HOUR)
    await house.settle()
    house.manager.session.lost()
    await house.manager.planning.reschedule(event, START + 30 * HOUR, None, event.options, by=1)
    house.manager.session.resumed()
    house.manager.catch_up.resumed()
    await house.settle()
    assert (await house.event()).next_reminder_at == START + 12 * HOUR


async def test_an_event_that_is_moved_while_its_end_is_being_prepared_goes_on(house: House) -> None:
    await house.close()
    house.places = places = SlowPlaces()
    await house.open()
    await house.connect()
    event = await watch(house, START + 2 * HOUR)
    house.clock.advance(hours=2)
    await house.manager.send_due_reminders()
    await house.until(lambda: places.is_waiting)
    await house.manager.planning.reschedule(event, START + 5 * HOUR, None, event.options, by=1)
    places.gate.set()
    await house.settle()
    assert (await house.event()).state is EventState.ACTIVE
    await house.tick(hours=3)
    assert (await house.event()).state is EventState.COMPLETED
    assert [claim.kind for claim, _people, _late in house.sender.posts].count(ReminderKind.TALLY) == 1


async def test_a_blocked_event_can_be_cancelled_although_nobody_can_be_reached(house: House) -> None:
    await watch(house, START + 10 * HOUR)
    await house.react(1, YES)
    await house.manager.lifecycle.blocked(await house.event(), "I may not see the channel.")
    house.audience.error = BlockedError("I may not see the channel.")
    ended = await house.manager.planning.cancel(await house.event(), by=9)
    assert ended.state is EventState.COMPLETED
    assert house.sender.posts == []


async def test_a_reminder_of_the_old_start_is_not_sent_when_it_is_moved_at_the_last_moment(house: House) -> None:
    await house.close()
    house.liveness = liveness = Meanwhile()
    await house.open()
    await house.connect()
    event = await watch(house, START + 5 * HOUR)
    await house.react(1, YES)
    await house.settle()
    liveness.happens = lambda: house.manager.planning.reschedule(event, START + 30 * HOUR, None, event.options, by=1)
    await house.tick(hours=4)
    assert [claim.kind for claim, _people, _late in house.sender.posts] == [ReminderKind.MOVED]
