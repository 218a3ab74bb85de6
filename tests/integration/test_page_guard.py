"""Who gets at the page and at the sandbox, and who does not."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from reminder_bot.sandbox.page.guard import is_own_request
from reminder_bot.sandbox.seed import Seed, seed_world
from reminder_bot.sandbox.server import Sandbox

STRANGERS = [
    {"Host": "evil.example"},
    {"Host": "evil.example:{port}", "Origin": "http://evil.example:{port}"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "http://localhost:{port}"},
    {"Origin": "null"},
]


@pytest.fixture
def seed() -> Seed:
    return seed_world()


@pytest.fixture
async def sandbox(seed: Seed) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(seed.world)
    sandbox.show_page(seed.organiser_id)
    async with sandbox:
        yield sandbox


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client


@pytest.mark.parametrize(
    "headers", STRANGERS, ids=lambda headers: "+".join(f"{name}={value}" for name, value in headers.items())
)
@pytest.mark.parametrize("path", ["/", "/live", "/static/main.js", "/gateway", "/api/v10/gateway"])
async def test_foreign_page_gets_nothing_even_with_the_token(
    sandbox: Sandbox, client: aiohttp.ClientSession, path: str, headers: dict[str, str]
) -> None:
    sent = {name: value.format(port=sandbox.port) for name, value in headers.items()}
    token = str(sandbox.page_url).partition("?")[2]
    async with client.get(f"http://127.0.0.1:{sandbox.port}{path}?{token}", headers=sent) as response:
        assert response.status == 403


@pytest.mark.parametrize("path", ["/", "/live"])
@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?token=ä"])
async def test_page_without_its_token_is_refused(
    sandbox: Sandbox, client: aiohttp.ClientSession, path: str, query: str
) -> None:
    async with client.get(f"http://127.0.0.1:{sandbox.port}{path}{query}") as response:
        assert response.status == 403
        assert "terminal" in await response.text()


async def test_page_loads_nothing_from_elsewhere(sandbox: Sandbox, client: aiohttp.ClientSession) -> None:
    async with client.get(str(sandbox.page_url)) as response:
        assert response.status == 200
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self';")
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "http" not in (await response.text()).replace("http-equiv", "")


@pytest.mark.parametrize(
    "name", ["..%2fserver.py", "%2e%2e/server.py", "server.py", ".", "..%5cserver.py", "nothing.js"]
)
async def test_only_the_page_s_own_files_are_served(sandbox: Sandbox, client: aiohttp.ClientSession, name: str) -> None:
    async with client.get(f"http://127.0.0.1:{sandbox.port}/static/{name}") as response:
        assert response.status in (403, 404)


def test_address_by_name_is_as_good_as_by_number() -> None:
    assert is_own_request("localhost:8640", "http://localhost:8640")
    assert is_own_request("127.0.0.1:8640", None)
    assert not is_own_request("127.0.0.1.evil.example:8640", None)
    assert not is_own_request("[", None)


async def _connect(sandbox: Sandbox, client: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    return await client.ws_connect(str(sandbox.page_url).replace("http:", "ws:").replace("/?", "/live?"))


async def _answer(socket: aiohttp.ClientWebSocketResponse, request: dict[str, Any]) -> dict[str, Any]:
    await socket.send_str(json.dumps(request))
    while True:
        for frame in json.loads(await socket.receive_str(timeout=5)):
            if "reply" in frame:
                return dict(frame)


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        ({"act": "no such act"}, "cannot do that"),
        ({"act": "post", "channel_id": "1", "content": "x"}, "not there any more"),
        ({"act": "post", "channel_id": [], "content": "x"}, "not an id"),
        ({"act": "post", "content": "x" * 2001}, "not an id"),
        ({"act": "react", "message_id": "7", "emoji": "✅"}, "not there any more"),
        ({"act": "become", "user_id": "BOT"}, "A bot acts for itself"),
        ({"act": "become", "user_id": "12"}, "not there any more"),
        ({"act": "submit_modal", "modal": "12", "values": {}}, "not open any more"),
        ({"act": "command", "channel_id": "CHANNEL", "name": "none", "options": {}}, "no bot has registered"),
        ({"act": "command", "channel_id": "CHANNEL", "name": " ", "options": {}}, "nothing in it"),
        ({"act": "command", "channel_id": "CHANNEL", "name": "x", "options": []}, "names and values"),
        ({"act": "set_own_language", "locale": "klingon"}, "no such language"),
        ({"act": "set_own_language", "locale": ["fr"]}, "no such language"),
        ({"act": "set_server_language", "channel_id": "1", "locale": "fr"}, "not there any more"),
        ({"act": "play_story"}, "no story, no clock"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_act_that_cannot_be_done_is_answered_with_a_sentence_and_the_page_lives_on(
    sandbox: Sandbox, seed: Seed, client: aiohttp.ClientSession, request_: dict[str, Any], sentence: str
) -> None:
    names = {"BOT": str(seed.bot_id), "CHANNEL": str(seed.channel_id)}
    request = {key: names.get(value, value) if isinstance(value, str) else value for key, value in request_.items()}
    async with await _connect(sandbox, client) as socket:
        assert sentence.lower() in (await _answer(socket, {"id": 1, **request}))["error"].lower()
        posted = await _answer(
            socket, {"id": 2, "act": "post", "channel_id": str(seed.channel_id), "content": "still here"}
        )
        assert "message_id" in posted["result"]


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null"])
async def test_nonsense_ends_the_line_and_nothing_else(
    sandbox: Sandbox, client: aiohttp.ClientSession, text: str
) -> None:
    async with await _connect(sandbox, client) as socket:
        await socket.send_str(text)
        while (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
            pass
        assert socket.closed
    async with await _connect(sandbox, client) as socket:
        assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT
