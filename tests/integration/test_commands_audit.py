"""`/audit` by a real bot process: who did it, from what to what, and who may read it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.integration.command_stage import Home, Stage, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("audit")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


async def test_audit_of_a_server_where_nothing_happened_says_so(home: Home) -> None:
    assert (await home.run("audit")).text == "Nothing has been changed here yet, or it was too long ago."


async def test_audit_names_who_changed_what_newest_first_also_of_an_event_that_is_over(home: Home) -> None:
    message_id = await home.watched("Raid night")
    await home.watched("Another")
    await home.run("set_interval", by=home.owner_id, event=str(message_id), interval="2h")
    await home.run("pause", event=str(message_id))
    await home.run("unwatch", by=home.owner_id, event=str(message_id))
    lines = (await home.run("audit", event=home.link(message_id))).embeds[0]["description"].splitlines()
    told = [(line.split()[1], line.rpartition(f"{message_id}): ")[2]) for line in lines]
    owner, organiser = f"<@{home.owner_id}>", f"<@{home.organiser_id}>"
    assert told == [
        (owner, "state watched → ended (unwatched)"),
        (organiser, "paused no → yes"),
        (owner, "interval 1 hour → 2 hours"),
        (organiser, "watched, every 1 hour"),
    ]


async def test_audit_of_all_leaves_out_channels_the_caller_cannot_see_and_counts_them(home: Home) -> None:
    secret = await home.new_channel("secret")
    await home.watched("Secret raid", channel_id=secret)
    await home.watched("Open raid")
    await home.close_channel(secret, home.organiser_id)
    text = (await home.run("audit")).embeds[0]["description"]
    assert "Open raid" in text
    assert "Secret raid" not in text
    assert text.endswith("and 1 change in channels that you cannot see")
    assert "Secret raid" in (await home.run("audit", by=home.owner_id)).embeds[0]["description"]


async def test_audit_tells_the_bots_own_acts_and_is_cut_into_pages(home: Home) -> None:
    made = [await home.watched(f"Event {number}") for number in range(11)]
    await home.sandbox.director.delete_message(made[-1])
    await home.until(lambda: home.stored(made[-1]).state == "archived", "the archiving")
    reply = await home.run("audit")
    first = reply.embeds[0]["description"].splitlines()[0]
    assert "the bot · [Event 10]" in first
    assert first.endswith("state watched → archived (The message was deleted.)")
    assert reply.embeds[0]["footer"]["text"] == "Page 1 of 2"
