"""The buttons of `/doctor` through a real bot process: each thing broken, found, and mended at a press."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from reminder_bot.sandbox.permissions import Permission
from tests.integration.command_stage import Home, Stage, everything, open_stage
from tests.integration.doctor_stage import (
    RAID,
    WELL,
    answers,
    deny,
    elsewhere,
    examined,
    options,
    settings,
    write,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("doctor")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


async def test_deleted_place_is_found_for_the_settings_and_each_event_and_put_back_by_who_may(home: Home) -> None:
    place = await home.new_channel("reminders")
    await elsewhere(home, place)
    event_id = await home.watched()
    assert WELL in (await examined(home)).text
    await home.sandbox.director.delete_channel(place)
    card = await examined(home)
    assert (
        f"New events are to remind in <#{place}>, which cannot be used: The channel chosen for reminders does"
        in card.text
    )
    assert "is to remind in" in card.text
    assert card.buttons == ["1. Back to the event's channel", "2. Back to the event's channel", "Check again"]
    card = await card.press("1. Back to the event's channel")
    assert "✅ New events remind in their own channel now." in card.text
    assert settings(home) == {}
    assert options(home, event_id)["place"] == "elsewhere"
    card = await card.press("1. Back to the event's channel")
    assert "✅ “Raid night” reminds in its own channel now." in card.text
    assert WELL in card.text
    assert "place" not in options(home, event_id)
    audit = (await home.run("audit")).text
    assert audit.count(f"<@{home.organiser_id}>") >= 2
    await home.run("remind", event=str(event_id))
    await home.wait_reminders()


async def test_place_without_a_permission_names_it_and_can_be_given_up(home: Home) -> None:
    place = await home.new_channel("reminders")
    await elsewhere(home, place)
    await deny(home, Permission.SEND_MESSAGES, place)
    card = await examined(home)
    assert "Give me **Send Messages** there, or choose another channel" in card.text
    await home.sandbox.director.delete_overwrite(place, home.bot_id)
    mended = await card.press("1. Back to the event's channel")
    assert settings(home) == {}
    assert WELL in mended.text


async def test_log_channel_that_is_gone_is_found_and_given_up(home: Home) -> None:
    channel = await home.new_channel("organisers")
    page = await home.run("settings show", by=home.owner_id)
    page = await home.sandbox.director.select(home.owner_id, page, "settings:pick", ["log_channel_id"])
    await home.sandbox.director.select(home.owner_id, page, "settings:channel", [str(channel)])
    assert settings(home) == {"log_channel_id": str(channel)}
    await home.sandbox.director.delete_channel(channel)
    card = await examined(home)
    assert f"I am to tell organisers what happens in <#{channel}>, which cannot be used." in card.text
    mended = await card.press("1. Have no log channel")
    assert "There is no log channel any more" in mended.text
    assert WELL in mended.text
    assert settings(home) == {}


async def test_deleted_emoji_is_found_and_taken_out_of_the_answers(home: Home) -> None:
    own = home.sandbox.world.guild(home.guild_id).emojis
    own[RAID.id] = RAID
    await answers(home, ":raid: yes\n✅ yes\n❌ no")
    event_id = await home.watched()
    assert WELL in (await examined(home)).text
    del own[RAID.id]
    card = await examined(home)
    assert "The answers of new events have emoji that this server does not have any more: `:raid:`." in card.text
    assert card.buttons == ["1. Take them out of the answers", "2. Take them out of the answers", "Check again"]
    card = await card.press("1. Take them out of the answers")
    assert [answer[0] for answer in settings(home)["answers"]] == ["✅", "❌"]
    card = await card.press("1. Take them out of the answers")
    assert "✅ “Raid night” has only answers now that this server has." in card.text
    (row,) = home.stage.scene.rows("SELECT required_reactions FROM event WHERE message_id = ?", event_id)
    assert json.loads(row[0]) == ["✅", "❌"]
    assert WELL in card.text


async def test_answers_of_the_settings_are_reset_where_too_few_would_be_left(home: Home) -> None:
    own = home.sandbox.world.guild(home.guild_id).emojis
    own[RAID.id] = RAID
    await answers(home, ":raid: yes\n❌ no")
    event_id = await home.watched()
    del own[RAID.id]
    card = await examined(home)
    # Of an event, people have to choose others.
    assert card.buttons == ["1. Reset the answers of new events", "Check again"]
    await card.press("1. Reset the answers of new events")
    assert settings(home) == {}
    await home.run("unwatch", event=str(event_id))


async def test_blocked_event_is_tried_again_at_a_press(home: Home) -> None:
    event_id = await home.watched()
    home.sandbox.faults.status(
        "GET", rf"/channels/{home.channel_id}/messages/{event_id}.*", 403, times=None,
        body={"message": "Missing Access", "code": 50001},
    )  # fmt: skip
    await deny(home, Permission.EMBED_LINKS)
    await home.until(lambda: home.stored(event_id).state == "blocked", "the block")
    await home.sandbox.director.delete_overwrite(home.channel_id, home.bot_id)
    card = await examined(home)
    assert "is blocked: Discord refused: Missing Access." in card.text
    card = await card.press("1. Try again now")
    assert "“Raid night” is still blocked." in card.text
    home.sandbox.faults.clear()
    home.stage.overhear()
    card = await card.press("1. Try again now")
    assert "✅ “Raid night” goes on." in card.text
    assert WELL in card.text
    assert home.stored(event_id).state == "active"


async def test_event_paused_by_the_import_is_resumed_at_a_press(home: Home) -> None:
    event_id = await home.watched()
    await home.run("pause", event=str(event_id))
    write(
        home,
        "INSERT INTO imported_event (event_id, field_count, variant, fingerprint, told_at, created_at, updated_at) "
        "SELECT message_id, 1, 1, 'f', created_at, created_at, created_at FROM event WHERE message_id = ?",
        event_id,
    )
    # Imported, and paused by hand.
    assert WELL in (await examined(home)).text
    write(home, "UPDATE imported_event SET is_dormant = 1 WHERE event_id = ?", event_id)
    card = await (await examined(home)).press("1. Resume it")
    assert "✅ “Raid night” goes on." in card.text
    assert not home.stored(event_id).is_paused
    assert f"<@{home.organiser_id}>" in (await home.run("audit")).text


async def test_member_list_that_is_incomplete_is_asked_for_at_a_press(home: Home) -> None:
    director, gateway = home.sandbox.director, home.sandbox.gateway
    await home.watched()
    gateway.refuse_members()
    await director.kick_bot(home.guild_id, home.bot_id)
    await director.invite_bot(home.guild_id, home.bot_id)
    card = await examined(home)
    assert "members of this server, so nobody is reminded yet." in card.text
    refused = await card.press("1. Ask for the members now")
    assert "✅ I have asked for them. Check again in half a minute." in refused.text
    gateway.accept_members()
    card = await refused.press("1. Ask for the members now")
    assert "✅ All members are known now." in card.text
    assert "members of this server" not in card.text


async def test_member_is_refused_and_an_organiser_who_is_none_any_more_mends_nothing(home: Home) -> None:
    director = home.sandbox.director
    assert "Only organisers may do this" in (await home.run("doctor", by=home.member_ids[0])).text
    place = await home.new_channel("reminders")
    await elsewhere(home, place)
    await director.delete_channel(place)
    role = await director.create_role(home.guild_id, "Leads", int(Permission.MANAGE_EVENTS))
    lead = await director.add_member(home.guild_id, roles=[role])
    card = await examined(home, by=lead)
    reply = await director.click(home.organiser_id, card.reply, "1. Back to the event's channel")
    assert "This answer belongs to somebody else." in reply.text
    await director.remove_role(home.guild_id, lead, role)
    reply = await director.click(lead, card.reply, "1. Back to the event's channel")
    assert "Only organisers may do this" in everything(reply)
    assert settings(home)["place"] == "elsewhere"


async def test_what_somebody_else_has_mended_meanwhile_is_left_as_it_is(home: Home) -> None:
    place, better = await home.new_channel("reminders"), await home.new_channel("better")
    await elsewhere(home, place)
    await home.sandbox.director.delete_channel(place)
    card = await examined(home)
    await elsewhere(home, better)
    card = await card.press("1. Back to the event's channel")
    assert "Somebody was quicker" in card.text
    assert settings(home)["place_channel_id"] == str(better)


async def test_second_of_two_who_press_finds_nothing_left_to_do(home: Home) -> None:
    place = await home.new_channel("reminders")
    await elsewhere(home, place)
    await home.watched()
    await home.sandbox.director.delete_channel(place)
    first, second = await examined(home, by=home.owner_id), await examined(home)
    assert "reminds in its own channel now" in (await first.press("2. Back to the event's channel")).text
    assert "Somebody was quicker" in (await second.press("2. Back to the event's channel")).text


async def test_many_findings_are_paged_with_the_buttons_of_each_page(home: Home) -> None:
    place = await home.new_channel("reminders")
    await elsewhere(home, place)
    for number in range(6):
        await home.watched(f"Raid {number}")
    await home.sandbox.director.delete_channel(place)
    card = await examined(home)
    assert "Check-up: 7 findings" in card.text
    assert "Page 1 of 2" in card.text
    assert [label.split(".")[0] for label in card.buttons] == ["1", "2", "3", "4", "Next", "Check again"]
    card = await card.press("Next")
    assert [label.split(".")[0] for label in card.buttons] == ["5", "6", "7", "Previous", "Check again"]
    for _ in range(3):
        card = await card.press(card.buttons[0])
    assert "Page" not in card.text
    assert "Check-up: 4 findings" in card.text


async def test_pages_are_not_turned_for_who_is_no_organiser_any_more(home: Home) -> None:
    director = home.sandbox.director
    place = await home.new_channel("reminders")
    await elsewhere(home, place)
    for number in range(4):
        await home.watched(f"Raid {number}")
    await director.delete_channel(place)
    role = await director.create_role(home.guild_id, "Leads", int(Permission.MANAGE_EVENTS))
    lead = await director.add_member(home.guild_id, roles=[role])
    card = await examined(home, by=lead)
    await director.remove_role(home.guild_id, lead, role)
    reply = await director.click(lead, card.reply, "Next")
    assert "Only organisers may do this" in everything(reply)
