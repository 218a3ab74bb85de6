"""`/stats` by a real bot process: whose answers are counted, and what nobody is told."""

from collections.abc import AsyncIterator
from importlib.util import find_spec

import pytest
import pytest_asyncio

from tests.integration.command_stage import Home, Stage, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

CAN_PLOT = find_spec("matplotlib") is not None


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("stats")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


async def test_stats_of_a_server_without_events_say_how_to_start(home: Home) -> None:
    assert (await home.run("stats")).text == "There is no event in a channel that you can see. `/watch` starts one."


async def test_stats_count_who_of_those_asked_has_answered_also_for_one_event_that_is_over(home: Home) -> None:
    message_id = await home.watched("Raid night")
    ended = await home.watched("Picnic")
    await home.react(message_id, home.member_ids)
    await home.react(ended, home.member_ids[:2])
    await home.run("unwatch", event=str(ended))
    reply = await home.run("stats")
    assert "2 events, 5 answers, 0 reminders with 0 pings." in reply.text
    rows = {line[:14].strip(): line[14:].split()[:2] for line in reply.embeds[0]["description"].splitlines()}
    assert rows["Raid night"] == ["3/5", "60"]
    assert rows["Picnic"][0] == "2"
    alone = (await home.run("stats", event=home.link(ended))).text
    assert "1 event, 2 answers" in alone
    assert "Raid night" not in alone
    assert bool(reply.files) is CAN_PLOT


async def test_stats_leave_out_channels_the_caller_cannot_see(home: Home) -> None:
    secret = await home.new_channel("secret")
    message_id = await home.watched("Secret raid", channel_id=secret)
    await home.react(message_id, home.member_ids)
    await home.watched("Open raid")
    await home.close_channel(secret, home.organiser_id)
    text = (await home.run("stats")).text
    assert "1 event, 0 answers" in text
    assert "Secret raid" not in text
    assert "2 events, 3 answers" in (await home.run("stats", by=home.owner_id)).text


async def test_stats_say_how_many_answers_have_no_known_time(home: Home) -> None:
    message_id = await home.post("Raid night")
    await home.sandbox.director.react(message_id, home.member_ids[0], "✅")
    await home.run("watch", message=home.link(message_id))
    await home.until(lambda: bool(home.answers(message_id)), "reading the answer")
    assert "Not in these times: 1 answer," in (await home.run("stats")).text
