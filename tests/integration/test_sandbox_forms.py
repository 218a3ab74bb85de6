"""Files for commands, selects of several values, and forms: what Discord's client sends, and what it would not."""

import discord
import pytest
from discord import app_commands

from reminder_bot.sandbox.entities import ChannelType, Emoji
from reminder_bot.sandbox.replies import CommandMisuse
from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.sandbox.uploads import MOST_BYTES, Upload
from tests.sandbox_fixtures import ConnectClient, quick_client

Context = discord.Interaction[discord.Client]


class Panel(discord.ui.View):
    """Selects with bounds, and a form."""

    @discord.ui.select(cls=discord.ui.RoleSelect, custom_id="roles", min_values=0, max_values=2)
    async def roles(self, context: Context, select: discord.ui.RoleSelect["Panel"]) -> None:
        await context.response.edit_message(content=f"chose {[role.name for role in select.values]}")

    @discord.ui.select(cls=discord.ui.ChannelSelect, custom_id="channel", channel_types=[discord.ChannelType.text])
    async def channel(self, context: Context, select: discord.ui.ChannelSelect["Panel"]) -> None:
        await context.response.edit_message(content=f"chose {select.values[0].name}")

    @discord.ui.button(label="Ask")
    async def ask(self, context: Context, _button: discord.ui.Button["Panel"]) -> None:
        await context.response.send_modal(Question())


class Question(discord.ui.Modal, title="Question"):
    """A form whose answer changes the message it was opened from."""

    word = discord.ui.Label[discord.ui.View](
        text="Word", component=discord.ui.TextInput(custom_id="word", min_length=2, max_length=5)
    )

    async def on_submit(self, context: Context) -> None:
        assert isinstance(self.word.component, discord.ui.TextInput)
        await context.response.defer()
        await context.edit_original_response(content=f"answered {self.word.component.value}")


@pytest.fixture
async def served(sandbox: Sandbox, connect_client: ConnectClient) -> Sandbox:
    """A sandbox with a client that has such commands."""
    client = quick_client()
    tree = app_commands.CommandTree(client)

    @tree.command(description="Read a file")
    async def read(context: Context, file: discord.Attachment) -> None:
        await context.response.send_message(f"{file.filename} {file.size} {(await file.read()).decode()}")

    @tree.command(description="Show a panel")
    async def panel(context: Context) -> None:
        await context.response.send_message("panel", view=Panel(), ephemeral=True)

    @tree.command(description="List emoji")
    async def emoji(context: Context) -> None:
        assert context.guild is not None
        await context.response.send_message(" ".join(map(str, await context.guild.fetch_emojis())) or "none")

    await connect_client(sandbox, client=client)
    await tree.sync()
    return sandbox


async def test_file_of_a_command_reaches_the_bot(served: Sandbox, sandbox_seed: Seed) -> None:
    place = (sandbox_seed.organiser_id, sandbox_seed.channel_id)
    reply = await served.director.command(*place, "read", {"file": Upload("a.txt", b"hello")})
    assert reply.text == "a.txt 5 hello"


async def test_file_larger_than_discord_takes_is_not_sent(served: Sandbox, sandbox_seed: Seed) -> None:
    place = (sandbox_seed.organiser_id, sandbox_seed.channel_id)
    with pytest.raises(CommandMisuse):
        await served.director.command(*place, "read", {"file": Upload("a.txt", b" " * (MOST_BYTES + 1))})
    with pytest.raises(CommandMisuse):
        await served.director.command(*place, "read", {"file": "a.txt"})


async def test_select_gives_as_many_values_as_it_takes(served: Sandbox, sandbox_seed: Seed) -> None:
    organiser, director = sandbox_seed.organiser_id, served.director
    panel = await director.command(organiser, sandbox_seed.channel_id, "panel")
    roles = [await director.create_role(sandbox_seed.guild_id, name) for name in ("One", "Two", "Three")]
    names = [str(role) for role in roles]
    assert (await director.select(organiser, panel, "roles", names[:2])).text == "chose ['One', 'Two']"
    assert (await director.select(organiser, panel, "roles", [])).text == "chose []"
    with pytest.raises(CommandMisuse):
        await director.select(organiser, panel, "roles", names)


async def test_channel_select_gives_channels_of_its_kinds(served: Sandbox, sandbox_seed: Seed) -> None:
    organiser, director = sandbox_seed.organiser_id, served.director
    panel = await director.command(organiser, sandbox_seed.channel_id, "panel")
    text = await director.create_channel(sandbox_seed.guild_id, "plans", ChannelType.TEXT)
    voice = await director.create_channel(sandbox_seed.guild_id, "talk", ChannelType.VOICE)
    assert (await director.select(organiser, panel, "channel", [str(text)])).text == "chose plans"
    with pytest.raises(CommandMisuse):
        await director.select(organiser, panel, "channel", [str(voice)])


async def test_form_changes_the_message_it_was_opened_from(served: Sandbox, sandbox_seed: Seed) -> None:
    organiser, director = sandbox_seed.organiser_id, served.director
    panel = await director.command(organiser, sandbox_seed.channel_id, "panel")
    form = await director.click(organiser, panel, "Ask")
    for word in ("", "x", "longer"):
        with pytest.raises(CommandMisuse):
            await director.submit_modal(organiser, form, {"word": word})
    reply = await director.submit_modal(organiser, form, {"word": "words"})
    assert (reply.text, reply.message_id) == ("answered words", panel.message_id)


async def test_custom_emoji_of_a_guild_are_listed(served: Sandbox, sandbox_seed: Seed) -> None:
    own = Emoji(4_200_000_000_000_000, "raid")
    served.world.guild(sandbox_seed.guild_id).emojis = {own.id: own}
    reply = await served.director.command(sandbox_seed.organiser_id, sandbox_seed.channel_id, "emoji")
    assert reply.text == str(own)
