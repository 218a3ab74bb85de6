"""Messages over REST with the real client: posting, nonces, mentions, refusals, history and rate limits."""

import discord
import pytest

from reminder_bot.sandbox.behaviour import Behaviour, RateLimits
from reminder_bot.sandbox.entities import OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from tests.sandbox_fixtures import ConnectClient, OpenSandbox


async def _channel(sandbox: Sandbox, seed: Seed, connect: ConnectClient) -> discord.TextChannel:
    channel = (await connect(sandbox)).get_channel(seed.channel_id)
    assert isinstance(channel, discord.TextChannel)
    return channel


@pytest.fixture
async def events(sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient) -> discord.TextChannel:
    """The channel #events as a connected client sees it."""
    return await _channel(sandbox, sandbox_seed, connect_client)


async def test_a_message_is_posted_edited_and_deleted(sandbox: Sandbox, events: discord.TextChannel) -> None:
    message = await events.send("hello", embed=discord.Embed(title="Raid", url="https://example.org"))
    assert sandbox.world.message(message.id).embeds[0]["title"] == "Raid"
    await message.edit(content="bye")
    assert (await events.fetch_message(message.id)).content == "bye"
    await message.delete()
    with pytest.raises(discord.NotFound) as caught:
        await events.fetch_message(message.id)
    assert caught.value.code == 10008


async def test_a_repeated_nonce_answers_the_first_message(sandbox: Sandbox, events: discord.TextChannel) -> None:
    first = await events.send("once", nonce="claim-1")
    second = await events.send("twice", nonce="claim-1")
    other = await events.send("other", nonce="claim-2")
    assert (second.id, second.content) == (first.id, "once")
    assert other.id != first.id
    assert [post.is_repeat for post in sandbox.record.posts] == [False, True, False]
    assert len(sandbox.record.posts_in(events.id)) == 2


async def test_a_nonce_is_forgotten_after_its_time(
    sandbox_seed: Seed, connect_client: ConnectClient, open_sandbox: OpenSandbox
) -> None:
    behaviour = Behaviour(nonce_seconds=0, rate_limits=RateLimits.off())
    sandbox = await open_sandbox(sandbox_seed.world, behaviour)
    events = await _channel(sandbox, sandbox_seed, connect_client)
    assert (await events.send("x", nonce="n")).id != (await events.send("x", nonce="n")).id


async def test_only_allowed_mentions_ping(sandbox: Sandbox, sandbox_seed: Seed, events: discord.TextChannel) -> None:
    first, second = sandbox_seed.member_ids[1:3]
    allowed = discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(second)], replied_user=False)
    message = await events.send(f"<@{first}> <@{second}>", allowed_mentions=allowed)
    assert [user.id for user in message.mentions] == [second]
    assert sandbox.record.posts[0].pinged_user_ids == (second,)


async def test_a_reply_refers_to_its_message(sandbox: Sandbox, sandbox_seed: Seed, events: discord.TextChannel) -> None:
    asked_id = await sandbox.director.post_message(events.id, sandbox_seed.organiser_id, "when?")
    asked = await events.fetch_message(asked_id)
    reply = await asked.reply("now", mention_author=False)
    assert sandbox.record.posts[0].pinged_user_ids == ()
    assert reply.reference is not None
    assert isinstance(reply.reference.resolved, discord.Message)
    assert reply.reference.resolved.content == "when?"


async def test_a_reply_to_a_deleted_message_fails_unless_it_may_stand_alone(
    sandbox: Sandbox, sandbox_seed: Seed, events: discord.TextChannel
) -> None:
    gone_id = await sandbox.director.post_message(events.id, sandbox_seed.organiser_id, "when?")
    await sandbox.director.delete_message(gone_id)
    reference = discord.MessageReference(message_id=gone_id, channel_id=events.id)
    with pytest.raises(discord.HTTPException) as caught:
        await events.send("now", reference=reference)
    assert caught.value.code == 50035
    reference.fail_if_not_exists = False
    assert (await events.send("now", reference=reference)).reference is None


@pytest.mark.parametrize(
    ("denied", "status", "code"),
    [
        (Permission.VIEW_CHANNEL, 403, 50001),
        (Permission.SEND_MESSAGES, 403, 50013),
        (Permission.EMBED_LINKS, 403, 50013),
    ],
)
async def test_a_permission_that_is_denied_refuses_a_message(
    sandbox: Sandbox,
    sandbox_seed: Seed,
    events: discord.TextChannel,
    denied: Permission,
    status: int,
    code: int,
) -> None:
    bot_id = sandbox_seed.bot_id
    await sandbox.director.edit_overwrite(events.id, bot_id, deny=denied, kind=OverwriteKind.MEMBER)
    with pytest.raises(discord.Forbidden) as caught:
        await events.send("hi", embed=discord.Embed(title="x"))
    assert (caught.value.status, caught.value.code) == (status, code)
    assert sandbox.record.posts == []


async def test_a_reply_without_history_is_refused(
    sandbox: Sandbox, sandbox_seed: Seed, events: discord.TextChannel
) -> None:
    asked = await events.send("when?")
    await sandbox.director.edit_overwrite(
        events.id, sandbox_seed.bot_id, deny=Permission.READ_MESSAGE_HISTORY, kind=OverwriteKind.MEMBER
    )
    with pytest.raises(discord.Forbidden) as caught:
        await asked.reply("now")
    assert caught.value.code == 160002


async def test_unknown_things_have_their_own_codes(sandbox_seed: Seed, events: discord.TextChannel) -> None:
    client, guild = events._state._get_client(), events.guild
    codes = []
    nobody = 1234567890123456789
    for look in (
        client.fetch_channel(nobody),
        client.fetch_guild(nobody),
        client.fetch_user(nobody),
        guild.fetch_member(nobody),
        events.fetch_message(nobody),
    ):
        with pytest.raises(discord.NotFound) as caught:
            await look
        codes.append(caught.value.code)
    assert codes == [10003, 10004, 10013, 10013, 10008]


async def test_a_body_over_a_limit_is_refused_with_the_field(events: discord.TextChannel) -> None:
    with pytest.raises(discord.HTTPException) as caught:
        await events.send("x" * 2001)
    assert caught.value.code == 50035
    assert "content" in caught.value.text


async def test_an_empty_message_is_refused(events: discord.TextChannel) -> None:
    with pytest.raises(discord.HTTPException) as caught:
        await events.send(" ")
    assert caught.value.code == 50006


async def test_history_is_paged_in_every_direction(
    sandbox: Sandbox, sandbox_seed: Seed, events: discord.TextChannel
) -> None:
    made = [sandbox.world.add_message(events.id, sandbox_seed.organiser_id, str(n)).id for n in range(250)]
    assert [message.id async for message in events.history(limit=None)] == made[::-1]
    after = discord.Object(made[10])
    assert [message.id async for message in events.history(limit=None, after=after)] == made[11:]
    before = discord.Object(made[120])
    assert [message.id async for message in events.history(limit=110, before=before)] == made[10:120][::-1]
    around = [message.id async for message in events.history(limit=5, around=discord.Object(made[100]))]
    assert sorted(around) == made[98:103]


async def test_history_is_empty_without_its_permission(
    sandbox: Sandbox, sandbox_seed: Seed, events: discord.TextChannel
) -> None:
    await events.send("hi")
    await sandbox.director.edit_overwrite(
        events.id, sandbox_seed.bot_id, deny=Permission.READ_MESSAGE_HISTORY, kind=OverwriteKind.MEMBER
    )
    assert [message async for message in events.history()] == []


async def test_messages_are_deleted_in_bulk_by_who_manages_them(
    sandbox: Sandbox, sandbox_seed: Seed, events: discord.TextChannel
) -> None:
    messages = [await events.send(str(number)) for number in range(3)]
    with pytest.raises(discord.Forbidden):
        await events.delete_messages(messages)
    role_id = await sandbox.director.create_role(sandbox_seed.guild_id, "Cleaner", Permission.MANAGE_MESSAGES)
    await sandbox.director.add_role(sandbox_seed.guild_id, sandbox_seed.bot_id, role_id)
    await events.delete_messages(messages)
    assert sandbox.world.channel(events.id).messages == {}


async def test_the_client_keeps_the_limit_of_messages_by_the_headers(
    sandbox_seed: Seed, connect_client: ConnectClient, open_sandbox: OpenSandbox
) -> None:
    sandbox = await open_sandbox(sandbox_seed.world, Behaviour(rate_limits=RateLimits(messages=(5, 0.8))))
    events = await _channel(sandbox, sandbox_seed, connect_client)
    for number in range(11):
        await events.send(str(number))
    posts = sandbox.record.posts
    assert posts[10].at - posts[0].at >= 1.6
    assert sandbox.record.rate_limits == []


async def test_the_client_keeps_discords_limit_of_reactions(
    limited_sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    events = await _channel(limited_sandbox, sandbox_seed, connect_client)
    message = await events.send("raid")
    for emoji in "✅❌❓":
        await message.add_reaction(emoji)
    puts = limited_sandbox.record.calls_to("PUT", ".*/reactions/.*")
    assert puts[2].at - puts[0].at >= 0.5
    assert [call.status for call in puts] == [204, 204, 204]


async def test_a_client_survives_a_global_429(
    sandbox_seed: Seed, connect_client: ConnectClient, open_sandbox: OpenSandbox
) -> None:
    behaviour = Behaviour(rate_limits=RateLimits(messages=(100, 1.0), global_per_second=8))
    sandbox = await open_sandbox(sandbox_seed.world, behaviour)
    events = await _channel(sandbox, sandbox_seed, connect_client)
    for number in range(20):
        await events.send(str(number))
    assert len(sandbox.record.posts) == 20
    assert {hit.scope for hit in sandbox.record.rate_limits} == {"global"}
