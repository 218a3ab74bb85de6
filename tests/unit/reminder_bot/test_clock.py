"""Clocks that jump, stand still, or stand at odd moments; all on a clock that is moved, none by waiting."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reminder_bot.reminder_scheduler import ReminderScheduler
from tests.fakes import START, FakeClock
from tests.unit.reminder_bot.conftest import EVENT, GUILD, House
from utils.errors import TransientDiscordError


async def test_jump_forward_sends_one_late_reminder_not_one_for_each_missed_interval(house: House) -> None:
    await house.watch(minutes=10)
    await house.tick(hours=2)
    await house.tick()
    assert [late for _claim, _people, late in house.sender.posts] == [True]
    assert (await house.event()).next_reminder_at == START + timedelta(hours=2, minutes=10)


async def test_jump_back_repeats_nothing(house: House) -> None:
    await house.watch(minutes=10)
    await house.tick(minutes=10)
    await house.tick(hours=-2)
    await house.tick(minutes=10)
    assert len(house.sender.posts) == 1
    await house.tick(hours=2)
    assert len(house.sender.posts) == 2


async def test_jump_back_while_an_answer_is_lost_still_finds_the_message(house: House) -> None:
    await house.watch(minutes=10)
    house.sender.losses = [TransientDiscordError("lost")]
    house.clock.advance(minutes=10)
    await house.manager.send_due_reminders()
    await house.until(lambda: bool(house.sender.posts))
    house.clock.advance(hours=-2)
    await house.settle()
    assert house.sender.pinged == [1, 2, 3]


async def test_suspended_for_longer_than_an_interval_sends_once(house: House) -> None:
    await house.watch(minutes=1)
    for _sleep in range(3):
        before = len(house.sender.posts)
        await house.tick(minutes=7.5)
        assert len(house.sender.posts) == before + 1


@pytest.mark.parametrize(
    "start",
    [
        datetime(2028, 2, 28, 23, 30, tzinfo=UTC),
        datetime(2028, 2, 29, 23, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
        datetime(2038, 1, 19, 3, 0, tzinfo=UTC),
        datetime(2099, 6, 1, 12, 0, tzinfo=UTC),
    ],
    ids=lambda start: start.isoformat(),
)
async def test_interval_is_elapsed_time_at_every_date(tmp_path: Path, start: datetime) -> None:
    place = House(tmp_path / "bot.db", clock=FakeClock(start))
    place.audience.people = frozenset({1})
    await place.open()
    await place.connect()
    try:
        await place.watch(minutes=24 * 60)
        await place.tick(hours=23, minutes=59)
        assert place.sender.posts == []
        await place.tick(minutes=1)
        assert place.sender.pinged == [1]
        assert (await place.event()).next_reminder_at == start + timedelta(hours=48)
    finally:
        await place.close()


async def test_interval_that_is_no_whole_number_of_minutes_does_not_drift(house: House) -> None:
    await house.watch(minutes=90.5 / 60)
    for number in range(1, 6):
        await house.tick(seconds=90.5)
        assert len(house.sender.posts) == number
    assert (await house.event()).next_reminder_at == START + timedelta(seconds=90.5 * 6)


async def test_next_reminder_counts_from_when_a_late_one_was_sent(house: House) -> None:
    await house.watch(minutes=10)
    house.manager.session.lost()
    await house.tick(minutes=25)
    house.manager.catch_up.resumed()
    await house.settle()
    event = await house.event()
    assert event.last_reminder == START + timedelta(minutes=25)
    assert event.next_reminder_at == START + timedelta(minutes=35)


async def test_next_reminder_counts_from_when_the_message_left_however_long_its_answer_takes(house: House) -> None:
    await house.watch(minutes=10)
    house.sender.gate = asyncio.Event()
    house.clock.advance(minutes=10)
    await house.manager.send_due_reminders()
    await house.until(lambda: house.liveness.proofs > 0)
    await asyncio.sleep(0.05)
    house.clock.advance(minutes=7)
    house.sender.gate.set()
    await house.settle()
    assert (await house.event()).next_reminder_at == START + timedelta(minutes=20)


async def test_scheduler_is_armed_for_the_next_due_time_only(house: House) -> None:
    await house.watch(minutes=10)
    await house.settle()
    assert house.manager.scheduler.armed_for == START + timedelta(minutes=10)
    await house.manager.pause(GUILD, EVENT, by=1)
    await house.manager.send_due_reminders()
    assert house.manager.scheduler.armed_for is None


async def test_scheduler_wakes_at_a_moment_that_is_past_already() -> None:
    woken: list[bool] = []
    scheduler = ReminderScheduler(clock=FakeClock(), on_due=lambda: woken.append(True))
    scheduler.start()
    scheduler.arm(START - timedelta(hours=1))
    async with asyncio.timeout(5):
        while not woken:
            await asyncio.sleep(0.01)
    assert scheduler.lateness == timedelta(hours=1)
    scheduler.stop()
