"""Custom emoji as answers: usable ones, and ones that are gone, through a real bot process."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from reminder_bot.sandbox.entities import Emoji
from tests.integration.command_stage import Home, Stage, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

RAID = Emoji(4_200_000_000_000_000, "raid")
"""The id in DEFAULT_REACTIONS: settings are read before any guild is there."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module, with a custom emoji among its answers."""
    async with open_stage(tmp_path_factory.mktemp("emoji"), DEFAULT_REACTIONS=f"✔️, {RAID}") as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test, which has the emoji."""
    async with stage.home() as home:
        emojis = home.sandbox.world.guild(home.guild_id).emojis
        emojis[RAID.id] = RAID
        yield home
        emojis.pop(RAID.id, None)


async def test_custom_emoji_is_offered_and_counts(home: Home) -> None:
    message_id = await home.watched()
    assert home.sandbox.world.message(message_id).emojis == ["✔️", str(RAID)]
    one, two, three = home.member_ids
    await home.react(message_id, [one], str(RAID))
    await home.react(message_id, [two], "✔")
    await home.sandbox.director.react(message_id, three, "✅")
    reply = await home.run("status", event=str(message_id))
    assert "Answered: 2 of 5" in reply.text
    assert home.answers(message_id) == {one: str(RAID), two: "✔️"}
    shown = {field["name"]: field["value"] for field in reply.embeds[0]["fields"]}
    assert shown[f"{RAID} 1"] == f"<@{one}>"


async def test_renamed_custom_emoji_still_counts(home: Home) -> None:
    message_id = await home.watched()
    renamed = Emoji(RAID.id, "battle")
    home.sandbox.world.guild(home.guild_id).emojis[RAID.id] = renamed
    await home.react(message_id, home.member_ids[:1], str(renamed))
    assert home.answers(message_id) == {home.member_ids[0]: str(RAID)}


async def test_reminder_shows_the_custom_emoji(home: Home) -> None:
    message_id = await home.watched()
    await home.run("remind", event=str(message_id))
    [post] = home.reminders()
    assert f"✔️ {RAID}" in post.embeds[0]["description"]


async def test_emoji_the_bot_cannot_use_stops_the_watching_and_says_whom_to_tell(home: Home) -> None:
    del home.sandbox.world.guild(home.guild_id).emojis[RAID.id]
    message_id = await home.post()
    reply = await home.run("watch", message=str(message_id))
    assert f"I cannot use the emoji {RAID}." in reply.text
    assert "`/settings show`" in reply.text
    assert home.event(message_id) is None


async def test_emoji_of_a_guild_the_bot_is_not_in_cannot_be_used(home: Home) -> None:
    world = home.sandbox.world
    del world.guild(home.guild_id).emojis[RAID.id]
    elsewhere = world.add_guild("Elsewhere")
    elsewhere.emojis[RAID.id] = RAID
    message_id = await home.post()
    try:
        reply = await home.run("watch", message=str(message_id))
    finally:
        del elsewhere.emojis[RAID.id]
    assert "I cannot use the emoji" in reply.text
    assert home.event(message_id) is None


async def test_interval_of_a_known_event_changes_though_its_emoji_is_gone(home: Home) -> None:
    message_id = await home.watched()
    await home.sandbox.director.clear_reactions(message_id)
    del home.sandbox.world.guild(home.guild_id).emojis[RAID.id]
    reply = await home.run("watch", message=str(message_id), interval="3h")
    assert "Interval changed from 1 hour to 3 hours." in reply.text
    assert "I cannot use the emoji" in reply.text
    assert home.stored(message_id).interval_minutes == 180
