"""Every failure on the way to Discord, in this project's words."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
from aiohttp.client_reqrep import ConnectionKey

from reminder_bot.discord_errors import discord_errors, translate
from reminder_bot.request_gate import RequestRefusedError
from utils.errors import BlockedError, DiscordError, GoneError, TransientDiscordError

KEY = ConnectionKey("discord.com", 443, True, True, None, None, None)


def answer(status: int, body: dict[str, Any] | str) -> discord.HTTPException:
    """Return what discord.py raises for an answer."""
    response: Any = SimpleNamespace(status=status, reason="reason")
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(status, discord.HTTPException)
    return (discord.DiscordServerError if status >= 500 else kind)(response, body)


def coded(status: int, code: int) -> discord.HTTPException:
    return answer(status, {"code": code, "message": "Words"})


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (coded(403, 50013), BlockedError),
        (coded(403, 50001), BlockedError),
        (coded(400, 50083), BlockedError),
        (coded(404, 10003), GoneError),
        (coded(404, 10004), GoneError),
        (coded(404, 10008), GoneError),
        (coded(400, 50035), DiscordError),
        (coded(404, 10014), DiscordError),
        (coded(401, 40001), TransientDiscordError),
        (coded(429, 20028), TransientDiscordError),
        (answer(403, "<html>proxy</html>"), TransientDiscordError),
        (answer(404, "<html>proxy</html>"), TransientDiscordError),
        (answer(404, {"message": "404: Not Found", "code": 0}), TransientDiscordError),
        (answer(500, "oops"), TransientDiscordError),
        (answer(503, {"message": "down", "code": 0}), TransientDiscordError),
        (discord.RateLimited(3.0), TransientDiscordError),
        (discord.GatewayNotFound(), TransientDiscordError),  # type: ignore[no-untyped-call]
        (TimeoutError(), TransientDiscordError),
        (ConnectionResetError(104, "reset"), TransientDiscordError),
        (aiohttp.ServerDisconnectedError(), TransientDiscordError),
        (aiohttp.ClientConnectorDNSError(KEY, OSError("Name or service not known")), TransientDiscordError),
        (aiohttp.ServerTimeoutError(), TransientDiscordError),
        (RequestRefusedError("Words."), TransientDiscordError),
        (json.JSONDecodeError("Expecting value", "<", 0), TransientDiscordError),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else f"{type(value).__name__}:{value}"[:60],
)
def test_failure_is_told_by_what_mends_it(error: Exception, expected: type[DiscordError]) -> None:
    assert type(translate(error)) is expected


def test_every_exception_of_discord_py_is_told_or_is_a_bug_of_the_caller() -> None:
    # Those that speak of commands, extensions, voice or a wrong call, not of an answer or the way to it.
    bugs_and_others = {
        "ClientException", "InvalidData", "LoginFailure", "ConnectionClosed", "PrivilegedIntentsRequired",
        "InteractionResponded", "MissingApplicationID", "FFmpegProcessError",
    }  # fmt: skip
    told = {"DiscordException", "HTTPException", "RateLimited", "Forbidden", "NotFound", "DiscordServerError"}
    told.add("GatewayNotFound")
    found = {
        name
        for name, value in vars(discord).items()
        if isinstance(value, type) and issubclass(value, discord.DiscordException)
    }
    assert found == told | bugs_and_others


async def test_block_keeps_the_cause() -> None:
    with pytest.raises(TransientDiscordError) as caught, discord_errors():
        async with asyncio.timeout(0):
            await asyncio.sleep(1)
    assert isinstance(caught.value.__cause__, TimeoutError)


def test_text_of_an_error_is_one_line_without_what_was_sent() -> None:
    error = answer(400, {"code": 50035, "message": "Invalid Form Body", "errors": {"content": {"_errors": []}}})
    assert "\n" not in str(translate(error))
