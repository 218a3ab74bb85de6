"""Using a bot on the page: every kind of command, option, component and answer, with a bot made for it."""

import pytest
from playwright.async_api import expect

from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from tests.browser.conftest import OpenReader
from tests.browser.reader import Reader
from tests.browser.toy_bot import toy_bot
from tests.sandbox_fixtures import ConnectClient


@pytest.fixture(autouse=True)
async def bot(shown_sandbox: Sandbox, connect_client: ConnectClient) -> None:
    await connect_client(shown_sandbox, client=toy_bot())


async def test_command_takes_every_kind_of_option(reader: Reader) -> None:
    page = reader.page
    await reader.field.press_sequentially("/ech")
    await expect(page.get_by_role("option", name="/echo")).to_be_visible()
    await reader.field.press("Enter")
    await reader.choose("text", "hello")
    await reader.option("count", "3")
    await reader.option("share", "0.5")
    await reader.choose("sure", "True")
    await reader.choose("who", "Jonas")
    await reader.choose("where", "general")
    await reader.choose("role", "Organiser")
    await reader.choose("mode", "Quiet")
    await page.get_by_role("button", name="Run", exact=True).click()
    answer = "hello-first | 3 | 0.5 | True | Jonas | general | Organiser | quiet"
    await expect(reader.message(answer).locator(".context")).to_contain_text("Mara used /echo")


async def test_command_with_a_wrong_or_missing_option_says_so_and_keeps_what_was_typed(reader: Reader) -> None:
    page, problem = reader.page, reader.page.locator(".command-problem")
    await reader.field.press_sequentially("/echo ")
    await page.get_by_role("button", name="Run", exact=True).click()
    await expect(problem).to_contain_text("text is required")
    await reader.option("text", "kept")
    await reader.option("count", "many")
    await page.get_by_role("button", name="Run", exact=True).click()
    await expect(problem).to_contain_text("count: ")
    await reader.option("count", "10")
    await page.get_by_role("button", name="Run", exact=True).click()
    await expect(problem).to_contain_text("at most 9")
    await reader.option("count", "9")
    await page.get_by_role("button", name="Run", exact=True).click()
    await expect(reader.message("kept | 9")).to_be_visible()


async def test_command_is_typed_and_run_by_keyboard_alone(reader: Reader) -> None:
    keyboard = reader.page.keyboard
    await reader.field.focus()
    await keyboard.type("/event show")
    await keyboard.press("Enter")
    await keyboard.type("7")
    await keyboard.press("Enter")
    await expect(reader.message("event 7")).to_be_visible()
    await expect(reader.field).to_be_focused()
    await keyboard.type("/event show ")
    await keyboard.press("Backspace")
    await expect(reader.field).to_have_value("/event show")
    await reader.field.fill("")
    await keyboard.press("Shift+Tab")
    await expect(reader.page.locator(".message").last).to_be_focused()
    await keyboard.press("Enter")
    await keyboard.press("ArrowDown")
    await expect(reader.page.get_by_role("menuitem", name="Reply")).to_be_focused()
    await keyboard.press("Enter")
    await keyboard.type("an answer")
    await keyboard.press("Enter")
    await expect(reader.message("an answer").locator(".context")).to_contain_text("event 7")


async def test_menus_of_messages_and_members_hold_the_bot_s_commands(
    shown_sandbox: Sandbox, sandbox_seed: Seed, reader: Reader
) -> None:
    await shown_sandbox.director.post_message(sandbox_seed.channel_id, sandbox_seed.member_ids[1], "a saying")
    await reader.menu(reader.message("a saying"), "Apps › Quote it")
    await expect(reader.message("quoting a saying")).to_contain_text("Only you can see this")
    await reader.page.locator("#members .member", has_text="Priya").click()
    await reader.page.get_by_role("menuitem", name="Apps › Greet").click()
    await expect(reader.message("hello Priya")).to_contain_text("Mara used Greet")


async def test_buttons_selects_and_forms_are_used_and_answered(reader: Reader) -> None:
    page = reader.page
    await reader.command("panel")
    panel = reader.message("the panel")
    await expect(panel.get_by_role("button", name="Off")).to_be_disabled()
    await panel.get_by_role("button", name="Ask").click()
    dialog = page.get_by_role("dialog", name="A question")
    await dialog.get_by_label("Word").fill("owl")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(reader.message("answered owl and nothing")).to_be_visible()
    await panel.get_by_role("button", name="Pick numbers").click()
    await page.get_by_role("option", name="One").click()
    await expect(page.get_by_role("button", name="Done")).to_be_disabled()
    await page.get_by_role("option", name="Three").click()
    await page.get_by_role("button", name="Done").click()
    await expect(reader.message("picked ['One', 'Three']")).to_contain_text("Only you can see this")
    await panel.get_by_role("button", name="Pick a person").click()
    await page.get_by_role("combobox", name="Pick a person").fill("sam")
    await page.keyboard.press("Enter")
    await expect(reader.message("picked Samir")).to_be_visible()
    await panel.get_by_role("button", name="Edit").click()
    await expect(reader.message("the panel was edited")).to_be_visible()


async def test_answer_for_one_person_is_seen_by_that_person_only(reader: Reader) -> None:
    await reader.command("slow")
    await expect(reader.message("used /slow")).to_contain_text("thinking…")
    await reader.become("Jonas")
    await expect(reader.messages.filter(has_text="used /slow")).to_have_count(0)
    await reader.become("Mara")
    await expect(reader.message("used /slow")).to_contain_text("at last")
    await reader.page.get_by_role("button", name="Dismiss message").click()
    await reader.become("Jonas")
    await reader.become("Mara")
    await expect(reader.messages.filter(has_text="at last")).to_have_count(0)


async def test_answer_for_one_person_does_not_reach_a_page_of_somebody_else(
    shown_sandbox: Sandbox, reader: Reader, open_reader: OpenReader
) -> None:
    other = await open_reader(str(shown_sandbox.page_url))
    await other.become("Jonas")
    await reader.command("slow")
    await expect(reader.message("used /slow")).to_contain_text("at last")
    await reader.say("said aloud")
    await expect(other.message("said aloud")).to_be_visible()
    assert await other.messages.filter(has_text="used /slow").count() == 0


async def test_bot_that_does_not_answer_is_said_not_to_respond_after_three_seconds(reader: Reader) -> None:
    await reader.command("mute")
    await reader.page.wait_for_timeout(2000)
    assert await reader.messages.filter(has_text="did not respond").count() == 0
    await expect(reader.message("The application did not respond")).to_contain_text("Mara used /mute")


async def test_people_write_answer_edit_delete_and_open_threads_and_direct_messages(reader: Reader) -> None:
    page = reader.page
    await reader.say("a first word")
    await reader.menu(reader.message("a first word"), "Edit message")
    await page.get_by_label("Message", exact=True).fill("a second word")
    await page.get_by_role("button", name="Save").click()
    await expect(reader.message("a second word")).to_contain_text("(edited)")
    await reader.menu(reader.message("a second word"), "Create thread")
    await page.get_by_label("Name of the thread").fill("side talk")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#place")).to_contain_text("side talk")
    await reader.say("in the thread")
    await page.locator("#channels .channel", has_text="events").click()
    await reader.menu(reader.message("a second word"), "Delete message")
    await expect(reader.messages.filter(has_text="a second word")).to_have_count(0)
    await page.locator("#members .member", has_text="Priya").click()
    await page.get_by_role("menuitem", name="Message").click()
    await expect(page.locator("#place")).to_contain_text("Priya")
    await reader.say("hello alone")
    await reader.become("Priya")
    await expect(reader.message("hello alone")).to_be_visible()
    await reader.become("Jonas")
    await expect(page.locator("#place")).to_contain_text("events")


async def test_command_takes_a_file(reader: Reader) -> None:
    page = reader.page
    await reader.field.press_sequentially("/read ")
    run = page.get_by_role("button", name="Run", exact=True)
    field = page.locator(".option-field input[type=file]")
    await run.click()
    await expect(page.locator(".command-problem")).to_contain_text("file is required")
    await field.set_input_files({"name": "large.txt", "mimeType": "text/plain", "buffer": b"x" * 200_000})
    await run.click()
    await expect(page.locator(".command-problem")).to_contain_text("at most 128 KB")
    await field.set_input_files({"name": "my notes.txt", "mimeType": "text/plain", "buffer": "héllo".encode()})
    await run.click()
    await expect(reader.message("my_notes.txt holds héllo")).to_be_visible()


async def test_select_shows_what_is_chosen_already(reader: Reader) -> None:
    page = reader.page
    await reader.field.press_sequentially("/panel")
    await reader.field.press("Enter")
    await page.get_by_role("button", name="Run", exact=True).click()
    select = page.locator("button.select", has_text="Pick roles")
    await select.click()
    await page.get_by_role("option", name="Organiser").click()
    await page.get_by_role("button", name="Done").click()
    await expect(reader.message("picked ['Organiser']")).to_be_visible()
    chosen = page.locator("button.select", has_text="Organiser")
    await expect(chosen).to_be_visible()
    await chosen.click()
    await page.get_by_role("option", name="Organiser").click()
    await page.get_by_role("button", name="Done").click()
    await expect(reader.message("picked []")).to_be_visible()
