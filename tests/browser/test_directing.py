"""The director's panel: people, trouble, the bot's process and time, and the view of what the bot does meanwhile."""

from playwright.async_api import Locator, expect

from tests.browser.reader import Reader

REMINDER = "Your answer is missing"


def part(reader: Reader, name: str) -> Locator:
    return reader.page.get_by_role("region", name=name, exact=True)


async def press(reader: Reader, name: str) -> None:
    await reader.page.locator("#director").get_by_role("button", name=name, exact=True).click()


async def post_event(reader: Reader) -> Locator:
    await press(reader, "Post an event")
    await reader.message("Watching.").wait_for()
    event = reader.messages.filter(has_text="Molten Halls").first
    await expect(event.locator(".reaction")).to_have_count(3)
    return event


async def expect_answers(event: Locator, count: int) -> None:
    """Wait until so many reactions are on an event, the bot's own three among them."""
    script = (
        "([event, n]) => n === [...event.querySelectorAll('.count')].reduce((sum, one) => sum + +one.textContent, 0)"
    )
    await event.page.wait_for_function(script, arg=[await event.element_handle(), count])


async def test_members_answer_withdraw_join_and_leave(directed: Reader) -> None:
    event = await post_event(directed)
    await expect_answers(event, 3)
    await directed.page.get_by_label("How many").fill("5")
    await press(directed, "Answer")
    await expect_answers(event, 8)
    await press(directed, "One withdraws")
    await expect(part(directed, "Next due")).to_contain_text("Raid night")
    members = directed.page.locator("#members .member")
    await press(directed, "Join")
    await expect(members).to_have_count(17)
    await press(directed, "One leaves")
    await expect(members).to_have_count(16)
    await expect_answers(event, 7)


async def test_skip_brings_the_next_reminder_and_the_side_view_shows_it(directed: Reader) -> None:
    await post_event(directed)
    await expect(part(directed, "Next due")).to_contain_text("in 1 hour")
    await expect(part(directed, "Reminders")).to_contain_text("No reminder has been due yet.")
    await press(directed, "Skip to the next due time")
    await expect(directed.message(REMINDER)).to_be_visible()
    await expect(part(directed, "Reminders").locator("[data-status=sent]")).to_contain_text("11 people")
    await expect(part(directed, "Requests of the bot").locator("li").first).to_contain_text(
        "POST /channels/…/messages → 200"
    )
    await expect(part(directed, "Next due")).to_contain_text("in 1 hour")


async def test_hours_pass_in_seconds_and_stop_passing(directed: Reader) -> None:
    await post_event(directed)
    await press(directed, "×3600")
    await expect(directed.messages.filter(has_text=REMINDER)).to_have_count(3)
    await press(directed, "×1")
    await directed.page.wait_for_timeout(1500)
    count = await directed.messages.filter(has_text=REMINDER).count()
    await directed.page.wait_for_timeout(2500)
    assert await directed.messages.filter(has_text=REMINDER).count() == count


async def test_killed_bot_is_seen_to_be_gone_and_goes_on_after_a_restart(directed: Reader) -> None:
    event = await post_event(directed)
    state, away = directed.page.locator(".bot-state"), directed.page.locator("#members .member.away")
    await expect(state).to_contain_text("on Discord")
    await press(directed, "Kill")
    await expect(state).to_contain_text("The bot is not running: killed.")
    await expect(away).to_contain_text("Reminder Bot")
    await directed.toggle(event, "✅")
    await directed.command("list")
    await expect(directed.message("The application did not respond")).to_be_visible()
    await directed.page.get_by_role("button", name="Restart").dblclick()
    await expect(state).to_contain_text("on Discord")
    await expect(away).to_have_count(0)
    await press(directed, "Skip to the next due time")
    await expect(directed.message(REMINDER).locator(".text .mention")).to_have_count(10)


async def test_lost_permission_blocks_an_event_until_it_comes_back(directed: Reader) -> None:
    await post_event(directed)
    await directed.page.get_by_label("Send Messages").uncheck()
    await press(directed, "Skip to the next due time")
    await expect(part(directed, "Next due")).to_contain_text("blocked")
    await directed.page.get_by_label("Send Messages").check()
    await expect(part(directed, "Next due")).not_to_contain_text("blocked")
    await press(directed, "Skip to the next due time")
    await expect(directed.message(REMINDER)).to_be_visible()


async def test_cut_gateway_and_failing_requests_are_seen(directed: Reader) -> None:
    state = directed.page.locator(".bot-state")
    await press(directed, "Cut the gateway, 10 s")
    await expect(state).to_contain_text("cut off")
    # discord.py waits longer and longer between two tries, and by chance: after ten seconds up to half a minute.
    await expect(state).to_contain_text("on Discord", timeout=90_000)
    await press(directed, "500s for a minute")
    await directed.command("list")
    await expect(part(directed, "Requests of the bot").locator(".bad").first).to_contain_text("500")
    await expect(directed.message("The application did not respond")).to_be_visible()
