"""`/search` through a real bot process: what is found, how it is shown, and what nobody is told."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.integration.command_stage import Home, Stage, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOTHING = (
    "No event that you can see has all of these words in its title or text. "
    "Try fewer words, or only how they begin; `/list` shows what is watched."
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("search")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


async def test_search_shows_link_state_and_next_reminder_the_best_match_first(home: Home) -> None:
    running = await home.watched("Soirée crêpes\nAt mine, everybody brings one thing or another.", interval="2h")
    ended = await home.watched("Crêpes")
    await home.run("unwatch", event=str(ended))
    await home.watched("Quiz night")
    reply = await home.run("search", by=home.member_ids[0], text="CREPE")
    first, second = reply.embeds[0]["description"].splitlines()
    assert reply.embeds[0]["title"] == "Found: 2 events"
    assert first.startswith(f"**[Crêpes]({home.link(ended)})** · <#{home.channel_id}> · every 1 hour · over:")
    assert second.startswith(
        f"**[Soirée crêpes]({home.link(running)})** · <#{home.channel_id}> · every 2 hours · next <t:"
    )


async def test_search_finds_words_of_the_text_and_follows_an_edit(home: Home) -> None:
    message_id = await home.watched("Raid night\nBring snacks.")
    assert home.link(message_id) in (await home.run("search", text="snack raid")).text
    await home.sandbox.director.edit_message(message_id, "Raid night\nBring drinks.")
    await home.until(
        lambda: bool(home.stage.scene.rows("SELECT 1 FROM event WHERE description LIKE '%drinks%'")), "edit"
    )
    assert (await home.run("search", text="snacks")).text == NOTHING
    assert home.link(message_id) in (await home.run("search", text="drinks")).text


async def test_search_finds_only_what_the_caller_can_see_in_this_guild(home: Home, stage: Stage) -> None:
    async with stage.home("Other") as other:
        await other.watched("Raid elsewhere")
        secret = await home.new_channel("secret", hidden_from=home.member_ids)
        await home.watched("Raid in secret", channel_id=secret)
        assert (await home.run("search", by=home.member_ids[0], text="raid")).text == NOTHING
        reply = await home.run("search", text="raid")
        assert reply.embeds[0]["title"] == "Found: 1 event"
        assert "Raid in secret" in reply.text


async def test_search_is_paged(home: Home) -> None:
    for number in range(11):
        await home.watched(f"Raid {number}")
    reply = await home.run("search", text="raid")
    assert reply.embeds[0]["footer"]["text"] == "Page 1 of 2"
    assert len(reply.embeds[0]["description"].splitlines()) == 10
    second = await home.sandbox.director.click(home.organiser_id, reply, "Next")
    assert second.embeds[0]["footer"]["text"] == "Page 2 of 2"


@pytest.mark.parametrize(
    "typed", ['"', "raid OR night", "raid*", "title:raid", "NEAR(raid night)", "^raid", "?", "x" * 4000]
)
async def test_search_takes_what_is_typed_for_words(home: Home, typed: str) -> None:
    await home.watched("Raid night")
    is_word = typed in ("raid*", "^raid")
    assert ("Raid night" in (await home.run("search", text=typed)).text) is is_word
