"""A full channel in a large server: nothing on the page may stand still for long."""

from playwright.async_api import expect

from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from tests.browser.conftest import OpenReader

VISIBLE_MS = 250
"""Above this a person feels that the page hangs; a small machine under load needs some of it for itself."""

WATCH_LONG_TASKS = """() => {
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
  }).observe({ type: "longtask" });
}"""


async def test_two_hundred_messages_among_five_hundred_members_stall_nothing(
    shown_sandbox: Sandbox, sandbox_seed: Seed, open_reader: OpenReader
) -> None:
    director, channel_id = shown_sandbox.director, sandbox_seed.channel_id
    people = shown_sandbox.world.add_members(sandbox_seed.guild_id, 500)
    reader = await open_reader(str(shown_sandbox.page_url))
    await expect(reader.page.locator("#members .member")).to_have_count(512)
    await reader.page.evaluate(WATCH_LONG_TASKS)
    event = await director.post_message(channel_id, people[0], "the event")
    for number, person in enumerate(people[:200]):
        await director.post_message(channel_id, person, f"**message** {number} for <@{people[number + 1]}>")
        await director.react(event, person, "✅")
    await expect(reader.message("message 199")).to_be_visible()
    await expect(reader.messages).to_have_count(201)
    for _ in range(5):
        await reader.page.mouse.move(600, 400)
        await reader.page.mouse.wheel(0, -2000)
        await reader.page.wait_for_timeout(50)
    await reader.become("Member 17")
    await expect(reader.message("message 15 for")).to_contain_class("pings-me")
    longest = await reader.page.evaluate("() => window.longest")
    assert longest < VISIBLE_MS, f"the page stood still for {longest} ms"


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
