"""What one sees on the page: messages as they come, change and go, seen as the person one acts as."""

from playwright.async_api import expect

from reminder_bot.sandbox.entities import OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from tests.browser.reader import Reader


async def test_message_shows_what_was_written_and_nothing_of_it_runs(
    shown_sandbox: Sandbox, sandbox_seed: Seed, reader: Reader
) -> None:
    text = "**bold** _slanted_ `code` <b>no tag</b> <img src=x onerror=alert(1)> [link](https://example.com) ||secret||"
    await shown_sandbox.director.post_message(sandbox_seed.channel_id, sandbox_seed.member_ids[1], text)
    shown = reader.message("bold").locator(".text")
    await expect(shown.locator("strong")).to_have_text("bold")
    await expect(shown.locator("em")).to_have_text("slanted")
    await expect(shown).to_contain_text("<b>no tag</b> <img src=x onerror=alert(1)>")
    assert await shown.locator("img, b").count() == 0
    await expect(shown.locator("a")).to_have_attribute("rel", "noopener noreferrer")
    await shown.get_by_role("button", name="Spoiler").click()
    await expect(shown).to_contain_text("secret")


async def test_messages_change_and_go_as_they_do_in_the_world(
    shown_sandbox: Sandbox, sandbox_seed: Seed, reader: Reader
) -> None:
    director, (mara, jonas, priya, *_) = shown_sandbox.director, sandbox_seed.member_ids
    first = await director.post_message(sandbox_seed.channel_id, jonas, "first")
    answer = await director.post_message(sandbox_seed.channel_id, priya, "second", reply_to=first)
    await expect(reader.message("second").locator(".context")).to_contain_text("Jonas first")
    await director.edit_message(first, "changed")
    await expect(reader.message("changed")).to_contain_text("(edited)")
    await director.react(first, jonas, "🎉")
    await director.react(first, mara, "🎉")
    await expect(reader.message("changed").locator(".reaction")).to_have_attribute("aria-label", "🎉, 2: Jonas, Mara")
    await director.delete_message(answer)
    await expect(reader.messages.filter(has_text="second")).to_have_count(0)


async def test_ping_lights_up_for_who_is_pinged_and_shows_a_badge_on_them(
    shown_sandbox: Sandbox, sandbox_seed: Seed, reader: Reader
) -> None:
    _mara, jonas, priya, *_ = sandbox_seed.member_ids
    await shown_sandbox.director.post_message(sandbox_seed.channel_id, priya, f"Where is <@{jonas}>?")
    message = reader.message("Where is @Jonas?")
    await expect(reader.page.locator("#members .member", has_text="Jonas").locator(".badge")).to_contain_text("1")
    assert "pings-me" not in str(await message.get_attribute("class"))
    await reader.become("Jonas")
    await expect(reader.message("Where is @Jonas?")).to_contain_class("pings-me")
    await expect(reader.page.locator("#members .badge")).to_have_count(0)


async def test_channel_that_cannot_be_seen_is_not_shown_to_who_cannot_see_it(
    shown_sandbox: Sandbox, sandbox_seed: Seed, reader: Reader
) -> None:
    jonas, channels = sandbox_seed.member_ids[1], reader.page.locator("#channels .channel")
    await expect(channels).to_have_count(2)
    await reader.become("Jonas")
    await shown_sandbox.director.edit_overwrite(
        sandbox_seed.channel_id, jonas, deny=Permission.VIEW_CHANNEL, kind=OverwriteKind.MEMBER
    )
    await expect(channels).to_have_text(["#general"])
    await expect(reader.page.locator("#place")).to_have_text("#general")
    await reader.become("Mara")
    await expect(channels).to_have_text(["#events", "#general"])


async def test_moment_of_a_message_ticks(shown_sandbox: Sandbox, sandbox_seed: Seed, reader: Reader) -> None:
    moment = int(shown_sandbox.now()) + 90
    await shown_sandbox.director.post_message(
        sandbox_seed.channel_id, sandbox_seed.organiser_id, f"It is <t:{moment}:R>"
    )
    shown = reader.message("It is").locator("time.moment")
    await expect(shown).to_have_text("in 1 minute")
    await shown_sandbox.director.post_message(
        sandbox_seed.channel_id, sandbox_seed.organiser_id, f"Soon: <t:{int(shown_sandbox.now()) + 40}:R>"
    )
    soon = reader.message("Soon").locator("time.moment")
    before = await soon.text_content()
    await expect(soon).not_to_have_text(str(before))


async def test_members_show_roles_and_who_is_there(shown_sandbox: Sandbox, sandbox_seed: Seed, reader: Reader) -> None:
    members = reader.page.locator("#members")
    await expect(members.locator(".side-title")).to_have_text(["Organiser — 1", "Online — 10", "Offline — 1"])
    await expect(members.locator(".member.away")).to_contain_text("Reminder Bot")
    await shown_sandbox.director.add_role(
        sandbox_seed.guild_id, sandbox_seed.member_ids[1], sandbox_seed.organiser_role_id
    )
    await expect(members.locator(".side-title").first).to_have_text("Organiser — 2")
    await shown_sandbox.director.remove_member(sandbox_seed.guild_id, sandbox_seed.member_ids[2])
    await expect(members.locator(".member", has_text="Priya")).to_have_count(0)


async def test_page_left_alone_by_the_network_comes_back(reader: Reader) -> None:
    await reader.say("before")
    await reader.page.evaluate("() => window.dispatchEvent(new Event('offline'))")
    await reader.page.reload()
    await expect(reader.message("before")).to_be_visible()
