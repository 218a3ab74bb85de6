"""The real bot on the page: watching by menu and by select, a list with pages, a reminder that pings the right ones."""

import re

from playwright.async_api import expect

from tests.browser.conftest import OpenReader
from tests.integration.scene import Scene


async def test_event_is_watched_by_its_menu_and_listed(scene: Scene, open_reader: OpenReader) -> None:
    reader = await open_reader(str(scene.sandbox.page_url))
    await reader.say("Friday, Molten Halls")
    await reader.menu(reader.message("Friday, Molten Halls"), "Apps › Watch this message")
    await expect(reader.message("Watching.")).to_contain_text("Only you can see this")
    event = reader.messages.filter(has_text="Friday, Molten Halls").first
    await expect(event.locator(".reaction")).to_have_count(3)
    await reader.toggle(event, "✅")
    await expect(event.locator(".reaction.mine")).to_have_attribute("data-emoji", "✅")
    await reader.command("list")
    await expect(reader.message("used /list").locator(".embed")).to_contain_text("Friday, Molten Halls")


async def test_reminder_pings_exactly_those_who_have_not_answered(scene: Scene, open_reader: OpenReader) -> None:
    reader = await open_reader(str(scene.sandbox.page_url))
    await reader.say("Raid on Friday")
    await reader.command("watch")
    question = reader.messages.filter(has_text="used /watch").first
    await question.locator(".select").click()
    await reader.page.get_by_role("option", name="Raid on Friday").click()
    await expect(reader.message("Watching.")).to_be_visible()
    event = reader.messages.filter(has_text="Raid on Friday").first
    for name in ("Mara", "Jonas", "Priya"):
        await reader.become(name)
        await reader.toggle(event, "✅")
    await reader.become("Mara")
    await reader.command("remind", event="Raid on Friday")
    reminder = reader.message("Your answer is missing")
    names = ["@Tomás", "@Aiko", "@Lena", "@Kofi", "@Ingrid", "@Samir", "@Noor", "@Felix"]
    await expect(reminder.locator(".text .mention")).to_have_text(names)
    await expect(reader.page.locator("#members .badge")).to_have_count(len(names))
    await reader.become("Noor")
    await expect(reader.message("Your answer is missing")).to_contain_class("pings-me")


async def test_pages_of_a_long_list_are_turned(scene: Scene, open_reader: OpenReader) -> None:
    for number in range(30):
        await scene.watch("1h", f"Event {number:02}")
    reader = await open_reader(str(scene.sandbox.page_url))
    await reader.command("list")
    answer = reader.messages.filter(has_text="used /list").last
    await expect(answer.get_by_role("button", name="Previous")).to_be_disabled()
    before = await answer.locator(".embed").inner_text()
    await answer.get_by_role("button", name="Next").click()
    await expect(answer.get_by_role("button", name="Previous")).to_be_enabled()
    assert await answer.locator(".embed").inner_text() != before


async def test_settings_are_changed_in_one_message(scene: Scene, open_reader: OpenReader) -> None:
    reader = await open_reader(str(scene.sandbox.page_url))
    await reader.command("settings show")
    # The offer of a set-up comes below it.
    answer = reader.messages.filter(has_text="used /settings").first
    await expect(answer.locator(".embed")).to_contain_text("Who is asked")
    await answer.locator(".select").click()
    await reader.page.get_by_role("option", name=re.compile(r"^Answers")).click()
    await answer.get_by_role("button", name="Change").click()
    form = reader.page.get_by_role("dialog")
    await expect(form.get_by_label("Answers")).to_have_value("✅ yes\n❌ no\n❓ maybe")
    await form.get_by_label("Answers").fill("✅ yes Coming\n🍕 other Only for the food")
    await form.get_by_role("button", name="Submit").click()
    await expect(answer.locator(".embed")).to_contain_text("✅ yes (Coming) · 🍕 other (Only for the fo…)")
    await answer.get_by_role("button", name="Reset").click()
    await expect(answer.locator(".embed")).to_contain_text("as the operator of the bot has it")
    await answer.get_by_role("button", name="All settings").click()
    await answer.locator(".select").click()
    await reader.page.get_by_role("option", name="Who is asked").click()
    roles = answer.locator(".select", has_text="Only these roles")
    await roles.click()
    await reader.page.get_by_role("option", name="Organiser").click()
    await reader.page.get_by_role("button", name="Done").click()
    await expect(answer.locator(".select").first).to_contain_text("Organiser")
    await expect(answer.locator(".embed")).to_contain_text("@Organiser")
