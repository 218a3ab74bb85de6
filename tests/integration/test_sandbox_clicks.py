"""When a click reaches a bot: people press what they see, so not before the bot has read that it is there."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from reminder_bot.sandbox.intents import Intent
from reminder_bot.sandbox.replies import NoAnswer
from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox

PANEL = {
    "content": "panel",
    "components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}],
}


@pytest_asyncio.fixture
async def socket(sandbox: Sandbox, sandbox_seed: Seed) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A bot that identifies itself, and answers nothing by itself."""
    async with aiohttp.ClientSession() as session, session.ws_connect(sandbox.gateway.url, autoping=False) as socket:
        await socket.receive()
        identify = {"op": 2, "d": {"token": sandbox_seed.token, "intents": int(Intent.GUILDS)}}
        await socket.send_json(identify)
        await sandbox.gateway.wait_connected()
        while json.loads((await socket.receive()).data)["t"] != "GUILD_CREATE":
            pass
        yield socket


async def _panel(sandbox: Sandbox, seed: Seed) -> int:
    url = f"{sandbox.api_url}/channels/{seed.channel_id}/messages"
    headers = {"Authorization": f"Bot {seed.token}"}
    async with aiohttp.ClientSession() as session, session.post(url, json=PANEL, headers=headers) as answer:
        return int((await answer.json())["id"])


async def test_click_comes_after_the_bot_has_answered_every_ping(
    sandbox: Sandbox, sandbox_seed: Seed, socket: aiohttp.ClientWebSocketResponse
) -> None:
    panel = await _panel(sandbox, sandbox_seed)
    click = asyncio.create_task(sandbox.director.click(sandbox_seed.organiser_id, panel, "go", timeout=0.2))
    heard = []
    while True:
        message = await socket.receive(timeout=5)
        if message.type is not aiohttp.WSMsgType.PING:
            break
        heard.append(message.data)
        await socket.pong(message.data)
    assert len(set(heard)) == 5
    assert json.loads(message.data)["t"] == "INTERACTION_CREATE"
    with pytest.raises(NoAnswer):
        await click


async def test_bot_that_answers_no_ping_has_the_click_all_the_same(
    sandbox: Sandbox, sandbox_seed: Seed, socket: aiohttp.ClientWebSocketResponse
) -> None:
    panel = await _panel(sandbox, sandbox_seed)
    click = asyncio.create_task(sandbox.director.click(sandbox_seed.organiser_id, panel, "go", timeout=0.2))
    assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.PING
    assert json.loads((await socket.receive(timeout=5)).data)["t"] == "INTERACTION_CREATE"
    with pytest.raises(NoAnswer):
        await click
