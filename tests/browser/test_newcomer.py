"""A newcomer's first minutes: start it, open the address, press one button, look, answer, ask, stop it."""

import re
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenReader
from tests.integration.test_run import end_of, read_until, start_bot

STORY_MS = 40_000


@pytest.fixture
async def started_demo(tmp_path: Path) -> AsyncIterator[Process]:
    """What `make run` starts; ended at the latest when the test is."""
    process = await start_bot("run", "--or-demo", "--port", "0", cwd=tmp_path)
    yield process
    if process.returncode is None:
        process.terminate()
        await process.communicate()


async def test_newcomer_sees_the_story_and_takes_part_and_nothing_goes_wrong(
    tmp_path: Path, started_demo: Process, open_reader: OpenReader
) -> None:
    process = started_demo
    output = await read_until(process, "Look at it")
    reader = await open_reader(re.findall(r"http://\S+token=\S+", output)[0])
    page = reader.page
    await expect(page.locator("#story")).to_have_attribute("data-state", "right", timeout=STORY_MS)
    seen = await reader.messages.filter(has_text="Your answer is missing").count()
    assert seen == 4

    await page.get_by_role("button", name="Play it again").click()
    event = reader.message("Molten Halls")
    await reader.message("Watching.").wait_for()
    await reader.become("Felix")
    await reader.toggle(event, "✅")
    await reader.become("Noor")
    await reader.toggle(event, "❌")
    reminder = reader.message("Your answer is missing")
    await expect(reminder.locator(".text .mention")).to_have_text(
        ["@Tomás", "@Aiko", "@Lena", "@Kofi", "@Ingrid", "@Samir"]
    )

    await reader.command("status", event="Raid night")
    await expect(reader.messages.filter(has_text="used /status").last).to_contain_text("Raid night")
    await reader.command("list")
    await expect(reader.messages.filter(has_text="used /list").last).to_contain_text("Raid night")

    process.send_signal(signal.SIGINT)
    code, rest = await end_of(process)
    assert (code, "Traceback" in output + rest) == (0, False)
    await expect(page.locator("#banner")).to_contain_text("The sandbox has ended")
    [log] = (tmp_path / "data").glob("*.log")
    assert not re.search(r"ERROR|CRITICAL|Traceback", log.read_text(encoding="utf-8"))
