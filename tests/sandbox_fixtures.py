"""Fixtures: a sandbox with a seeded world, and real discord.py clients connected to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, Protocol

import discord
import pytest
import yarl

from reminder_bot.sandbox.behaviour import Behaviour, RateLimits
from reminder_bot.sandbox.seed import SANDBOX_TOKEN, Seed, seed_world
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.sandbox.world import World

READY_SECONDS = 10


class ConnectClient(Protocol):
    """Connects a client to a sandbox and returns it when it is ready; the fixture closes it."""

    async def __call__(
        self, sandbox: Sandbox, *, client: discord.Client | None = None, intents: discord.Intents | None = None
    ) -> discord.Client: ...


class OpenSandbox(Protocol):
    """Opens a sandbox; the fixture closes it."""

    async def __call__(self, world: World, behaviour: Behaviour | None = None) -> Sandbox: ...


@pytest.fixture
def sandbox_seed() -> Seed:
    """The seeded world of ``sandbox`` and ``limited_sandbox``."""
    return seed_world()


@pytest.fixture
async def sandbox(sandbox_seed: Seed) -> AsyncIterator[Sandbox]:
    """A sandbox without rate limits, so that tests are quick."""
    async with Sandbox(sandbox_seed.world, behaviour=Behaviour(rate_limits=RateLimits.off())) as running:
        yield running


@pytest.fixture
async def limited_sandbox(sandbox_seed: Seed) -> AsyncIterator[Sandbox]:
    """A sandbox with Discord's rate limits."""
    async with Sandbox(sandbox_seed.world) as running:
        yield running


def point_at(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    """Make discord.py in this process talk to a sandbox until the test ends."""
    monkeypatch.setattr(discord.http.Route, "BASE", sandbox.api_url)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(sandbox.gateway_url))


def _all_but_presences() -> discord.Intents:
    intents = discord.Intents.all()
    intents.presences = False
    return intents


class QuickClient(discord.Client):
    """A client that takes its guilds as complete after a moment, and identifies anew without the usual five seconds."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait."""


def quick_client(intents: discord.Intents | None = None, **options: Any) -> discord.Client:
    """Return a quick client; without intents named, with all but presences, so that members must be asked for."""
    wanted = intents or _all_but_presences()
    return QuickClient(intents=wanted, guild_ready_timeout=0.05, **options)


@pytest.fixture
async def open_sandbox() -> AsyncIterator[OpenSandbox]:
    """A factory of sandboxes with a world or behaviour of their own, closed after the clients."""
    async with AsyncExitStack() as stack:

        async def open_one(world: World, behaviour: Behaviour | None = None) -> Sandbox:
            return await stack.enter_async_context(Sandbox(world, behaviour=behaviour))

        yield open_one


@pytest.fixture
async def connect_client(
    monkeypatch: pytest.MonkeyPatch,
    open_sandbox: OpenSandbox,
) -> AsyncIterator[ConnectClient]:
    """A factory of connected clients, closed when the test ends."""
    running: list[tuple[discord.Client, asyncio.Task[None]]] = []

    async def connect(
        sandbox: Sandbox, *, client: discord.Client | None = None, intents: discord.Intents | None = None
    ) -> discord.Client:
        point_at(monkeypatch, sandbox)
        connecting = client or quick_client(intents)
        # A client that was not logged in yet has no readiness to wait for.
        await connecting.login(SANDBOX_TOKEN)
        task = asyncio.create_task(connecting.connect())
        running.append((connecting, task))
        ready = asyncio.create_task(connecting.wait_until_ready())
        await asyncio.wait({task, ready}, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            ready.cancel()
            if task.done():
                task.result()
            raise TimeoutError("the client did not become ready")
        return connecting

    yield connect
    for client, task in running:
        await client.close()
        await asyncio.gather(task, return_exceptions=True)
