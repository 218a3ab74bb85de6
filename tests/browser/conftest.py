"""A browser, a sandbox with its page, and the bot as a process of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from reminder_bot.sandbox.behaviour import Behaviour, RateLimits
from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
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
