"""The person behind a change reaches its entry; what the bot does by itself names nobody."""

from datetime import timedelta

from persistence import audit
from reminder_bot.event_requests import WatchRequest
from tests.unit.reminder_bot.conftest import ANSWERS, CHANNEL, EVENT, GUILD, House
from utils.errors import BlockedError


async def recorded(house: House) -> list[tuple[int | None, frozenset[str]]]:
    entries = await house.reader.run(audit.list_entries, GUILD, 100)
    return [(entry.actor_id, frozenset(entry.changes)) for entry in reversed(entries)]


async def test_each_use_case_names_who_asked(house: House) -> None:
    await house.watch()
    again = WatchRequest(EVENT, CHANNEL, GUILD, "Raid", None, timedelta(minutes=5), ANSWERS, 2)
    await house.manager.watch(again)
    await house.manager.pause(GUILD, EVENT, by=3)
    await house.manager.resume(GUILD, EVENT, by=4)
    await house.manager.set_interval(GUILD, EVENT, timedelta(minutes=7), by=5)
    await house.manager.unwatch(GUILD, EVENT, by=6)
    assert (await recorded(house))[1:] == [
        (2, frozenset({"interval_minutes"})),
        (3, frozenset({"is_paused"})),
        (4, frozenset({"is_paused"})),
        (5, frozenset({"interval_minutes"})),
        (6, frozenset({"state", "state_reason"})),
    ]


async def test_block_unblock_and_archive_name_nobody(house: House) -> None:
    await house.watch(minutes=10)
    house.sender.failures.append(BlockedError("Missing Permissions"))
    await house.tick(minutes=10)
    await house.connect()
    await house.manager.lifecycle.archive(GUILD, EVENT, "The message was deleted.")
    assert (await recorded(house))[1:] == [(None, frozenset({"state", "state_reason"}))] * 3


async def test_reminding_and_going_quiet_leave_no_entry(house: House) -> None:
    await house.watch(minutes=10)
    await house.tick(minutes=10)
    for person in (1, 2, 3):
        await house.react(person, "✅")
    await house.settle()
    assert len(await recorded(house)) == 1
