"""Direct and silent messages with the real client: who can be reached, what is remembered, what is pressed there."""

import re
from typing import Any, Self

import discord
import pytest
from discord import app_commands

from reminder_bot.sandbox.behaviour import Behaviour, DirectLimits, RateLimits
from reminder_bot.sandbox.replies import CommandMisuse
from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from tests.sandbox_fixtures import ConnectClient, OpenSandbox, quick_client

Context = discord.Interaction[discord.Client]
SUPPRESS_NOTIFICATIONS = 4096


class Snooze(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"snooze:(?P<event>\d+)"):
    """A button that outlives the process which sent it, as its id says all."""

    def __init__(self, event: int) -> None:
        super().__init__(discord.ui.Button(label="Snooze", custom_id=f"snooze:{event}"))
        self.event = event

    @classmethod
    async def from_custom_id(cls, _context: Context, _item: discord.ui.Item[Any], match: re.Match[str]) -> Self:
        """Make the button anew from its id."""
        return cls(int(match["event"]))

    async def callback(self, context: Context) -> None:
        """Ask for how long."""
        view = discord.ui.View()
        view.add_item(Length())
        place = "guild" if context.guild else "direct"
        assert isinstance(context.user, discord.Member if context.guild else discord.User)
        assert context.context.dm_channel is (context.guild is None)
        await context.response.send_message(f"{place} {self.event}", view=view, ephemeral=True)


class Length(discord.ui.Select[Any]):
    """How long, or a form to say so."""

    def __init__(self) -> None:
        super().__init__(
            custom_id="length", options=[discord.SelectOption(label="1h"), discord.SelectOption(label="?")]
        )

    async def callback(self, context: Context) -> None:
        """Open a form."""
        await context.response.send_modal(Form())


class Form(discord.ui.Modal, title="How long?"):
    """A form with one text."""

    answer: discord.ui.TextInput["Form"] = discord.ui.TextInput(label="Length", custom_id="answer")

    async def on_submit(self, context: Context) -> None:
        """Repeat what was written, and where."""
        assert isinstance(context.channel, discord.DMChannel)
        await context.response.send_message(f"{context.user.name}: {self.answer.value}", ephemeral=True)


def _with_snooze() -> discord.Client:
    client = quick_client()
    app_commands.CommandTree(client)
    client.add_dynamic_items(Snooze)
    return client


def _snooze_view(event: int) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(Snooze(event))
    return view


@pytest.fixture
async def jonas(sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient) -> discord.User:
    """A member as a connected bot knows him."""
    return await (await connect_client(sandbox, client=_with_snooze())).fetch_user(sandbox_seed.member_ids[1])


async def test_direct_message_is_sent_found_edited_and_deleted(sandbox: Sandbox, jonas: discord.User) -> None:
    first = await jonas.send("one", embed=discord.Embed(title="Raid"), view=_snooze_view(7))
    second = await jonas.send("two", silent=True)
    await first.edit(content="one, edited")
    got = sandbox.world.inbox(jonas.id)
    assert [(message.content, message.is_silent) for message in got] == [("one, edited", False), ("two", True)]
    assert (got[0].embeds[0]["title"], got[0].components[0]["components"][0]["custom_id"]) == ("Raid", "snooze:7")
    assert got[0].sent_at == first.created_at.timestamp()
    assert [message.id async for message in first.channel.history()] == [second.id, first.id]
    assert [message.id async for message in first.channel.history(after=first)] == [second.id]
    await first.delete()
    assert [message.content for message in sandbox.world.inbox(jonas.id)] == ["two"]


async def test_nonce_of_a_direct_message_answers_the_first_one_after_a_restart_too(
    sandbox: Sandbox, jonas: discord.User, connect_client: ConnectClient
) -> None:
    first = await jonas.send("once", nonce="claim-1")
    again = await (await connect_client(sandbox, client=_with_snooze())).fetch_user(jonas.id)
    second = await again.send("once more", nonce="claim-1")
    channel = await again.create_dm()
    assert (channel.id, second.id) == (first.channel.id, first.id)
    assert [message.content async for message in channel.history()] == ["once"]
    assert [post.content for post in sandbox.record.posts_to(jonas.id)] == ["once"]
    assert len(sandbox.record.posts_to(jonas.id, with_repeats=True)) == 2


async def test_closed_direct_messages_refuse_until_they_are_opened(sandbox: Sandbox, jonas: discord.User) -> None:
    earlier = await jonas.send("before")
    await sandbox.director.set_accepts_dms(jonas.id, accepts=False)
    with pytest.raises(discord.Forbidden) as caught:
        await jonas.send("closed")
    assert caught.value.code == 50007
    await earlier.edit(content="still mine to change")
    await sandbox.director.set_accepts_dms(jonas.id, accepts=True)
    await jonas.send("open")
    assert [message.content for message in sandbox.world.inbox(jonas.id)] == ["still mine to change", "open"]


async def test_who_shares_no_guild_cannot_be_reached(sandbox: Sandbox, sandbox_seed: Seed, jonas: discord.User) -> None:
    await jonas.send("hello")
    await sandbox.director.remove_member(sandbox_seed.guild_id, jonas.id)
    with pytest.raises(discord.Forbidden) as caught:
        await jonas.send("are you there?")
    assert caught.value.code == 50278


async def test_what_cannot_be_a_recipient_is_refused_when_it_is_opened(sandbox: Sandbox, jonas: discord.User) -> None:
    client = jonas._state._get_client()
    other_bot = sandbox.world.add_bot("another", name="Another bot")
    assert client.user is not None
    for user_id, code in ((other_bot.id, 50007), (client.user.id, 50033), (1234567890123456789, 10013)):
        with pytest.raises(discord.HTTPException) as caught:
            await client.create_dm(discord.Object(user_id))
        assert caught.value.code == code
        assert not isinstance(caught.value, discord.Forbidden)


async def test_managing_has_an_answer_of_its_own_in_direct_messages(
    sandbox: Sandbox, sandbox_seed: Seed, jonas: discord.User
) -> None:
    channel = await jonas.create_dm()
    theirs = await channel.fetch_message(await sandbox.director.send_direct(jonas.id, sandbox_seed.bot_id, "hi"))
    with pytest.raises(discord.Forbidden) as caught:
        await theirs.delete()
    assert caught.value.code == 50003


async def test_silent_message_pings_without_a_sound(sandbox: Sandbox, sandbox_seed: Seed, jonas: discord.User) -> None:
    events = jonas._state._get_client().get_channel(sandbox_seed.channel_id)
    assert isinstance(events, discord.TextChannel)
    loud = await events.send(f"<@{jonas.id}>")
    quiet = await events.send(f"<@{jonas.id}>", silent=True)
    direct = await jonas.send("and you", silent=True)
    assert (quiet.flags.suppress_notifications, loud.flags.suppress_notifications) == (True, False)
    assert (await events.fetch_message(quiet.id)).flags.value == SUPPRESS_NOTIFICATIONS
    pings = sandbox.record.pings_of(jonas.id)
    told = [(ping.message_id, ping.is_silent, ping.is_direct) for ping in pings]
    assert told == [(loud.id, False, False), (quiet.id, True, False), (direct.id, True, True)]
    assert [ping.at for ping in pings] == sorted(ping.at for ping in pings)


async def test_message_in_a_channel_is_for_one_alone_only_as_an_answer(
    sandbox: Sandbox, sandbox_seed: Seed, jonas: discord.User
) -> None:
    http = jonas._state.http
    params = discord.http.handle_message_parameters("x", flags=discord.MessageFlags(ephemeral=True, loading=True))
    sent = await http.send_message(sandbox_seed.channel_id, params=params)
    assert sent["flags"] == 0


async def test_pressed_in_direct_messages_by_their_recipient_alone(sandbox: Sandbox, jonas: discord.User) -> None:
    message = await jonas.send("raid", view=_snooze_view(42))
    reply = await sandbox.director.click(jonas.id, message.id, "Snooze")
    assert (reply.content, reply.ephemeral) == ("direct 42", True)
    form = await sandbox.director.select(jonas.id, reply, "length", ["?"])
    done = await sandbox.director.submit_modal(jonas.id, form, {"answer": "two hours"})
    assert done.content == "Jonas: two hours"
    with pytest.raises(CommandMisuse):
        await sandbox.director.click(sandbox.world.add_user("Stranger").id, message.id, "Snooze")


async def test_button_of_a_bot_before_its_restart_reaches_it_after(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient
) -> None:
    before = await connect_client(sandbox, client=_with_snooze())
    events = before.get_channel(sandbox_seed.channel_id)
    assert isinstance(events, discord.TextChannel)
    who = sandbox_seed.member_ids[1]
    in_guild = await events.send("raid", view=_snooze_view(1))
    direct = await (await before.fetch_user(who)).send("raid", view=_snooze_view(2))
    await before.close()
    await connect_client(sandbox, client=_with_snooze())
    assert (await sandbox.director.click(who, in_guild.id, "snooze:1")).content == "guild 1"
    assert (await sandbox.director.click(who, direct.id, "snooze:2")).content == "direct 2"


async def test_bot_that_writes_to_many_strangers_is_slowed_down_and_then_flagged(
    sandbox_seed: Seed, connect_client: ConnectClient, open_sandbox: OpenSandbox
) -> None:
    behaviour = Behaviour(
        rate_limits=RateLimits.off(), direct_limits=DirectLimits(new_people=2, approaches_until_quarantine=3)
    )
    sandbox = await open_sandbox(sandbox_seed.world, behaviour)
    client = await connect_client(sandbox)
    people = [await client.fetch_user(user_id) for user_id in sandbox_seed.member_ids[:4]]
    await sandbox.director.send_direct(people[3].id, sandbox_seed.bot_id, "I asked you")
    codes = []
    for person in people:
        try:
            await person.send("hello")
        except discord.Forbidden as error:
            codes.append(error.code)
    assert codes == [40003]
    with pytest.raises(discord.Forbidden) as caught:
        await client.create_dm(people[2])
    assert (caught.value.code, sandbox.world.find_dm(sandbox_seed.bot_id, people[2].id)) == (20026, None)
    await people[0].send("you know me")
    await sandbox.director.release(sandbox_seed.bot_id)
    await people[2].send("hello at last")
    assert len(sandbox.world.inbox(people[2].id)) == 1


async def test_flagged_bot_cannot_write_in_a_channel_that_it_opened_before(
    sandbox: Sandbox, jonas: discord.User
) -> None:
    channel = await jonas.create_dm()
    assert channel.me is not None
    await sandbox.director.quarantine(channel.me.id)
    with pytest.raises(discord.Forbidden) as caught:
        await channel.send("hello")
    assert (caught.value.code, sandbox.world.inbox(jonas.id)) == (20026, [])


async def test_client_waits_where_it_opens_direct_messages_too_fast(
    sandbox_seed: Seed, connect_client: ConnectClient, open_sandbox: OpenSandbox
) -> None:
    behaviour = Behaviour(rate_limits=RateLimits(direct_channels=(2, 0.6), messages=(2, 0.6)))
    sandbox = await open_sandbox(sandbox_seed.world, behaviour)
    client = await connect_client(sandbox)
    for user_id in sandbox_seed.member_ids[:5]:
        await client.create_dm(discord.Object(user_id))
    calls = sandbox.record.calls_to("POST", "/users/@me/channels")
    assert calls[4].at - calls[0].at >= 1.2
    person = await client.fetch_user(sandbox_seed.member_ids[0])
    for number in range(5):
        await person.send(str(number))
    posts = sandbox.record.posts_to(person.id)
    assert posts[4].at - posts[0].at >= 1.2
    assert sandbox.record.rate_limits == []
