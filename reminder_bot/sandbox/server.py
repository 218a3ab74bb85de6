"""The sandbox itself: a Discord on loopback, up while its context is."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from aiohttp import web

from reminder_bot.sandbox import (
    clock,
    rest_channels,
    rest_commands,
    rest_guilds,
    rest_interactions,
    rest_messages,
    rest_reactions,
    rest_users,
    uploads,
)
from reminder_bot.sandbox.behaviour import Behaviour
from reminder_bot.sandbox.clock import SandboxClock
from reminder_bot.sandbox.director import Director
from reminder_bot.sandbox.faults import Faults
from reminder_bot.sandbox.gateway import Gateway
from reminder_bot.sandbox.page.backstage import Backstage
from reminder_bot.sandbox.page.guard import refuse_strangers
from reminder_bot.sandbox.page.server import Page
from reminder_bot.sandbox.platform import Platform
from reminder_bot.sandbox.record import Record
from reminder_bot.sandbox.rest_server import API_PREFIX, RestServer
from reminder_bot.sandbox.world import World

HOST = "127.0.0.1"
"""Loopback only: there are no secrets here, and no protection either."""

_ROUTES = (
    *rest_users.ROUTES,
    *rest_guilds.ROUTES,
    *rest_channels.ROUTES,
    *rest_messages.ROUTES,
    *rest_reactions.ROUTES,
    *rest_commands.ROUTES,
    *rest_interactions.ROUTES,
)


class Sandbox:
    """A Discord of one's own. Use it as an async context manager."""

    def __init__(
        self,
        world: World | None = None,
        *,
        port: int = 0,
        behaviour: Behaviour | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Prepare a sandbox.

        Args:
            world: what there is; empty when left out.
            port: 0 for any that is free.
            behaviour: limits and times; Discord's when left out.
            now: the clock of a world made here; a given world brings its own.
        """
        self.world = world if world is not None else World(now)
        self.port = port
        self.platform = Platform.build(self.world, behaviour or Behaviour())
        self.director = Director(self.platform)
        self.page: Page | None = None
        self.clock: SandboxClock | None = None
        self._runner: web.AppRunner | None = None

    @property
    def record(self) -> Record:
        """What happened so far."""
        return self.platform.record

    @property
    def faults(self) -> Faults:
        """What is to go wrong."""
        return self.platform.faults

    @property
    def gateway(self) -> Gateway:
        """The gateway, to be cut and silenced."""
        return self.platform.gateway

    @property
    def api_url(self) -> str:
        """Base of REST, for DISCORD_API_URL."""
        return f"http://{HOST}:{self.port}{API_PREFIX}"

    @property
    def gateway_url(self) -> str:
        """Address of the gateway."""
        return f"ws://{HOST}:{self.port}/gateway"

    def show_page(self, reader_id: int, backstage: Backstage | None = None) -> None:
        """Serve a web page as well, which begins as the person ``reader_id``; to be called before it listens."""
        self.page = Page(self.platform, self.director, reader_id, backstage)

    def keep_time(self, clock: SandboxClock) -> None:
        """Let bots ask for the time of the world's calendar; to be called before it listens."""
        self.clock = clock

    @property
    def clock_url(self) -> str:
        """Where a bot asks for the time, if it is kept."""
        return f"http://{HOST}:{self.port}{clock.PATH}"

    @property
    def page_url(self) -> str | None:
        """Address of the page, if there is one."""
        return self.page.address(self.port) if self.page is not None else None

    def now(self) -> float:
        """Return the sandbox's time in seconds since 1970."""
        return self.world.now()

    async def __aenter__(self) -> Self:
        """Listen."""
        app = web.Application(client_max_size=32 * 1024 * 1024, middlewares=[refuse_strangers])
        rest = RestServer(self.platform, _ROUTES)
        if self.page is not None:
            self.page.mount(app)
        else:
            app.router.add_get("/", self._show)
        if self.clock is not None:
            app.router.add_get(clock.PATH, self.clock.answer)
        app.router.add_get(uploads.PATH + "/{file_id}/{name}", self.platform.uploads.answer)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_route("*", API_PREFIX + "/{tail:.*}", rest.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, self.port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self.port = self._runner.addresses[0][1]
        self.gateway.url = self.gateway_url
        self.platform.uploads.base_url = f"http://{HOST}:{self.port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of what is held, close every connection, and stop."""
        self.faults.clear()
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def describe(self) -> str:
        """Return a page of text: what is here, and how to point a bot at it."""
        lines = [
            "A Discord sandbox. It lives in memory and listens on loopback only.",
            "",
            "No people act in it by themselves: drive it from Python, through Sandbox.director; to watch some at it,",
            "run `python -m reminder_bot demo` instead. To point a bot here, copy these lines into its .env. The ids",
            "are new at each start, so the database must be new as well.",
        ]
        for app in self.world.applications.values():
            lines += ["", f"# {app.name}", f"DISCORD_TOKEN={app.token}", f"DISCORD_API_URL={self.api_url}"]
            lines += ["DATABASE_PATH=data/sandbox.db", "MIN_INTERVAL_SECONDS=1"]
        for guild in self.world.guilds.values():
            lines += ["", f"Guild {guild.name} ({guild.id}), {len(guild.members)} members"]
            channels = [self.world.channel(channel_id) for channel_id in guild.channel_ids]
            lines += [f"  #{channel.name} ({channel.id}), {channel.kind.name.lower()}" for channel in channels]
        return "\n".join(lines) + "\n"

    async def _show(self, _request: web.Request) -> web.Response:
        return web.Response(text=self.describe())
