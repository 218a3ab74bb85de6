"""A browser, a sandbox with its page, and the bot as a process of its own."""

import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from reminder_bot.sandbox.behaviour import Behaviour, RateLimits
from reminder_bot.sandbox.clock import SandboxClock
from reminder_bot.sandbox.performance import Performance
from reminder_bot.sandbox.seed import Seed, seed_world
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.variables import VARIABLES
from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.reader import PATIENCE_MS, Reader
from tests.integration.scene import Scene

OpenReader = Callable[[str], Awaitable[Reader]]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    path = find_chromium()
    if path is None:
        pytest.skip("there is no Chromium here")
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def context(browser: Browser) -> BrowserContext:
    """A browser that nobody has used yet."""
    return await browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", color_scheme="dark")


@pytest.fixture
async def open_reader(context: BrowserContext) -> AsyncIterator[OpenReader]:
    """A factory of readers; a test fails when something went wrong in the browser of one of them."""
    readers: list[Reader] = []

    async def open_one(url: str) -> Reader:
        readers.append(await Reader.open(context, url))
        return readers[-1]

    yield open_one
    assert [problem for reader in readers for problem in await reader.closed()] == []


@pytest.fixture
async def shown_sandbox(sandbox_seed: Seed) -> AsyncIterator[Sandbox]:
    """A sandbox with its page, and no bot."""
    sandbox = Sandbox(sandbox_seed.world, behaviour=Behaviour(rate_limits=RateLimits.off()))
    sandbox.show_page(sandbox_seed.organiser_id)
    async with sandbox:
        yield sandbox


@pytest.fixture
async def scene(shown_sandbox: Sandbox, sandbox_seed: Seed, tmp_path: Path) -> AsyncIterator[Scene]:
    """The bot at work on it."""
    scene = Scene(shown_sandbox, sandbox_seed, tmp_path)
    await scene.start()
    yield scene
    await scene.kill()


@pytest.fixture
async def reader(shown_sandbox: Sandbox, open_reader: OpenReader) -> Reader:
    """Somebody in front of the page."""
    return await open_reader(str(shown_sandbox.page_url))


@pytest.fixture
async def directed(tmp_path: Path, open_reader: OpenReader) -> AsyncIterator[Reader]:
    """Somebody in front of the director's panel, with the bot and the clock behind it, and no story playing."""
    clock = SandboxClock()
    seed = seed_world(now=clock.now, steady=time.time)
    sandbox = Sandbox(seed.world)
    show = Performance(sandbox, seed, clock, tmp_path / "bot.db", tmp_path / "bot.log", lambda _text: None)
    sandbox.keep_time(clock)
    sandbox.show_page(seed.organiser_id, show)
    async with sandbox:
        command = [sys.executable, "-m", "reminder_bot", "run", "--no-dotenv"]
        show.set_bot(command, {variable.name: variable.default for variable in VARIABLES})
        await show.start_bot()
        await sandbox.director.wait_for_commands("watch", timeout=30)
        await sandbox.gateway.wait_connected(30)
        reader = await open_reader(str(sandbox.page_url))
        await reader.page.get_by_role("button", name="Director's panel").click()
        yield reader
        await show.close()
