"""The gateway with the real client: who is told what, cuts, resumes, and refusals."""

import asyncio
from collections.abc import Callable
from typing import Any

import discord
import pytest

from reminder_bot.sandbox.behaviour import Behaviour, RateLimits
from reminder_bot.sandbox.entities import ChannelType, Overwrite, OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.seed import SANDBOX_TOKEN, Seed
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.sandbox.world import World
from tests.sandbox_fixtures import ConnectClient, OpenSandbox, point_at, quick_client

MEMBER = OverwriteKind.MEMBER


class Heard:
    """What a client was told, by event."""

    def __init__(self, client: discord.Client, *events: str) -> None:
        self.events: list[tuple[str, Any]] = []
        for event in events:
            self._listen(client, event)

    def _listen(self, client: discord.Client, event: str) -> None:
        async def listener(*values: Any) -> None:
            self.events.append((event, values[-1] if values else None))

        setattr(client, f"on_{event}", listener)

    def all(self, event: str) -> list[Any]:
        return [value for name, value in self.events if name == event]

    async def until(self, condition: Callable[[], object], seconds: float = 5) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.005)


async def test_a_client_connects_and_has_every_member_and_channel(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    client = await connect_client(sandbox)
    guild = client.get_guild(sandbox_seed.guild_id)
    assert guild is not None
    assert guild.chunked
    assert {member.id for member in guild.members} == {*sandbox_seed.member_ids, sandbox_seed.bot_id}
    assert [channel.name for channel in guild.text_channels] == ["events", "general"]
    organiser = guild.get_member(sandbox_seed.organiser_id)
    assert organiser is not None
    assert organiser.guild_permissions.manage_events
    assert sandbox.gateway.connected


async def test_both_sides_compute_the_same_permissions(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    channel = sandbox.world.channel(sandbox_seed.channel_id)
    channel.overwrites[sandbox_seed.guild_id] = Overwrite(
        sandbox_seed.guild_id, deny=int(Permission.SEND_MESSAGES | Permission.ADD_REACTIONS)
    )
    role_id = sandbox_seed.organiser_role_id
    channel.overwrites[role_id] = Overwrite(role_id, allow=int(Permission.SEND_MESSAGES))
    one = sandbox_seed.member_ids[3]
    channel.overwrites[one] = Overwrite(one, MEMBER, deny=int(Permission.VIEW_CHANNEL))
    client = await connect_client(sandbox)
    seen = client.get_channel(channel.id)
    assert isinstance(seen, discord.TextChannel)
    # discord.py also hides what has no meaning in a text channel, such as Connect.
    known = sum(int(bit) for bit in Permission) & ~int(Permission.CONNECT)
    for member in seen.guild.members:
        theirs = seen.permissions_for(member).value & known
        assert theirs == int(sandbox.world.permissions(member.id, channel.id)) & known, member.name


async def test_a_large_guild_arrives_in_chunks(connect_client: ConnectClient, open_sandbox: OpenSandbox) -> None:
    world = World()
    bot = world.add_bot(SANDBOX_TOKEN)
    guild = world.add_guild("Crowd")
    world.add_member(guild.id, bot.id)
    world.add_members(guild.id, 2500)
    sandbox = await open_sandbox(world)
    client = quick_client()
    heard = Heard(client, "socket_event_type")
    await connect_client(sandbox, client=client)
    assert len(client.guilds[0].members) == 2502
    assert heard.all("socket_event_type").count("GUILD_MEMBERS_CHUNK") == 3


async def test_a_second_request_for_all_members_is_refused_within_its_time(
    sandbox_seed: Seed, connect_client: ConnectClient, open_sandbox: OpenSandbox
) -> None:
    behaviour = Behaviour(member_request_seconds=30, rate_limits=RateLimits.off())
    sandbox = await open_sandbox(sandbox_seed.world, behaviour)
    client = await connect_client(sandbox)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.guilds[0].chunk(), 0.3)


async def test_members_can_be_asked_for_by_name_and_id(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    guild = (await connect_client(sandbox)).guilds[0]
    assert [member.name for member in await guild.query_members("mar")] == ["Mara"]
    wanted = list(sandbox_seed.member_ids[:2])
    assert {member.id for member in await guild.query_members(user_ids=wanted)} == set(wanted)


async def test_a_wrong_token_is_refused(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    point_at(monkeypatch, sandbox)
    async with quick_client() as client:
        with pytest.raises(discord.LoginFailure):
            await client.login("wrong")


async def test_an_intent_that_is_switched_off_closes_the_gateway(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    sandbox.world.applications[sandbox_seed.bot_id].has_members_intent = False
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await connect_client(sandbox)


async def test_content_is_withheld_without_its_intent(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    client = quick_client(discord.Intents(guilds=True, guild_messages=True))
    heard = Heard(client, "message")
    await connect_client(sandbox, client=client)
    await sandbox.director.post_message(sandbox_seed.channel_id, sandbox_seed.organiser_id, "secret")
    await sandbox.director.post_message(
        sandbox_seed.channel_id, sandbox_seed.organiser_id, f"<@{sandbox_seed.bot_id}> hi"
    )
    await heard.until(lambda: len(heard.all("message")) == 2)
    assert [message.content for message in heard.all("message")] == ["", f"<@{sandbox_seed.bot_id}> hi"]


async def test_reactions_are_not_told_without_their_intent(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    client = quick_client(discord.Intents(guilds=True, guild_messages=True))
    heard = Heard(client, "raw_reaction_add", "message")
    await connect_client(sandbox, client=client)
    director, channel_id = sandbox.director, sandbox_seed.channel_id
    message_id = await director.post_message(channel_id, sandbox_seed.organiser_id, "one")
    await director.react(message_id, sandbox_seed.organiser_id, "✅")
    await director.post_message(channel_id, sandbox_seed.organiser_id, "two")
    await heard.until(lambda: len(heard.all("message")) == 2)
    assert heard.all("raw_reaction_add") == []


async def test_a_channel_the_bot_cannot_see_is_silent(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    client = quick_client()
    heard = Heard(client, "message", "guild_channel_update")
    await connect_client(sandbox, client=client)
    director, seed = sandbox.director, sandbox_seed
    await director.edit_overwrite(seed.channel_id, seed.bot_id, deny=Permission.VIEW_CHANNEL, kind=MEMBER)
    await director.post_message(seed.channel_id, seed.organiser_id, "unseen")
    await director.delete_overwrite(seed.channel_id, seed.bot_id)
    await director.post_message(seed.channel_id, seed.organiser_id, "seen")
    await heard.until(lambda: heard.all("message"))
    assert [message.content for message in heard.all("message")] == ["seen"]
    assert len(heard.all("guild_channel_update")) == 2


async def test_a_cut_with_resume_loses_nothing(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    client = quick_client()
    heard = Heard(client, "raw_reaction_add", "resumed", "ready")
    await connect_client(sandbox, client=client)
    message_id = await sandbox.director.post_message(sandbox_seed.channel_id, sandbox_seed.organiser_id, "raid")
    sandbox.gateway.refuse()
    await sandbox.gateway.cut(resumable=True)
    for user_id in sandbox_seed.member_ids:
        await sandbox.director.react(message_id, user_id, "✅")
    assert not sandbox.gateway.connected
    sandbox.gateway.accept()
    await heard.until(lambda: heard.all("resumed"), 15)
    await heard.until(lambda: len(heard.all("raw_reaction_add")) == 11)
    assert [event.user_id for event in heard.all("raw_reaction_add")] == list(sandbox_seed.member_ids)
    assert len(heard.all("ready")) == 1
    first, second = sandbox.record.connections
    assert (first.is_resume, second.is_resume) == (False, True)
    assert first.session_id == second.session_id
    assert first.ended_at is not None
    assert second.ended_at is None


async def test_a_cut_without_resume_brings_a_new_session_and_loses_events(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    client = quick_client()
    heard = Heard(client, "raw_reaction_add", "resumed", "ready")
    await connect_client(sandbox, client=client)
    await heard.until(lambda: heard.all("ready"))
    message_id = await sandbox.director.post_message(sandbox_seed.channel_id, sandbox_seed.organiser_id, "raid")
    await sandbox.gateway.cut(resumable=False)
    await sandbox.director.react(message_id, sandbox_seed.organiser_id, "✅")
    await heard.until(lambda: len(heard.all("ready")) == 2, 15)
    assert heard.all("raw_reaction_add") == []
    assert heard.all("resumed") == []
    assert len({connection.session_id for connection in sandbox.record.connections}) == 2


async def test_a_request_to_reconnect_is_followed_by_a_resume(sandbox: Sandbox, connect_client: ConnectClient) -> None:
    await connect_client(sandbox)
    await sandbox.gateway.reconnect_request()
    await sandbox.record.wait_until(lambda: len(sandbox.record.connections) == 2)
    assert sandbox.record.connections[-1].is_resume


async def test_an_invalidated_session_is_begun_anew(sandbox: Sandbox, connect_client: ConnectClient) -> None:
    await connect_client(sandbox)
    await sandbox.gateway.invalidate()
    await sandbox.record.wait_until(lambda: len(sandbox.record.connections) == 2, timeout=15)
    assert not sandbox.record.connections[-1].is_resume


async def test_a_silent_gateway_says_afterwards_what_it_kept_back(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    client = quick_client()
    heard = Heard(client, "message")
    await connect_client(sandbox, client=client)
    sandbox.gateway.silence()
    await sandbox.director.post_message(sandbox_seed.channel_id, sandbox_seed.organiser_id, "late")
    await asyncio.sleep(0.1)
    assert heard.all("message") == []
    sandbox.gateway.speak()
    await heard.until(lambda: heard.all("message"))


async def test_an_outage_is_told_as_unavailable_and_silent_until_it_ends(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    client = quick_client()
    heard = Heard(client, "guild_unavailable", "guild_available", "guild_remove", "message")
    await connect_client(sandbox, client=client)
    director, seed = sandbox.director, sandbox_seed
    await director.make_unavailable(seed.guild_id)
    await director.post_message(seed.channel_id, seed.organiser_id, "unheard")
    await heard.until(lambda: heard.all("guild_unavailable"))
    await director.make_available(seed.guild_id)
    await heard.until(lambda: len(heard.all("guild_available")) == 2)
    assert heard.all("guild_remove") == []
    assert heard.all("message") == []


async def test_what_happens_in_a_guild_is_told(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    client = quick_client()
    events = (
        *("member_join", "member_update", "member_remove", "guild_role_create", "guild_role_update"),
        *("guild_role_delete", "guild_update", "guild_channel_create", "guild_channel_update", "guild_channel_delete"),
        *("thread_create", "raw_thread_update", "raw_thread_delete", "guild_remove", "guild_join"),
    )
    heard = Heard(client, *events)
    await connect_client(sandbox, client=client)
    d, guild_id = sandbox.director, sandbox_seed.guild_id
    newcomer = await d.add_member(guild_id, name="Ada")
    role_id = await d.create_role(guild_id, "Team")
    await d.add_role(guild_id, newcomer, role_id)
    await d.edit_role(guild_id, role_id, permissions=Permission.MANAGE_EVENTS)
    await d.delete_role(guild_id, role_id)
    await d.remove_member(guild_id, newcomer)
    forum_id = await d.create_channel(guild_id, "forum", ChannelType.FORUM)
    await d.rename_channel(forum_id, "posts")
    thread_id = await d.create_thread(forum_id, "post", sandbox_seed.organiser_id)
    await d.archive_thread(thread_id)
    await d.delete_thread(thread_id)
    await d.delete_channel(forum_id)
    await d.rename_guild(guild_id, "Renamed")
    await d.kick_bot(guild_id, sandbox_seed.bot_id)
    await d.invite_bot(guild_id, sandbox_seed.bot_id)
    await heard.until(lambda: heard.all("guild_join"))
    assert {name for name, _ in heard.events} == set(events)
    assert client.guilds[0].name == "Renamed"
