"""Threads, forum posts, direct messages and the sandbox's own page, with the real client."""

import aiohttp
import discord
import pytest

from reminder_bot.sandbox.entities import ChannelType
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from tests.sandbox_fixtures import ConnectClient, quick_client


async def test_a_thread_is_opened_on_a_message_and_written_in(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    client = await connect_client(sandbox)
    channel = client.get_channel(sandbox_seed.channel_id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send("raid")
    thread = await message.create_thread(name="talk")
    assert thread.id == message.id
    await thread.send("inside")
    assert [m.content for m in sandbox.world.channel(thread.id).messages.values()] == ["inside"]
    assert [found.id for found in await channel.guild.active_threads()] == [thread.id]
    await thread.edit(archived=True)
    assert await channel.guild.active_threads() == []
    with pytest.raises(discord.HTTPException) as caught:
        await message.create_thread(name="again")
    assert caught.value.code == 160004


async def test_threads_there_before_the_client_are_in_its_cache(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    seed = sandbox_seed
    public = await sandbox.director.create_thread(seed.channel_id, "open", seed.organiser_id)
    private = await sandbox.director.create_thread(seed.channel_id, "secret", seed.organiser_id, is_private=True)
    client = await connect_client(sandbox)
    guild = client.guilds[0]
    assert guild.get_thread(public) is not None
    assert guild.get_thread(private) is None
    with pytest.raises(discord.Forbidden) as caught:
        await client.fetch_channel(private)
    assert caught.value.code == 50001
    await sandbox.director.add_thread_member(private, seed.bot_id)
    assert isinstance(await client.fetch_channel(private), discord.Thread)


async def test_a_post_in_a_forum_shares_its_id_with_its_first_message(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    forum_id = sandbox.world.add_channel(sandbox_seed.guild_id, "posts", ChannelType.FORUM).id
    forum = (await connect_client(sandbox)).get_channel(forum_id)
    assert isinstance(forum, discord.ForumChannel)
    made = await forum.create_thread(name="Raid", content="who comes?")
    assert made.message.id == made.thread.id
    assert (await made.thread.fetch_message(made.thread.id)).content == "who comes?"


async def test_a_direct_message_reaches_its_person_unless_they_closed_them(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    client = await connect_client(sandbox)
    who = sandbox_seed.member_ids[1]
    user = await client.fetch_user(who)
    message = await user.send("psst")
    assert sandbox.record.posts[0].channel_id == message.channel.id
    assert {person.id for person in sandbox.world.channel(message.channel.id).recipients} == {who, sandbox_seed.bot_id}
    await sandbox.director.set_accepts_dms(who, accepts=False)
    with pytest.raises(discord.Forbidden) as caught:
        await user.send("psst")
    assert caught.value.code == 50007


async def test_a_direct_message_to_the_bot_is_told_with_its_content(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    told: list[discord.Message] = []
    client = quick_client(discord.Intents(guilds=True, dm_messages=True))

    @client.event
    async def on_message(message: discord.Message) -> None:
        told.append(message)

    await connect_client(sandbox, client=client)
    dm = sandbox.world.open_dm(sandbox_seed.organiser_id, sandbox_seed.bot_id)
    await sandbox.director.post_message(dm.id, sandbox_seed.organiser_id, "hello")
    await sandbox.record.wait_until(lambda: told)
    assert (told[0].content, told[0].guild) == ("hello", None)


async def test_the_page_says_how_to_point_a_bot_here(sandbox: Sandbox, sandbox_seed: Seed) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{sandbox.port}/") as answer:
        page = await answer.text()
    assert f"DISCORD_API_URL={sandbox.api_url}" in page
    assert str(sandbox_seed.channel_id) in page
    assert sandbox_seed.token in page


async def test_the_gateways_address_is_told_to_known_bots_only(sandbox: Sandbox, sandbox_seed: Seed) -> None:
    headers = {"Authorization": f"Bot {sandbox_seed.token}"}
    url = f"{sandbox.api_url}/gateway/bot"
    async with aiohttp.ClientSession() as session:
        async with session.get(url, headers=headers) as answer:
            assert (await answer.json())["url"] == sandbox.gateway_url
        async with session.get(url, headers={"Authorization": "Bot nobody"}) as answer:
            assert answer.status == 401
        async with session.get(f"{sandbox.api_url}/nonsense", headers=headers) as answer:
            assert answer.status == 404
        async with session.put(url, headers=headers) as answer:
            assert answer.status == 405


async def test_who_writes_in_a_thread_or_is_pinged_there_is_in_it_from_then_on(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    client = await connect_client(sandbox)
    thread_id = await sandbox.director.create_thread(sandbox_seed.channel_id, "talk", sandbox_seed.organiser_id)
    who, quiet = sandbox_seed.member_ids[2:4]
    joined: list[int] = []

    @client.event
    async def on_thread_member_join(member: discord.ThreadMember) -> None:
        joined.append(member.id)

    thread = await client.fetch_channel(thread_id)
    assert isinstance(thread, discord.Thread)
    await thread.send(f"<@{who}> <@{quiet}>", allowed_mentions=discord.AllowedMentions(users=[discord.Object(who)]))
    inside = sandbox.world.channel(thread_id).thread_member_ids
    assert {sandbox_seed.bot_id, who} <= inside.keys()
    assert quiet not in inside
    await sandbox.record.wait_until(lambda: bool(joined))
    assert joined == [who]


@pytest.mark.parametrize(("is_archived", "code"), [(True, 50083), (False, 160005)])
async def test_a_locked_thread_takes_messages_of_moderators_only(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient, is_archived: bool, code: int
) -> None:
    seed = sandbox_seed
    client = await connect_client(sandbox)
    thread_id = await sandbox.director.create_thread(seed.channel_id, "talk", seed.organiser_id)
    channel = sandbox.world.channel(thread_id)
    channel.is_locked, channel.is_archived = True, is_archived
    thread = client.get_partial_messageable(thread_id)
    with pytest.raises(discord.HTTPException) as caught:
        await thread.send("me too")
    assert caught.value.code == code
    role = await sandbox.director.create_role(seed.guild_id, "Moderator", int(Permission.MANAGE_THREADS))
    await sandbox.director.add_role(seed.guild_id, seed.bot_id, role)
    await thread.send("me too")
    assert not channel.is_archived


async def test_a_message_where_no_threads_are_gets_none(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    voice = sandbox.world.add_channel(sandbox_seed.guild_id, "tavern", ChannelType.VOICE).id
    client = await connect_client(sandbox)
    channel = client.get_channel(voice)
    assert isinstance(channel, discord.VoiceChannel)
    message = await channel.send("raid")
    with pytest.raises(discord.HTTPException) as caught:
        await message.create_thread(name="talk")
    assert caught.value.code == 50024
