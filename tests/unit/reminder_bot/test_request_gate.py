"""The gate that every request of the client passes, on real connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from reminder_bot.pace import RequestBudget
from reminder_bot.request_gate import RequestRefusedError, single_attempt, trace_config


class Server:
    """Answers everything, and remembers what it was asked."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self.paths: list[str] = []
        self._session = session
        self._base = f"http://127.0.0.1:{port}"

    async def ask(self, path: str) -> None:
        """Send one request and wait for its answer."""
        async with self._session.get(self._base + path) as answer:
            await answer.read()


@asynccontextmanager
async def server(budget: RequestBudget) -> AsyncIterator[Server]:
    """Run a server, with a client session whose requests pass the gate."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(text="{}")

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with aiohttp.ClientSession(trace_configs=[trace_config(budget)]) as session:
        made = Server(session, runner.addresses[0][1])
        made.paths = asked
        try:
            yield made
        finally:
            await runner.cleanup()


async def test_second_request_of_a_single_attempt_does_not_leave() -> None:
    async with server(RequestBudget(100, 1.0)) as discord:
        with single_attempt(lambda: True):
            await discord.ask("/channels/1/messages")
            with pytest.raises(RequestRefusedError):
                await discord.ask("/channels/1/messages")
        await discord.ask("/after")
    assert discord.paths == ["/channels/1/messages", "/after"]


async def test_request_that_is_not_wanted_any_more_does_not_leave() -> None:
    async with server(RequestBudget(100, 1.0)) as discord:
        with pytest.raises(RequestRefusedError, match="connection"), single_attempt(lambda: False):
            await discord.ask("/channels/1/messages")
    assert discord.paths == []


async def test_requests_wait_for_their_place_in_the_budget() -> None:
    async with server(RequestBudget(2, 60.0)) as discord:
        await discord.ask("/channels/1")
        await discord.ask("/channels/2")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await discord.ask("/channels/3")
    assert discord.paths == ["/channels/1", "/channels/2"]


async def test_answers_to_commands_do_not_wait() -> None:
    async with server(RequestBudget(1, 60.0)) as discord:
        await discord.ask("/channels/1")
        async with asyncio.timeout(5):
            await discord.ask("/interactions/1/token/callback")
            await discord.ask("/webhooks/1/token")
    assert len(discord.paths) == 3


async def test_a_single_attempt_takes_its_place_as_it_leaves_however_long_ago_its_turn_was() -> None:
    budget = RequestBudget(1, 60.0)
    async with server(budget) as discord:
        await budget.turn()
        with single_attempt(lambda: True):
            await discord.ask("/channels/1/messages")
        with pytest.raises(TimeoutError), single_attempt(lambda: True):
            async with asyncio.timeout(0.1):
                await discord.ask("/channels/2/messages")
    assert discord.paths == ["/channels/1/messages"]


async def test_a_second_request_is_refused_without_a_wait() -> None:
    async with server(RequestBudget(1, 60.0)) as discord:
        with single_attempt(lambda: True):
            await discord.ask("/channels/1/messages")
            async with asyncio.timeout(5):
                with pytest.raises(RequestRefusedError):
                    await discord.ask("/channels/1/messages")
    assert discord.paths == ["/channels/1/messages"]
