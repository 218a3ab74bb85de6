"""The menus of messages and members, through a real bot process."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.integration.command_stage import Home, Stage, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOT_WATCHED = "This message is not watched. Right-click it, Apps, Watch this message, and it is."
NO_ANSWER = "There is no answer to an event that you can see."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("menus")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


async def test_status_from_the_menu_is_that_of_the_command(home: Home) -> None:
    message_id = await home.watched()
    await home.react(message_id, home.member_ids[:1])
    by_menu = await home.menu(message_id, by=home.member_ids[0], name="Event status")
    assert by_menu.embeds == (await home.run("status", by=home.member_ids[0], event=str(message_id))).embeds


async def test_remind_now_reminds_and_is_for_organisers(home: Home) -> None:
    message_id = await home.watched()
    refused = await home.menu(message_id, by=home.member_ids[0], name="Remind now")
    assert "Only organisers" in refused.text
    assert home.reminders() == []
    assert "Reminded 5 people." in (await home.menu(message_id, name="Remind now")).text
    assert len(home.reminders()) == 1


@pytest.mark.parametrize("name", ["Remind now", "Event status"])
async def test_menu_of_a_message_that_is_not_watched_says_how_to_watch_it(home: Home, name: str) -> None:
    never = await home.post()
    ended = await home.watched()
    await home.run("unwatch", event=str(ended))
    for message_id in (never, ended):
        assert (await home.menu(message_id, name=name)).text == NOT_WATCHED


async def test_answers_of_a_member_are_shown_to_organisers_and_to_themselves(home: Home) -> None:
    first, second = await home.watched("First"), await home.watched("Second")
    anna, ben, _ = home.member_ids
    await home.react(first, [anna])
    await home.react(second, [anna], "❌")
    await home.run("unwatch", event=str(first))
    for caller in (home.organiser_id, anna):
        lines = (await home.member_menu(anna, by=caller)).embeds[0]["description"].splitlines()
        assert lines[0] == f"<@{anna}>"
        assert lines[1].startswith(f"❌ · [Second]({home.link(second)}) · <#{home.channel_id}> · <t:")
        assert lines[2].startswith(f"✅ · [First]({home.link(first)})")
    assert "Only organisers" in (await home.member_menu(anna, by=ben)).text
    assert (await home.member_menu(ben, by=ben)).text == NO_ANSWER


async def test_answers_in_channels_the_caller_cannot_see_are_not_shown(home: Home) -> None:
    secret = await home.new_channel("secret")
    message_id = await home.watched("Secret raid", channel_id=secret)
    await home.react(message_id, [home.owner_id])
    await home.close_channel(secret, home.organiser_id)
    assert (await home.member_menu(home.owner_id)).text == NO_ANSWER
