"""`/log` by a real bot process: what was sent, to whom, why not, and who may read it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.integration.command_stage import Home, Stage, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("log")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


async def test_log_of_a_server_where_nothing_was_sent_says_so(home: Home) -> None:
    await home.watched()
    assert (await home.run("log")).text == (
        "No reminder has been sent yet, or it was too long ago. `/remind` sends one now."
    )


async def test_log_of_an_event_tells_what_was_sent_to_whom_and_why_not_also_when_it_is_over(home: Home) -> None:
    message_id = await home.watched("Raid night")
    await home.react(message_id, home.member_ids)
    await home.remind(message_id)
    [post] = home.reminders()
    await home.block(message_id)
    await home.run("unwatch", event=str(message_id))
    reply = await home.run("log", event=home.link(message_id))
    failed, sent = reply.embeds[0]["description"].splitlines()
    people = {f"<@{user_id}>" for user_id in (home.owner_id, home.organiser_id)}
    assert f"[reminded 2 people]({home.link(post.message_id)})" in sent
    assert set(sent.rpartition(": ")[2].split()) == people
    assert "failed: Discord refused: Missing Permissions: " in failed
    assert set(failed.rpartition(": ")[2].split()) == people


async def test_log_of_all_leaves_out_channels_the_caller_cannot_see_and_counts_them(home: Home) -> None:
    secret = await home.new_channel("secret")
    await home.remind(await home.watched("Secret raid", channel_id=secret))
    await home.remind(await home.watched("Open raid"))
    await home.close_channel(secret, home.organiser_id)
    text = (await home.run("log")).embeds[0]["description"]
    assert "Open raid" in text
    assert "Secret raid" not in text
    assert text.endswith("and 1 message in channels that you cannot see")
    assert "Secret raid" in (await home.run("log", by=home.owner_id)).embeds[0]["description"]


async def test_log_is_cut_into_pages(home: Home) -> None:
    for number in range(11):
        await home.remind(await home.watched(f"Event {number}"))
    reply = await home.run("log")
    assert "[Event 10]" in reply.embeds[0]["description"].splitlines()[0]
    assert reply.embeds[0]["footer"]["text"] == "Page 1 of 2"
