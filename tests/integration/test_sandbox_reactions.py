"""Reactions with the real client: told as raw events, paged by user, and limited."""

import asyncio
from typing import Any

import discord
import pytest

from reminder_bot.sandbox.entities import OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from tests.sandbox_fixtures import ConnectClient, quick_client

TWENTY = "😀😁😂🤣😃😄😅😆😉😊😋😎😍😘😗😙😚🙂🤗🤩"


@pytest.fixture
async def message(sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient) -> discord.Message:
    """A person's message as a connected client fetched it."""
    message_id = await sandbox.director.post_message(sandbox_seed.channel_id, sandbox_seed.organiser_id, "raid")
    channel = (await connect_client(sandbox)).get_channel(sandbox_seed.channel_id)
    assert isinstance(channel, discord.TextChannel)
    return await channel.fetch_message(message_id)


async def test_reactions_arrive_as_raw_events(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    told: list[tuple[str, Any]] = []
    client = quick_client()
    for event in ("add", "remove", "clear", "clear_emoji"):

        async def listener(payload: Any, event: str = event) -> None:
            told.append((event, payload))

        setattr(client, f"on_raw_reaction_{event}", listener)
    await connect_client(sandbox, client=client)
    director, (one, two) = sandbox.director, sandbox_seed.member_ids[:2]
    emoji = str(sandbox.world.add_emoji(sandbox_seed.guild_id, "raid"))
    message_id = await director.post_message(sandbox_seed.channel_id, one, "raid")
    await director.react(message_id, one, "✅")
    await director.react(message_id, one, "✅")
    await director.react(message_id, two, emoji)
    await director.unreact(message_id, one, "✅")
    await director.unreact(message_id, one, "✅")
    await director.clear_reactions(message_id, emoji)
    await director.clear_reactions(message_id)
    async with asyncio.timeout(5):
        while len(told) < 5:
            await asyncio.sleep(0.005)
    assert [event for event, _ in told] == ["add", "add", "remove", "clear_emoji", "clear"]
    added, custom = told[0][1], told[1][1]
    assert (added.user_id, str(added.emoji), added.member.name) == (one, "✅", "Mara")
    assert str(custom.emoji) == emoji


async def test_more_than_a_hundred_reactions_are_paged_by_user_id(
    sandbox: Sandbox, sandbox_seed: Seed, message: discord.Message
) -> None:
    crowd = sandbox.world.add_members(sandbox_seed.guild_id, 230)
    for user_id in reversed(crowd):
        await sandbox.director.react(message.id, user_id, "✅")
    fetched = await message.channel.fetch_message(message.id)
    assert fetched.reactions[0].count == 230
    # discord.py turns each page round.
    paged = [user.id async for user in fetched.reactions[0].users(limit=None)]
    assert paged == crowd[99::-1] + crowd[199:99:-1] + crowd[:199:-1]
    assert len(sandbox.record.calls_to("GET", r"/channels/\d+/messages/\d+/reactions/.*")) >= 3


async def test_the_bot_reacts_and_takes_it_back(sandbox: Sandbox, sandbox_seed: Seed, message: discord.Message) -> None:
    await message.add_reaction("✅")
    await message.add_reaction("✅")
    assert (await message.fetch()).reactions[0].me
    assert sandbox.world.message(message.id).reaction_users("✅") == [sandbox_seed.bot_id]
    await message.remove_reaction("✅", discord.Object(sandbox_seed.bot_id))
    assert sandbox.world.message(message.id).emojis == []


async def test_an_unknown_emoji_is_refused(message: discord.Message) -> None:
    for emoji in ("nonsense", "raid:123456789012345678"):
        with pytest.raises(discord.HTTPException) as caught:
            await message.add_reaction(emoji)
        assert caught.value.code == 10014


async def test_a_message_takes_twenty_emojis(sandbox: Sandbox, sandbox_seed: Seed, message: discord.Message) -> None:
    for emoji in TWENTY:
        await sandbox.director.react(message.id, sandbox_seed.organiser_id, emoji)
    with pytest.raises(discord.HTTPException) as caught:
        await message.add_reaction("✅")
    assert caught.value.code == 30010
    await message.add_reaction(TWENTY[0])


async def test_only_the_first_of_an_emoji_needs_the_permission(
    sandbox: Sandbox, sandbox_seed: Seed, message: discord.Message
) -> None:
    await sandbox.director.edit_overwrite(
        sandbox_seed.channel_id, sandbox_seed.bot_id, deny=Permission.ADD_REACTIONS, kind=OverwriteKind.MEMBER
    )
    with pytest.raises(discord.Forbidden) as caught:
        await message.add_reaction("✅")
    assert caught.value.code == 50013
    await sandbox.director.react(message.id, sandbox_seed.organiser_id, "✅")
    await message.add_reaction("✅")
    assert len(sandbox.world.message(message.id).reaction_users("✅")) == 2


async def test_anothers_reactions_are_taken_away_only_by_who_manages_messages(
    sandbox: Sandbox, sandbox_seed: Seed, message: discord.Message
) -> None:
    await sandbox.director.react(message.id, sandbox_seed.organiser_id, "✅")
    organiser = discord.Object(sandbox_seed.organiser_id)
    with pytest.raises(discord.Forbidden):
        await message.remove_reaction("✅", organiser)
    with pytest.raises(discord.Forbidden):
        await message.clear_reactions()
    role_id = await sandbox.director.create_role(sandbox_seed.guild_id, "Cleaner", Permission.MANAGE_MESSAGES)
    await sandbox.director.add_role(sandbox_seed.guild_id, sandbox_seed.bot_id, role_id)
    await message.remove_reaction("✅", organiser)
    assert sandbox.world.message(message.id).emojis == []
