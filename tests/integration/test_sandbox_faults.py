"""Faults with the real client: what it sees, and what really happened."""

import asyncio

import aiohttp
import discord
import pytest

from reminder_bot.sandbox.faults import Side
from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from tests.sandbox_fixtures import ConnectClient

POSTS = r"/channels/\d+/messages"


@pytest.fixture
async def events(sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient) -> discord.TextChannel:
    """The channel #events as a connected client sees it."""
    channel = (await connect_client(sandbox)).get_channel(sandbox_seed.channel_id)
    assert isinstance(channel, discord.TextChannel)
    return channel


async def test_a_lost_answer_leaves_the_message_and_its_nonce_finds_it(
    sandbox: Sandbox, events: discord.TextChannel
) -> None:
    fault = sandbox.faults.lose_answer("POST", POSTS)
    with pytest.raises((aiohttp.ClientError, OSError)):
        await events.send("once", nonce="n")
    assert fault.hits == 1
    again = await events.send("once", nonce="n")
    assert list(sandbox.world.channel(events.id).messages) == [again.id]
    assert [call.status for call in sandbox.record.calls_to("POST", POSTS)] == [0, 200]
    assert sandbox.record.calls_to("POST", POSTS)[0].fault == "lose_answer"


async def test_a_reset_connection_leaves_nothing(sandbox: Sandbox, events: discord.TextChannel) -> None:
    sandbox.faults.reset("POST", POSTS)
    with pytest.raises((aiohttp.ClientError, OSError)):
        await events.send("never")
    assert sandbox.world.channel(events.id).messages == {}
    assert sandbox.record.posts == []


@pytest.mark.parametrize(("status", "error"), [(403, discord.Forbidden), (404, discord.NotFound)])
async def test_a_status_is_answered_without_effect(
    sandbox: Sandbox, events: discord.TextChannel, status: int, error: type[discord.HTTPException]
) -> None:
    sandbox.faults.status("POST", POSTS, status, body={"message": "no", "code": 4242})
    with pytest.raises(error) as caught:
        await events.send("never")
    assert caught.value.code == 4242
    assert sandbox.record.posts == []


async def test_a_503_with_a_page_instead_of_json_is_an_error_of_the_server(
    sandbox: Sandbox, events: discord.TextChannel
) -> None:
    sandbox.faults.status("POST", POSTS, 503, body="<html>upstream connect error</html>")
    with pytest.raises(discord.DiscordServerError) as caught:
        await events.send("never")
    assert "upstream" in caught.value.text


async def test_a_500_is_tried_again_by_the_client(sandbox: Sandbox, events: discord.TextChannel) -> None:
    sandbox.faults.status("POST", POSTS, 500)
    await events.send("second try")
    assert [call.status for call in sandbox.record.calls_to("POST", POSTS)] == [500, 200]


async def test_a_429_is_waited_out_by_the_client(sandbox: Sandbox, events: discord.TextChannel) -> None:
    sandbox.faults.status("POST", POSTS, 429)
    await events.send("second try")
    assert [call.status for call in sandbox.record.calls_to("POST", POSTS)] == [429, 200]


@pytest.mark.parametrize("side", list(Side))
async def test_a_slow_answer_takes_its_time(sandbox: Sandbox, events: discord.TextChannel, side: Side) -> None:
    sandbox.faults.slow("POST", POSTS, 0.3, side=side)
    sending = asyncio.create_task(events.send("slow"))
    await asyncio.sleep(0.15)
    assert len(sandbox.record.posts) == (1 if side is Side.AFTER else 0)
    await sending
    assert sandbox.record.calls_to("POST", POSTS)[0].seconds >= 0.3


@pytest.mark.parametrize("side", list(Side))
async def test_a_held_request_goes_on_when_released(sandbox: Sandbox, events: discord.TextChannel, side: Side) -> None:
    hold = sandbox.faults.hold("POST", POSTS, side=side)
    sending = asyncio.create_task(events.send("held"))
    await hold.reached()
    assert len(sandbox.record.posts) == (1 if side is Side.AFTER else 0)
    hold.release()
    assert (await sending).content == "held"


async def test_a_held_request_whose_sender_is_gone_never_happens_when_dropped(
    sandbox: Sandbox, events: discord.TextChannel
) -> None:
    hold = sandbox.faults.hold("POST", POSTS)
    sending = asyncio.create_task(events.send("never"))
    await hold.reached()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    hold.drop()
    await sandbox.record.wait_until(lambda: sandbox.record.calls_to("POST", POSTS))
    assert sandbox.record.posts == []


async def test_a_held_request_whose_sender_is_gone_still_happens_when_released(
    sandbox: Sandbox, events: discord.TextChannel
) -> None:
    hold = sandbox.faults.hold("POST", POSTS)
    sending = asyncio.create_task(events.send("after all"))
    await hold.reached()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    hold.release()
    await sandbox.record.wait_until(lambda: sandbox.record.posts)
    assert sandbox.record.posts[0].content == "after all"
