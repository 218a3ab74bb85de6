"""`/status` and `/list`, and texts meant to harm whoever reads them, through a real bot process."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.replies import CommandMisuse, InteractionReply
from tests.integration.command_stage import Home, Stage, everything, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

ZERO_WIDTH_SPACE = "\u200b"

NASTY = {
    "everyone": "@everyone @here <@&{guild}> <@{owner}> come",
    "markdown": "**bold** `code` ||spoiler|| [click](https://evil.example) # <https://evil.example>",
    "link": "https://evil.example/?a=b discord.gg/evil",
    "direction": "Raid \u202egnp.exe\u202c \u2066x\u2069 \u200b\u200f\u200e night",
    "long": "x" * 4000,
    "long markdown": "*_`|[" * 800,
    "long emoji": "👩‍👩‍👧‍👦" * 300,
    "zalgo": "Z" + "\u0301" * 3000,
    "controls": "a\x00\x07\x1b[31mb\r\nsecond\x85third",
    "invisible": "\u200b\u200e\u2060\ufeff",
    "blank braille": "\u2800\u2800",
    "braces": "{when} {0} %s %(x)s \\ \\n",
    "quotes": "'; DROP TABLE event; --",
    "lone backslashes": "\\" * 255,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("viewing")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


def fields(reply: InteractionReply) -> dict[str, str]:
    """Return the fields of an answer's card."""
    [card] = reply.embeds
    return {field["name"]: field["value"] for field in card["fields"]}


# Status


async def test_status_shows_who_answered_what_and_who_is_missing(home: Home) -> None:
    message_id = await home.watched(interval="2h30m")
    one, two, three = home.member_ids
    await home.react(message_id, [one, two])
    await home.react(message_id, [three], "❌")
    reply = await home.run("status", by=one, event=str(message_id))
    shown = fields(reply)
    assert "State: reminding" in reply.text
    assert f"Channel: <#{home.channel_id}>" in reply.text
    assert "Interval: every 2 hours 30 minutes" in reply.text
    assert "Answered: 3 of 5" in reply.text
    assert "Next reminder: <t:" in reply.text
    assert "Last reminder: none yet" in reply.text
    assert shown["✅ 2"].split() == [f"<@{one}>", f"<@{two}>"]
    assert shown["❌ 1"] == f"<@{three}>"
    assert shown["❓ 0"] == "nobody"
    assert set(shown["Missing: 2"].split()) == {f"<@{home.owner_id}>", f"<@{home.organiser_id}>"}


async def test_status_shows_the_last_reminders(home: Home) -> None:
    message_id = await home.watched()
    for _ in range(2):
        await home.run("remind", event=str(message_id))
    reply = await home.run("status", event=str(message_id))
    assert fields(reply)["Last reminders"].count("reminded 5 people") == 2
    assert "Last reminder: <t:" in reply.text


async def test_status_of_a_paused_event_says_so_and_plans_nothing(home: Home) -> None:
    message_id = await home.watched()
    await home.run("pause", event=str(message_id))
    reply = await home.run("status", event=str(message_id))
    assert "State: paused, `/resume` goes on" in reply.text
    assert "Next reminder" not in reply.text


async def test_status_of_a_quiet_event_says_so_until_somebody_withdraws(home: Home) -> None:
    message_id = await home.watched()
    await home.react(message_id, home.people)
    await home.until(lambda: home.stored(message_id).next_reminder_at is None, "going quiet")
    reply = await home.run("status", event=str(message_id))
    assert "State: quiet: everybody has answered" in reply.text
    assert fields(reply)["Missing: 0"] == "nobody"
    await home.sandbox.director.unreact(message_id, home.member_ids[0], "✅")
    await home.until(lambda: home.stored(message_id).next_reminder_at is not None, "going on")
    reply = await home.run("status", event=str(message_id))
    assert "State: reminding" in reply.text
    assert fields(reply)["Missing: 1"] == f"<@{home.member_ids[0]}>"


async def test_status_of_a_blocked_event_gives_the_reason(home: Home) -> None:
    message_id = await home.watched()
    await home.block(message_id)
    reply = await home.run("status", event=str(message_id))
    assert "State: blocked: Discord refused: Missing Permissions." in reply.text
    assert "failed: Discord refused: Missing Permissions." in fields(reply)["Last reminders"]
    listed = await home.run("list")
    assert "blocked: Discord refused: Missing Permissions." in listed.text


async def test_status_counts_only_who_can_see_the_channel(home: Home) -> None:
    message_id = await home.watched()
    gone, stays, silent = home.member_ids
    await home.react(message_id, [gone, stays])
    await home.close_channel(home.channel_id, gone, silent)
    reply = await home.run("status", event=str(message_id))
    assert "Answered: 1 of 3" in reply.text
    assert "Also answered: 1 person who cannot see the channel any more" in reply.text
    assert fields(reply)["✅ 1"] == f"<@{stays}>"
    assert f"<@{silent}>" not in fields(reply)["Missing: 2"]


async def test_status_with_hundreds_of_people_stays_within_discords_limits(home: Home) -> None:
    crowd = [await home.sandbox.director.add_member(home.guild_id, name=f"Fan {number}") for number in range(260)]
    message_id = await home.watched()
    await home.react(message_id, crowd[:150])
    reply = await home.run("status", event=str(message_id))
    assert "Answered: 150 of 265" in reply.text
    assert "more" in fields(reply)["✅ 150"]
    assert "more" in fields(reply)["Missing: 115"]
    assert len(everything(reply)) <= 6000


# List


async def test_list_is_empty_and_says_how_to_start(home: Home) -> None:
    reply = await home.run("list")
    assert reply.text == ("No event is watched in a channel that you can see. An organiser starts one with `/watch`.")
    assert reply.buttons == []


async def test_list_shows_channel_interval_and_state_of_each_event(home: Home) -> None:
    running = await home.watched("Running", interval="2h")
    paused = await home.watched("Paused")
    await home.run("pause", event=str(paused))
    ended = await home.watched("Ended")
    await home.run("unwatch", event=str(ended))
    reply = await home.run("list", by=home.member_ids[0])
    first, second = reply.embeds[0]["description"].splitlines()
    assert reply.embeds[0]["title"] == "Watched: 2 events"
    assert first.startswith(f"**[Paused]({home.link(paused)})** · <#{home.channel_id}> · every 1 hour · paused")
    assert second.startswith(f"**[Running]({home.link(running)})** · <#{home.channel_id}> · every 2 hours · next <t:")
    assert reply.buttons == []


async def test_list_shows_only_channels_the_caller_can_see_and_only_this_guild(home: Home, stage: Stage) -> None:
    async with stage.home("Other") as other:
        await other.watched("Foreign")
        secret = await home.new_channel("secret", hidden_from=home.member_ids)
        await home.watched("Secret", channel_id=secret)
        await home.watched("Open")
        by_member = (await home.run("list", by=home.member_ids[0])).text
        assert "Open" in by_member
        assert "Secret" not in by_member
        assert "Watched: 1 event\n" in by_member
        assert "Foreign" not in by_member
        assert "Secret" in (await home.run("list")).text


async def test_list_is_paged_with_buttons_that_end_where_the_list_does(home: Home) -> None:
    for number in range(1, 13):
        await home.watched(f"Event {number:02}")
    reply = await home.run("list")
    assert reply.embeds[0]["footer"]["text"] == "Page 1 of 2"
    assert "Event 12" in reply.text
    assert "Event 03" in reply.text
    assert "Event 02" not in reply.text
    assert [(button.label, button.disabled) for button in reply.buttons] == [("Previous", True), ("Next", False)]
    director = home.sandbox.director
    second = await director.click(home.organiser_id, reply, "Next")
    assert second.embeds[0]["footer"]["text"] == "Page 2 of 2"
    assert "Event 02" in second.text
    assert "Event 01" in second.text
    assert [(button.label, button.disabled) for button in second.buttons] == [("Previous", False), ("Next", True)]
    with pytest.raises(CommandMisuse):
        await director.click(home.organiser_id, reply, "Next")
    back = await director.click(home.organiser_id, reply, "Previous")
    assert back.embeds[0]["footer"]["text"] == "Page 1 of 2"


async def test_pages_belong_to_their_caller(home: Home) -> None:
    for number in range(11):
        await home.watched(f"Event {number}")
    reply = await home.run("list")
    refused = await home.sandbox.director.click(home.owner_id, reply, "Next")
    assert "This answer belongs to somebody else." in everything(refused)
    assert reply.refresh().embeds[0]["footer"]["text"] == "Page 1 of 2"


# Texts meant to harm


@pytest.mark.parametrize("kind", NASTY)
async def test_harmful_text_is_harmless_in_every_answer_and_in_the_reminder(home: Home, kind: str) -> None:
    text = NASTY[kind].format(guild=home.guild_id, owner=home.owner_id) if kind == "everyone" else NASTY[kind]
    # One that may ping all, so that only the bot's own care keeps it from doing so.
    role_id = await home.sandbox.director.create_role(home.guild_id, "Loud", int(Permission.MENTION_EVERYONE))
    await home.sandbox.director.add_role(home.guild_id, home.bot_id, role_id)
    message_id = await home.post(text)
    link = home.link(message_id)
    choosing = await home.run("watch")
    assert str(message_id) in choosing.option_values
    replies = [await home.choose(choosing, message_id)]
    commands: tuple[tuple[str, dict[str, Any]], ...] = (
        ("status", {}), ("set_interval", {"interval": "2h"}), ("pause", {}), ("resume", {}), ("remind", {}),
        ("log", {}),
    )  # fmt: skip
    for name, options in commands:
        replies.append(await home.run(name, event=link, **options))
    replies += [await home.run("list"), await home.run("remind"), await home.run("status", event=link)]
    assert all(name.strip() for name in await home.suggestions("status", "event", ""))
    replies.append(await home.run("unwatch", event=link))
    for reply in replies:
        assert_harmless(everything(reply))
        assert "went wrong" not in everything(reply)
        assert all(embed["title"].strip() for embed in reply.embeds)
    posts = home.reminders()
    assert len(posts) == 2
    for post in posts:
        assert sorted(post.pinged_user_ids) == sorted(home.people)
        assert_harmless(post.content + post.embeds[0]["title"])


def assert_harmless(text: str) -> None:
    """Fail when Discord would ping, link or turn round something in a text of the bot."""
    assert "@everyone" not in text
    assert "@here" not in text
    assert "<@&" not in text
    assert "https://evil" not in text
    assert "**bold**" not in text
    assert not set(text) & set("\u202e\u202c\u2066\u2069\u200f\x00\x07\x1b")


async def test_title_follows_the_message_when_it_is_read_again(home: Home) -> None:
    message_id = await home.watched("Raid on Friday")
    await home.sandbox.director.edit_message(message_id, "Raid on Saturday")
    await home.run("unwatch", event=str(message_id))
    reply = await home.run("watch", message=str(message_id))
    assert "Raid on Saturday" in reply.text
