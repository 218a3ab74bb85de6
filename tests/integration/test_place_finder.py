"""Places on Discord: found, made, or why they cannot be used; with the real client."""

from dataclasses import replace

import discord
import pytest

from models.event_options import EventOptions, Place
from models.guild_settings import GuildSettings
from models.records import Claim, EventState, TrackedEvent
from reminder_bot.message_remover import DiscordMessageRemover
from reminder_bot.place_finder import (
    FORBIDDEN,
    LOCKED,
    NO_TEXT,
    NO_THREADS,
    NOT_THERE,
    THREAD_LOST,
    DiscordPlaceFinder,
    FoundPlace,
)
from reminder_bot.reminder_message import Tally
from reminder_bot.reminder_sender import DiscordSender
from reminder_bot.sandbox.entities import ChannelType, OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from tests.fakes import START
from tests.sandbox_fixtures import ConnectClient
from utils.errors import BlockedError, GoneError, TransientDiscordError

THREAD = EventOptions(place=Place.THREAD)


class NothingChosen:
    """The settings of guilds that have chosen none."""

    def of(self, guild_id: int) -> GuildSettings:
        """Return the defaults."""
        return GuildSettings()


@pytest.fixture
async def client(sandbox: Sandbox, connect_client: ConnectClient) -> discord.Client:
    """A client that has all that a bot has."""
    return await connect_client(sandbox)


@pytest.fixture
async def event(sandbox: Sandbox, sandbox_seed: Seed) -> TrackedEvent:
    """An event in the seeded channel."""
    seed = sandbox_seed
    message_id = await sandbox.director.post_message(seed.channel_id, seed.organiser_id, "Raid")
    return TrackedEvent(
        message_id, seed.channel_id, seed.guild_id, "Raid", None, 60, False, None, None, ("✅",), EventState.ACTIVE,
        None, START, None, START,
    )  # fmt: skip


def elsewhere(event: TrackedEvent, channel_id: int) -> TrackedEvent:
    return replace(event, options=EventOptions(place=Place.ELSEWHERE, place_channel_id=channel_id))


async def found(client: discord.Client, event: TrackedEvent, *, makes: bool = True) -> FoundPlace:
    return await DiscordPlaceFinder(client).find(event, makes=makes)


async def forbid(sandbox: Sandbox, seed: Seed, channel_id: int, permission: Permission) -> None:
    """Take a permission from the bot, and wait until its client knows."""
    await sandbox.director.edit_overwrite(channel_id, seed.bot_id, deny=int(permission), kind=OverwriteKind.MEMBER)


async def known(client: discord.Client, sandbox: Sandbox, channel_id: int) -> None:
    await sandbox.record.wait_until(lambda: client.guilds[0].get_channel_or_thread(channel_id) is not None)


async def test_the_threads_of_a_message_is_made_once_and_found_again(
    client: discord.Client, event: TrackedEvent
) -> None:
    threaded = replace(event, options=THREAD, title="Raid " * 40)
    assert await found(client, threaded, makes=False) == FoundPlace(event.message_id, exists=False)
    assert await found(client, threaded) == FoundPlace(event.message_id)
    thread = await client.fetch_channel(event.message_id)
    assert isinstance(thread, discord.Thread)
    assert thread.parent_id == event.channel_id
    assert thread.name.startswith("Raid Raid")
    assert await found(client, threaded) == FoundPlace(event.message_id)
    assert await found(client, threaded, makes=False) == FoundPlace(event.message_id)


async def test_an_archived_thread_is_used_and_a_locked_one_is_not(
    client: discord.Client, sandbox: Sandbox, event: TrackedEvent
) -> None:
    threaded = replace(event, options=THREAD)
    await found(client, threaded)
    await sandbox.director.archive_thread(event.message_id)
    guild = client.guilds[0]
    await sandbox.record.wait_until(lambda: guild.get_thread(event.message_id) is None)
    assert await found(client, threaded) == FoundPlace(event.message_id)
    sandbox.world.channel(event.message_id).is_locked = True
    assert await found(client, threaded) == FoundPlace(None, LOCKED)


async def test_a_thread_that_another_made_in_the_meantime_is_used(
    client: discord.Client, sandbox: Sandbox, sandbox_seed: Seed, event: TrackedEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, looks = client.fetch_channel, 0

    async def too_early(channel_id: int) -> object:
        nonlocal looks
        looks += 1
        try:
            return await real(channel_id)
        finally:
            if looks == 1:
                await sandbox.director.create_thread(
                    event.channel_id, "mine", sandbox_seed.organiser_id, message_id=event.message_id
                )

    monkeypatch.setattr(client, "fetch_channel", too_early)
    assert await found(client, replace(event, options=THREAD)) == FoundPlace(event.message_id)


async def test_a_thread_that_was_deleted_is_not_made_again(
    client: discord.Client, sandbox: Sandbox, event: TrackedEvent
) -> None:
    threaded = replace(event, options=THREAD)
    await found(client, threaded)
    await sandbox.director.delete_thread(event.message_id)
    await sandbox.record.wait_until(lambda: client.guilds[0].get_thread(event.message_id) is None)
    assert await found(client, threaded) == FoundPlace(None, THREAD_LOST)


@pytest.mark.parametrize("missing", [Permission.CREATE_PUBLIC_THREADS, Permission.SEND_MESSAGES_IN_THREADS])
async def test_where_threads_may_not_be_made_none_is(
    client: discord.Client, sandbox: Sandbox, sandbox_seed: Seed, event: TrackedEvent, missing: Permission
) -> None:
    await forbid(sandbox, sandbox_seed, event.channel_id, missing)
    parent = client.get_channel(event.channel_id)
    assert isinstance(parent, discord.TextChannel)
    await sandbox.record.wait_until(lambda: missing.value & parent.permissions_for(parent.guild.me).value == 0)
    assert await found(client, replace(event, options=THREAD)) == FoundPlace(None, NO_THREADS)
    assert event.message_id not in sandbox.world.channels


async def test_inside_threads_posts_and_voice_chats_the_place_itself_is_meant(
    client: discord.Client, sandbox: Sandbox, sandbox_seed: Seed, event: TrackedEvent
) -> None:
    seed, director = sandbox_seed, sandbox.director
    forum = await director.create_channel(seed.guild_id, "posts", ChannelType.FORUM)
    places = [
        await director.create_thread(seed.channel_id, "talk", seed.organiser_id),
        await director.create_thread(forum, "post", seed.organiser_id),
        await director.create_channel(seed.guild_id, "tavern", ChannelType.VOICE),
        await director.create_channel(seed.guild_id, "stage", ChannelType.STAGE),
    ]
    for channel_id in places:
        await known(client, sandbox, channel_id)
        assert await found(client, replace(event, channel_id=channel_id, options=THREAD)) == FoundPlace()


async def test_a_chosen_channel_is_used(
    client: discord.Client, sandbox: Sandbox, sandbox_seed: Seed, event: TrackedEvent
) -> None:
    seed, director = sandbox_seed, sandbox.director
    channel_id = await director.create_channel(seed.guild_id, "reminders", ChannelType.TEXT)
    archived = await director.create_thread(seed.channel_id, "old", seed.organiser_id)
    await known(client, sandbox, channel_id)
    await director.archive_thread(archived)
    assert await found(client, elsewhere(event, channel_id)) == FoundPlace(channel_id)
    assert await found(client, elsewhere(event, archived)) == FoundPlace(archived)
    assert await found(client, elsewhere(event, event.channel_id)) == FoundPlace(), "it is its own"
    assert await found(client, event) == FoundPlace()


@pytest.mark.parametrize(
    "missing",
    [
        Permission.VIEW_CHANNEL,
        Permission.SEND_MESSAGES,
        Permission.EMBED_LINKS,
        Permission.READ_MESSAGE_HISTORY,
    ],
)
async def test_a_chosen_channel_in_which_the_bot_may_not_is_not_used(
    client: discord.Client, sandbox: Sandbox, sandbox_seed: Seed, event: TrackedEvent, missing: Permission
) -> None:
    channel_id = await sandbox.director.create_channel(sandbox_seed.guild_id, "reminders", ChannelType.TEXT)
    await known(client, sandbox, channel_id)
    await forbid(sandbox, sandbox_seed, channel_id, missing)
    channel = client.get_channel(channel_id)
    assert isinstance(channel, discord.TextChannel)
    await sandbox.record.wait_until(lambda: missing.value & channel.permissions_for(channel.guild.me).value == 0)
    assert await found(client, elsewhere(event, channel_id)) == FoundPlace(None, FORBIDDEN)


async def test_a_chosen_channel_that_is_none_is_not_used(
    client: discord.Client, sandbox: Sandbox, sandbox_seed: Seed, event: TrackedEvent
) -> None:
    seed, director = sandbox_seed, sandbox.director
    forum = await director.create_channel(seed.guild_id, "posts", ChannelType.FORUM)
    secret = await director.create_thread(seed.channel_id, "secret", seed.organiser_id, is_private=True)
    await known(client, sandbox, forum)
    other = sandbox.world.add_guild("Other")
    sandbox.world.add_member(other.id, seed.bot_id)
    theirs = sandbox.world.add_channel(other.id, "theirs")
    assert await found(client, elsewhere(event, forum)) == FoundPlace(None, NO_TEXT)
    assert await found(client, elsewhere(event, 12345)) == FoundPlace(None, NOT_THERE)
    assert await found(client, elsewhere(event, theirs.id)) == FoundPlace(None, NOT_THERE), "another guild's"
    assert await found(client, elsewhere(event, secret)) == FoundPlace(None, FORBIDDEN)


async def test_an_outage_says_nothing_of_a_place(client: discord.Client, sandbox: Sandbox, event: TrackedEvent) -> None:
    sandbox.faults.status("GET", r"/channels/\d+", 503, times=None)
    with pytest.raises(TransientDiscordError):
        await found(client, replace(event, guild_id=1, options=THREAD))
    with pytest.raises(TransientDiscordError):
        await found(client, replace(event, options=THREAD))


# What is posted, found and deleted there


def a_claim(event: TrackedEvent, channel_id: int | None, *people: int) -> Claim:
    return Claim(1, event.guild_id, event.message_id, START, 1, 1, "n", 1, people, START, channel_id=channel_id)


async def test_a_message_replies_only_where_the_events_message_is_and_is_found_where_it_was_posted(
    client: discord.Client, sandbox: Sandbox, sandbox_seed: Seed, event: TrackedEvent
) -> None:
    seed, sender = sandbox_seed, DiscordSender(client, NothingChosen())
    channel_id = await sandbox.director.create_channel(seed.guild_id, "reminders", ChannelType.TEXT)
    await known(client, sandbox, channel_id)
    there, here = (a_claim(event, place, seed.member_ids[0]) for place in (channel_id, None))
    for claim in (there, replace(here, nonce="m")):
        await sender.post(event, claim, Tally({}, 1), None, late=False, softly=False, may_leave=lambda: True)
    [at_place], [at_home] = sandbox.record.posts_in(channel_id), sandbox.record.posts_in(event.channel_id)
    assert (at_place.reference_id, at_home.reference_id) == (None, event.message_id)
    assert at_place.embeds[0]["url"] == at_home.embeds[0]["url"] == event.jump_url
    for claim, post in ((there, at_place), (here, at_home)):
        posted = await sender.find(event, claim, ())
        assert posted is not None
        assert posted.message_id == post.message_id
        assert await sender.find(event, claim, {post.message_id}) is None


async def test_where_the_history_is_hidden_nothing_is_taken_for_not_there(
    client: discord.Client, sandbox: Sandbox, sandbox_seed: Seed, event: TrackedEvent
) -> None:
    seed, sender = sandbox_seed, DiscordSender(client, NothingChosen())
    channel_id = await sandbox.director.create_channel(seed.guild_id, "reminders", ChannelType.TEXT)
    await known(client, sandbox, channel_id)
    claim = a_claim(event, channel_id, seed.member_ids[0])
    await sender.post(event, claim, Tally({}, 1), None, late=False, softly=False, may_leave=lambda: True)
    await forbid(sandbox, seed, channel_id, Permission.READ_MESSAGE_HISTORY)
    channel = client.get_channel(channel_id)
    assert isinstance(channel, discord.TextChannel)
    await sandbox.record.wait_until(lambda: not channel.permissions_for(channel.guild.me).read_message_history)
    with pytest.raises(BlockedError):
        await sender.find(event, claim, ())


async def test_own_messages_are_deleted_in_archived_threads_too(
    client: discord.Client, sandbox: Sandbox, sandbox_seed: Seed, event: TrackedEvent
) -> None:
    remover = DiscordMessageRemover(client)
    await found(client, replace(event, options=THREAD))
    thread = await client.fetch_channel(event.message_id)
    assert isinstance(thread, discord.Thread)
    message = await thread.send("reminder")
    await sandbox.director.archive_thread(thread.id)
    where = (event.guild_id, thread.id, message.id)
    await remover.remove(*where)
    assert message.id not in sandbox.world.channel(thread.id).messages
    with pytest.raises(GoneError):
        await remover.remove(*where)
    with pytest.raises(BlockedError):
        await remover.remove(1, thread.id, message.id)
    await sandbox.director.make_unavailable(event.guild_id)
    await sandbox.record.wait_until(lambda: client.guilds[0].unavailable)
    with pytest.raises(TransientDiscordError):
        await remover.remove(*where)
