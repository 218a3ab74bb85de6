"""What members have chosen, in memory: the same as in the file, before and after a restart."""

import asyncio
from collections.abc import Iterable

import pytest

from models.member_choices import NOTHING_CHOSEN, Contact, MemberChoices
from models.quiet_hours import QuietHours
from persistence import members, personal_data
from reminder_bot.member_book import MemberBook
from tests.unit.reminder_bot.conftest import EVENT, GUILD, House
from utils.errors import StorageError

OTHER_GUILD, ME, SOMEBODY = 101, 7, 8
DIRECT = MemberChoices(contact=Contact.DIRECT)


async def same_after_a_start(house: House) -> MemberBook:
    """Check that a book opened now holds what the one in use holds; return it."""
    anew = MemberBook(clock=house.clock, writer=house.writer, reader=house.reader)
    await anew.load()
    for guild_id in (GUILD, OTHER_GUILD):
        assert dict(anew.choosers(guild_id)) == dict(house.members.choosers(guild_id))
    assert anew.opted_out(EVENT) == house.members.opted_out(EVENT)
    return anew


async def test_who_has_chosen_nothing_has_the_defaults_and_is_no_chooser(house: House) -> None:
    assert house.members.of(GUILD, ME) is NOTHING_CHOSEN
    assert dict(house.members.choosers(GUILD)) == {}
    assert house.members.opted_out(EVENT) == frozenset()


async def test_choices_add_up_are_of_one_guild_and_survive_a_start(house: House) -> None:
    hours = QuietHours.read("22:00-07:00")
    assert await house.members.change(GUILD, ME, contact=Contact.DIRECT) == DIRECT
    both = await house.members.change(GUILD, ME, quiet=hours)
    assert both == MemberChoices(contact=Contact.DIRECT, quiet=hours)
    assert house.members.of(OTHER_GUILD, ME) == house.members.of(GUILD, SOMEBODY) == NOTHING_CHOSEN
    assert (await same_after_a_start(house)).of(GUILD, ME) == both


async def test_who_takes_everything_back_is_no_chooser_any_more(house: House) -> None:
    await house.members.change(GUILD, ME, contact=Contact.OFF)
    await house.members.change(GUILD, ME, contact=Contact.CHANNEL)
    assert dict(house.members.choosers(GUILD)) == {}
    await same_after_a_start(house)


async def test_two_devices_at_once_lose_neither_choice(house: House) -> None:
    await asyncio.gather(
        house.members.change(GUILD, ME, wants_direct=True),
        house.members.change(GUILD, ME, zone="Asia/Tokyo"),
        house.members.change(GUILD, SOMEBODY, contact=Contact.OFF),
    )
    assert house.members.of(GUILD, ME) == MemberChoices(zone="Asia/Tokyo", wants_direct=True)
    await same_after_a_start(house)


async def test_opting_out_is_of_one_event_and_only_in_its_guild(house: House) -> None:
    await house.watch()
    assert not await house.members.opt_out(OTHER_GUILD, EVENT, ME)
    assert await house.members.opt_out(GUILD, EVENT, ME)
    assert await house.members.opt_out(GUILD, EVENT, SOMEBODY)
    assert not await house.members.opt_in(OTHER_GUILD, EVENT, ME)
    assert house.members.opted_out(EVENT) == {ME, SOMEBODY}
    assert await house.members.opt_in(GUILD, EVENT, ME)
    assert not await house.members.opt_in(GUILD, EVENT, ME)
    assert house.members.opted_out(EVENT) == {SOMEBODY}
    await same_after_a_start(house)


async def test_forgotten_person_is_gone_from_memory_and_nothing_is_kept_of_them_again(house: House) -> None:
    await house.watch()
    for guild_id, user_id in ((GUILD, ME), (OTHER_GUILD, ME), (GUILD, SOMEBODY)):
        await house.members.change(guild_id, user_id, contact=Contact.DIRECT)
        await house.members.opt_out(GUILD, EVENT, user_id)
    await house.writer.run(personal_data.forget_person, GUILD, ME, house.clock.now())
    house.members.forget(ME)
    assert await house.members.change(GUILD, ME, contact=Contact.OFF) == NOTHING_CHOSEN
    assert not await house.members.opt_out(GUILD, EVENT, ME)
    assert dict(house.members.choosers(GUILD)) == {SOMEBODY: DIRECT}
    assert dict(house.members.choosers(OTHER_GUILD)) == {}
    assert house.members.opted_out(EVENT) == {SOMEBODY}
    await same_after_a_start(house)


async def test_change_that_cannot_be_stored_changes_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.members.change(GUILD, ME, contact=Contact.DIRECT)

    def full(*_given: object) -> Iterable[object]:
        raise StorageError("the disk is full")

    monkeypatch.setattr(members, "change_choices", full)
    with pytest.raises(StorageError):
        await house.members.change(GUILD, ME, contact=Contact.OFF)
    assert house.members.of(GUILD, ME) == DIRECT
