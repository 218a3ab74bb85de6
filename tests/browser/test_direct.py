"""Direct messages on the page, which only their two people read, and silent ones."""

from playwright.async_api import expect

from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from tests.browser.reader import Reader


async def test_bots_direct_message_is_shown_to_its_recipient_alone(
    shown_sandbox: Sandbox, sandbox_seed: Seed, reader: Reader
) -> None:
    jonas, direct = sandbox_seed.member_ids[1], reader.page.get_by_role("button", name="Direct messages")
    await shown_sandbox.director.send_direct(sandbox_seed.bot_id, jonas, "for Jonas alone")
    await direct.click()
    await expect(reader.page.locator("#channels")).to_contain_text("Nobody has written yet")
    await reader.become("Jonas")
    await expect(direct.locator(".badge")).to_contain_text("1")
    await direct.click()
    await expect(reader.message("for Jonas alone")).to_be_visible()
    await expect(reader.page.locator("#place")).to_contain_text("Reminder Bot")
    assert "pings-me" not in str(await reader.message("for Jonas alone").get_attribute("class"))
    await reader.say("read, thank you")
    assert [message.content for message in shown_sandbox.world.inbox(sandbox_seed.bot_id)] == ["read, thank you"]


async def test_silent_message_is_marked_and_can_be_written(
    shown_sandbox: Sandbox, sandbox_seed: Seed, reader: Reader
) -> None:
    director, channel_id = shown_sandbox.director, sandbox_seed.channel_id
    bell = reader.page.get_by_role("img", name="Silent message")
    await director.post_message(channel_id, sandbox_seed.bot_id, "aloud")
    await director.post_message(channel_id, sandbox_seed.bot_id, "in silence", is_silent=True)
    await expect(reader.message("in silence").locator(bell)).to_be_visible()
    await expect(reader.message("aloud").locator(bell)).to_have_count(0)
    await reader.field.fill("@silent hush")
    await reader.field.press("Enter")
    await expect(reader.message("hush").locator(bell)).to_be_visible()
    written = next(reversed(shown_sandbox.world.channel(channel_id).messages.values()))
    assert (written.content, written.is_silent) == ("hush", True)
