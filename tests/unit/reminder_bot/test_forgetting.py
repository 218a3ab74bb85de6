"""Whoever asked to be forgotten is neither stored by a reconciliation nor asked."""

from models.records import SignalKind
from persistence import forgotten, guilds
from reminder_bot.forgetting import AudienceWithoutForgotten
from tests.fakes import FakeAudience
from tests.unit.reminder_bot.conftest import EVENT, GUILD, House


async def test_forgotten_person_is_left_out_until_they_ask_for_it(house: House) -> None:
    audience = AudienceWithoutForgotten(house.audience, house.reader)
    event = await house.watch()
    assert await audience.asked(event) == {1, 2, 3}
    await house.writer.run(forgotten.forget, 2, house.clock.now())
    assert await audience.asked(event) == {1, 3}
    house.audience.people = frozenset({2, 3, 4, 5})
    assert await audience.asked(event) == {3, 4, 5}
    await house.writer.run(forgotten.forget, 4, house.clock.now())
    assert await audience.asked(event) == {3, 5}
    assert {user_id for user_id in range(1, 7) if await audience.asks(event, user_id)} == {3, 5}
    await house.writer.run(forgotten.take_in_again, 2)
    assert await audience.asked(event) == {2, 3, 5}


async def test_each_person_is_hashed_once(house: House) -> None:
    audience = AudienceWithoutForgotten(FakeAudience(frozenset(range(1, 1_001))), house.reader)
    event = await house.watch()
    await house.writer.run(forgotten.forget, 7, house.clock.now())
    assert len(await audience.asked(event)) == 999
    assert len(audience._cleared) == 999
    assert len(await audience.asked(event)) == 999


async def test_reminder_pings_everybody_but_them_and_a_reconciliation_does_not_store_them(house: House) -> None:
    await house.close()
    real, house.audience.people = house.audience, frozenset({1, 2, 3})
    await house.open()
    house.manager.delivery.missing._audience = AudienceWithoutForgotten(real, house.reader)
    await house.connect()
    await house.watch()
    await house.writer.run(forgotten.forget, 2, house.clock.now())
    await house.react(2, "✅")
    await house.react(3, "✅")
    await house.tick(hours=1)
    assert house.sender.pinged == [1]
    await house.react(3, "✅", SignalKind.REMOVE)
    await house.connect()
    await house.tick(hours=1)
    assert house.sender.pinged == [1, 1, 3]
    people = await house.reader.run(guilds.get_people, GUILD)
    status = await house.manager.delivery.missing.tally(await house.event())
    assert (people, EVENT, sorted(status[1])) == ([], EVENT, [1, 3])
