"""A full channel in a large server: nothing on the page may stand still for long."""

import json

from playwright.async_api import Browser, expect

from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from tests.browser.conftest import OpenReader

VISIBLE_MS = 200
"""A page that works for longer in one go is felt to hang."""


def longest_work_ms(trace: bytes) -> float:
    """Return how long the page's thread worked in one go, by its processor time: the machine may be busy elsewhere."""
    events = json.loads(trace)["traceEvents"]
    threads = {(e["pid"], e["tid"]) for e in events if e.get("args", {}).get("name") == "CrRendererMain"}
    return max(float(e.get("tdur", 0)) for e in events if (e["pid"], e["tid"]) in threads) / 1000


async def test_two_hundred_messages_among_five_hundred_members_stall_nothing(
    browser: Browser, shown_sandbox: Sandbox, sandbox_seed: Seed, open_reader: OpenReader
) -> None:
    director, channel_id = shown_sandbox.director, sandbox_seed.channel_id
    people = shown_sandbox.world.add_members(sandbox_seed.guild_id, 500)
    reader = await open_reader(str(shown_sandbox.page_url))
    # Not from the beginning: the browser's own windows are pages too, and open slowly.
    await browser.start_tracing(categories=["toplevel"])
    await reader.page.reload()
    # Nothing is expected of the page meanwhile, only waited for: Playwright's `expect` describes the whole page each
    # time that it is not met yet, on the page's own thread.
    await reader.page.locator("#members .member").nth(511).wait_for()
    event = await director.post_message(channel_id, people[0], "the event")
    for number, person in enumerate(people[:200]):
        await director.post_message(channel_id, person, f"**message** {number} for <@{people[number + 1]}>")
        await director.react(event, person, "✅")
    await reader.message("message 199").wait_for()
    for _ in range(5):
        await reader.page.mouse.move(600, 400)
        await reader.page.mouse.wheel(0, -2000)
        await reader.page.wait_for_timeout(50)
    await reader.page.locator("#members .member", has_text="Member 17").first.click()
    await reader.page.get_by_role("menuitem", name="Act as Member 17").click()
    await reader.page.locator(".message.pings-me", has_text="message 15 for").wait_for()
    longest = longest_work_ms(await browser.stop_tracing())
    await expect(reader.messages).to_have_count(201)
    assert longest < VISIBLE_MS


async def test_old_messages_follow_when_one_scrolls_up(
    shown_sandbox: Sandbox, sandbox_seed: Seed, open_reader: OpenReader
) -> None:
    for number in range(120):
        shown_sandbox.world.add_message(sandbox_seed.channel_id, sandbox_seed.organiser_id, f"old {number:03}")
    reader = await open_reader(str(shown_sandbox.page_url))
    await expect(reader.messages).to_have_count(50)
    await expect(reader.message("old 119")).to_be_in_viewport()
    for wanted in (100, 120):
        await reader.page.locator(".scroller").evaluate("(scroller) => { scroller.scrollTop = 0; }")
        await expect(reader.messages).to_have_count(wanted)
    await expect(reader.page.locator(".start-of-channel")).to_contain_text("This is the start of")
