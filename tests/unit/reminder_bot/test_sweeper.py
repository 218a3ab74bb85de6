"""Messages that are deleted: at their time, after a start, again after a failure; never one that is still needed."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from models.event_options import EventOptions
from models.records import ReminderStatus
from persistence import deletions, reminder_log
from reminder_bot import sweeper
from reminder_bot.event_requests import WatchRequest
from tests.fakes import START
from tests.unit.reminder_bot.conftest import ANSWERS, CHANNEL, EVENT, GUILD, House
from utils.errors import BlockedError, GoneError, TransientDiscordError

HOUR = timedelta(hours=1)
AGED = EventOptions(delete_after_minutes=30)
REPLACED = EventOptions(deletes_older=True)
FIRST, SECOND = (CHANNEL, 9_000_001), (CHANNEL, 9_000_002)


async def watch(house: House, options: EventOptions) -> None:
    await house.manager.watch(WatchRequest(EVENT, CHANNEL, GUILD, "Raid", None, HOUR, ANSWERS, 1, options=options))


async def is_planned(house: House) -> bool:
    return bool(await house.reader.run(deletions.list_due_deletions, START + 99 * HOUR, 9))


async def test_a_reminder_is_deleted_at_its_age_and_stays_in_the_log_as_sent(house: House) -> None:
    await watch(house, AGED)
    await house.tick(hours=1)
    assert house.manager.scheduler.armed_for == START + 1.5 * HOUR, "the wake-up is armed for it"
    await house.tick(minutes=29)
    assert house.remover.removed == []
    await house.tick(minutes=1)
    assert house.remover.removed == [FIRST]
    [entry] = await house.reader.run(reminder_log.list_log, GUILD, EVENT, 9)
    assert (entry.status, entry.message_id) == (ReminderStatus.SENT, 9_000_001)
    assert await house.reader.run(reminder_log.known_message_ids, GUILD, EVENT) == {9_000_001}
    await house.tick(minutes=1)
    assert house.remover.tries == 1


async def test_what_fell_due_while_the_bot_was_down_is_deleted_after_the_start(house: House) -> None:
    await watch(house, AGED)
    await house.tick(hours=1)
    await house.reopen()
    house.clock.advance(minutes=45)
    await house.manager.send_due_reminders()
    await asyncio.sleep(0.02)
    assert house.remover.removed == [], "not before it is connected"
    await house.connect()
    assert house.remover.removed == [FIRST]


async def test_nothing_is_deleted_while_the_gateway_is_down(house: House) -> None:
    await watch(house, AGED)
    await house.tick(hours=1)
    house.manager.session.lost()
    await house.tick(minutes=45)
    assert house.remover.removed == []
    house.manager.session.resumed()
    house.manager.catch_up.resumed()
    await house.until(lambda: house.remover.removed == [FIRST])


async def test_a_passing_trouble_is_tried_again_and_a_crash_in_between_forgets_nothing(house: House) -> None:
    await watch(house, AGED)
    await house.tick(hours=1)
    house.remover.failures = [TransientDiscordError("503"), TransientDiscordError("503")]
    await house.tick(minutes=30)
    assert house.remover.tries == 1
    soon, scheduler = house.clock.now() + timedelta(seconds=1), house.manager.scheduler
    await house.until(lambda: scheduler.armed_for is not None and scheduler.armed_for < soon)
    await house.reopen()
    await house.connect()
    await house.tick(seconds=1)
    assert house.remover.tries == 2
    await house.tick(seconds=1)
    assert house.remover.removed == [FIRST]


@pytest.mark.parametrize("answer", [GoneError("Unknown Message", 10008), BlockedError("Missing Access", 50001)])
async def test_a_message_that_is_gone_or_forbidden_is_let_go(house: House, answer: Exception) -> None:
    await watch(house, AGED)
    await house.tick(hours=1)
    house.remover.failures = [answer]
    await house.tick(minutes=30)
    assert (house.remover.tries, house.remover.removed) == (1, [])
    assert not await is_planned(house)
    assert (await house.event()).state == "active"


async def test_one_message_in_trouble_does_not_keep_the_others(house: House) -> None:
    await watch(house, EventOptions(delete_after_minutes=90))
    await house.tick(hours=1)
    await house.tick(hours=1)
    house.remover.failures = [RuntimeError("nobody foresaw it")]
    await house.tick(hours=1.5)
    assert house.remover.removed == [SECOND]
    await house.tick(seconds=1)
    assert house.remover.removed == [SECOND, FIRST]


async def test_older_reminders_go_when_a_newer_one_is_out(house: House) -> None:
    await watch(house, REPLACED)
    await house.tick(hours=1)
    assert house.remover.removed == []
    await house.tick(hours=1)
    await house.until(lambda: house.remover.removed == [FIRST])
    await house.tick(hours=1)
    await house.until(lambda: house.remover.removed == [FIRST, SECOND])


async def test_older_reminders_stay_while_the_newer_one_is_not_proven_out(house: House) -> None:
    await watch(house, REPLACED)
    await house.tick(hours=1)
    house.sender.failures = [BlockedError("Missing Permissions", 50013)]
    await house.tick(hours=1)
    assert house.remover.tries == 0
    assert not await is_planned(house)


async def test_older_reminders_stay_through_a_crash_in_the_middle_of_the_newer_one(house: House) -> None:
    house.audience.people = frozenset(range(1, 101))
    await watch(house, REPLACED)
    await house.tick(hours=1)
    first = [(CHANNEL, posted.message_id) for posted in house.sender.channel.values()]
    house.sender.losses = [TransientDiscordError("lost")]
    house.clock.advance(hours=1)
    await house.manager.send_due_reminders()
    await house.until(lambda: len(house.sender.posts) > len(first))
    await house.reopen()
    assert not await is_planned(house)
    await house.connect()
    await house.tick(seconds=1)
    assert sorted(house.remover.removed) == sorted(first)
    assert len(house.sender.posts) == 2 * len(first)


async def test_reminders_go_before_deletions(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "YIELD_SECONDS", 0.2)
    await watch(house, EventOptions(delete_after_minutes=60))
    await house.tick(hours=1)
    house.sender.gate = asyncio.Event()
    house.clock.advance(hours=1)
    await house.manager.send_due_reminders()
    await asyncio.sleep(0.05)
    assert house.remover.tries == 0
    house.sender.gate.set()
    await house.settle()
    assert house.remover.removed == [FIRST]


async def test_reminders_of_an_event_that_is_over_are_deleted_as_well(house: House) -> None:
    await watch(house, AGED)
    await house.tick(hours=1)
    await house.manager.unwatch(GUILD, EVENT, by=1)
    await house.tick(minutes=30)
    assert house.remover.removed == [FIRST]


async def test_the_reader_is_asked_what_to_delete_only_when_there_is_something(house: House) -> None:
    def asked() -> Counter[str]:
        return Counter({each.function: each.calls for each in house.reader.timings.slowest()})

    await watch(house, AGED)
    await house.tick(hours=1)
    assert asked()["due_events.look"]
    assert not asked()["deletions.list_due_deletions"]
    await house.tick(minutes=30)
    assert asked()["deletions.list_due_deletions"]
    assert house.remover.removed == [FIRST]
