"""Whether people who do not see well, or use no mouse, can use the page: axe-core finds no serious fault in it."""

from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from tests.browser.reader import Reader
from tests.browser.toy_bot import toy_bot
from tests.sandbox_fixtures import ConnectClient

SERIOUS = ("serious", "critical")


async def faults(page: Page) -> list[str]:
    found = await Axe().run(page)
    return [
        f"{fault['id']}: {node['html']} {node.get('failureSummary')}"
        for fault in found.response["violations"]
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("width", [360, 800, 1400])
async def test_page_in_use_has_no_serious_fault(
    shown_sandbox: Sandbox,
    sandbox_seed: Seed,
    reader: Reader,
    connect_client: ConnectClient,
    scheme: Literal["dark", "light"],
    width: int,
) -> None:
    await connect_client(shown_sandbox, client=toy_bot())
    await reader.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await reader.page.set_viewport_size({"width": width, "height": 800})
    text = f"> quoted\n# Heading\n`code` <@{sandbox_seed.organiser_id}> <@{sandbox_seed.member_ids[2]}> https://example.com"
    jonas = sandbox_seed.member_ids[1]
    first = await shown_sandbox.director.post_message(sandbox_seed.channel_id, jonas, text)
    await shown_sandbox.director.post_message(sandbox_seed.channel_id, jonas, "an answer", reply_to=first)
    await shown_sandbox.director.react(first, sandbox_seed.organiser_id, "✅")
    await shown_sandbox.director.react(first, jonas, "❌")
    await reader.command("panel")
    await reader.message("the panel").wait_for()
    await reader.command("slow")
    await expect(reader.message("used /slow")).to_contain_text("at last")
    assert await faults(reader.page) == []
    await reader.message("an answer").click(button="right")
    assert await faults(reader.page) == []
    await reader.page.keyboard.press("Escape")
    await reader.field.press_sequentially("/echo ")
    assert await faults(reader.page) == []


async def test_windows_over_the_page_have_no_serious_fault_and_give_the_focus_back(
    shown_sandbox: Sandbox, reader: Reader, connect_client: ConnectClient
) -> None:
    await connect_client(shown_sandbox, client=toy_bot())
    page = reader.page
    await reader.command("panel")
    ask = reader.message("the panel").get_by_role("button", name="Ask")
    await ask.click()
    await page.get_by_role("dialog", name="A question").wait_for()
    assert await faults(page) == []
    await page.keyboard.press("Escape")
    await page.locator(".act-as").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("combobox", name="Act as").wait_for()
    await expect(page.get_by_role("option").nth(5)).to_be_in_viewport()
    assert await faults(page) == []
    await page.keyboard.press("Escape")
    await expect(page.locator(".act-as")).to_be_focused()
    await page.locator("#members .member").first.focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("menu").wait_for()
    assert await faults(page) == []


@pytest.mark.parametrize("width", [360, 1400])
async def test_director_s_panel_has_no_serious_fault(directed: Reader, width: int) -> None:
    await directed.page.set_viewport_size({"width": width, "height": 800})
    await directed.page.get_by_role("button", name="Post an event").click()
    await expect(directed.page.locator(".ledger")).to_contain_text("Raid night")
    assert await faults(directed.page) == []


async def test_new_message_is_announced(shown_sandbox: Sandbox, sandbox_seed: Seed, reader: Reader) -> None:
    await shown_sandbox.director.post_message(sandbox_seed.channel_id, sandbox_seed.member_ids[1], "listen to **this**")
    await expect(reader.page.locator("#announcer")).to_contain_text("Jonas: listen to this")
