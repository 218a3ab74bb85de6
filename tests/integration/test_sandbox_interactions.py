"""Commands, buttons, selects and modals: the real client registers and answers, the director plays the person."""

import asyncio
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from reminder_bot.sandbox.behaviour import Behaviour, RateLimits
from reminder_bot.sandbox.replies import Choice, CommandMisuse, NoAnswer
from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from tests.sandbox_fixtures import ConnectClient, OpenSandbox, quick_client

Context = discord.Interaction[discord.Client]


class Panel(discord.ui.View):
    """A button that edits, one that defers, one that opens a modal, and a select."""

    @discord.ui.button(label="Edit", custom_id="edit")
    async def edit(self, context: Context, _button: discord.ui.Button["Panel"]) -> None:
        await context.response.edit_message(content="edited")

    @discord.ui.button(label="Later")
    async def later(self, context: Context, _button: discord.ui.Button["Panel"]) -> None:
        await context.response.defer()
        await context.edit_original_response(content="edited later")

    @discord.ui.button(label="Ask")
    async def ask(self, context: Context, _button: discord.ui.Button["Panel"]) -> None:
        await context.response.send_modal(Question())

    @discord.ui.button(label="Off", disabled=True)
    async def off(self, context: Context, _button: discord.ui.Button["Panel"]) -> None:
        raise AssertionError("a disabled button was pressed")

    @discord.ui.select(options=[discord.SelectOption(label="One", value="1"), discord.SelectOption(label="2")])
    async def choose(self, context: Context, select: discord.ui.Select["Panel"]) -> None:
        await context.response.send_message(f"chose {select.values}", ephemeral=True)


class Question(discord.ui.Modal, title="Question"):
    """A modal with one input."""

    answer: discord.ui.TextInput["Question"] = discord.ui.TextInput(label="Answer", custom_id="answer")

    async def on_submit(self, context: Context) -> None:
        await context.response.send_message(f"answered {self.answer.value}")


Tree = app_commands.CommandTree[discord.Client]


def _add_echo(tree: Tree) -> None:
    @tree.command(description="Say what came in")
    @app_commands.choices(mode=[app_commands.Choice(name="Loud", value="loud")])
    async def echo(
        context: Context,
        text: str,
        count: int = 1,
        who: discord.Member | None = None,
        where: discord.TextChannel | None = None,
        role: discord.Role | None = None,
        mode: app_commands.Choice[str] | None = None,
    ) -> None:
        name = who.display_name if who else None
        parts = [text * count, name, where and where.name, role and role.name, mode and mode.value]
        await context.response.send_message(" ".join(str(part) for part in parts if part))

    @echo.autocomplete("text")
    async def complete(_context: Context, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}{unit}", value=f"{current}{unit}") for unit in "mhd"]


def _add_answers(tree: Tree) -> None:
    @tree.command(description="Answer late")
    async def slow(context: Context) -> None:
        await context.response.defer(ephemeral=True, thinking=True)
        await asyncio.sleep(0.5)
        await context.followup.send("at last")
        await context.followup.send("and more", ephemeral=True)

    @tree.command(description="Show a panel")
    async def panel(context: Context) -> None:
        await context.response.send_message("panel", view=Panel(), ephemeral=True)

    @tree.command(description="Never answer")
    async def mute(_context: Context) -> None:
        return

    @tree.command(description="Answer twice over REST")
    async def twice(context: Context) -> None:
        await context.response.send_message("first")
        context.response._response_type = None
        try:
            await context.response.send_message("second")
        except discord.HTTPException as error:
            await context.followup.send(str(error.code))


def _add_kinds(tree: Tree) -> None:
    group = app_commands.Group(name="event", description="Events")

    @group.command(name="show", description="Show one")
    async def show(context: Context, number: int) -> None:
        await context.response.send_message(f"event {number}")

    @tree.context_menu(name="Watch this message")
    async def watch(context: Context, message: discord.Message) -> None:
        await context.response.send_message(f"watching {message.content}", ephemeral=True)

    @tree.command(description="For managers")
    @app_commands.default_permissions(manage_guild=True)
    async def manage(context: Context) -> None:
        await context.response.send_message("managed")

    tree.add_command(group)


def _with_commands(client: discord.Client) -> Tree:
    tree = app_commands.CommandTree(client)
    for add in (_add_echo, _add_answers, _add_kinds):
        add(tree)
    return tree


@pytest.fixture
async def served(sandbox: Sandbox, connect_client: ConnectClient) -> Sandbox:
    """A sandbox whose bot has its commands registered."""
    client = quick_client()
    tree = _with_commands(client)
    await connect_client(sandbox, client=client)
    await tree.sync()
    await sandbox.director.wait_for_commands("echo", "event", "Watch this message")
    return sandbox


async def _run(sandbox: Sandbox, seed: Seed, name: str, options: dict[str, Any] | None = None) -> Any:
    return await sandbox.director.command(seed.organiser_id, seed.channel_id, name, options)


async def test_options_of_every_type_reach_the_command(served: Sandbox, sandbox_seed: Seed) -> None:
    seed = sandbox_seed
    options = {
        "text": "ha",
        "count": 2,
        "who": seed.member_ids[1],
        "where": seed.channel_id,
        "role": seed.organiser_role_id,
        "mode": "loud",
    }
    reply = await _run(served, seed, "echo", options)
    assert reply.text == "haha Jonas events Organiser loud"
    assert (reply.ephemeral, reply.deferred) == (False, False)
    assert served.world.message(reply.message_id).author_id == seed.bot_id
    assert 0 < reply.elapsed_seconds < 3


async def test_a_subcommand_is_found_by_its_path(served: Sandbox, sandbox_seed: Seed) -> None:
    assert (await _run(served, sandbox_seed, "event show", {"number": 7})).text == "event 7"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("nothing", {}),
        ("event", {}),
        ("event hide", {}),
        ("echo", {}),
        ("echo", {"text": "x", "count": "two"}),
        ("echo", {"text": "x", "nonsense": 1}),
        ("echo", {"text": "x", "mode": "quiet"}),
        ("echo", {"text": "x", "who": 1234567890123456789}),
        ("manage", {}),
    ],
    ids=lambda value: str(value),
)
async def test_what_discords_client_would_not_send_is_refused(
    served: Sandbox, sandbox_seed: Seed, name: str, options: dict[str, Any]
) -> None:
    with pytest.raises(CommandMisuse):
        await _run(served, sandbox_seed, name, options)


async def test_suggestions_come_as_one_types(served: Sandbox, sandbox_seed: Seed) -> None:
    director, seed = served.director, sandbox_seed
    choices = await director.autocomplete(seed.organiser_id, seed.channel_id, "echo", {"text": "5"}, "text")
    assert choices == [Choice("5m", "5m"), Choice("5h", "5h"), Choice("5d", "5d")]
    with pytest.raises(CommandMisuse):
        await director.autocomplete(seed.organiser_id, seed.channel_id, "echo", {}, "count")


async def test_a_deferred_answer_is_followed_to_its_end(served: Sandbox, sandbox_seed: Seed) -> None:
    reply = await _run(served, sandbox_seed, "slow")
    assert (reply.text, reply.ephemeral, reply.deferred) == ("at last", True, True)
    assert reply.elapsed_seconds < 0.5
    await served.record.wait_until(reply.follow_ups)
    assert [message.text for message in reply.follow_ups()] == ["and more"]
    assert served.world.channel(sandbox_seed.channel_id).messages == {}


async def test_a_bot_that_says_nothing_is_no_answer(served: Sandbox, sandbox_seed: Seed) -> None:
    with pytest.raises(NoAnswer):
        await served.director.command(sandbox_seed.organiser_id, sandbox_seed.channel_id, "mute", timeout=0.2)


async def test_a_follow_up_without_an_interaction_is_an_unknown_webhook(served: Sandbox, sandbox_seed: Seed) -> None:
    url = f"{served.api_url}/webhooks/{sandbox_seed.bot_id}/nonsense"
    async with aiohttp.ClientSession() as session, session.post(url, json={"content": "hi"}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (404, 10015)


async def test_a_second_answer_is_refused_as_acknowledged(served: Sandbox, sandbox_seed: Seed) -> None:
    reply = await _run(served, sandbox_seed, "twice")
    await served.record.wait_until(reply.follow_ups)
    assert reply.follow_ups()[0].text == "40060"


async def test_an_answer_after_three_seconds_is_unknown(
    sandbox_seed: Seed, connect_client: ConnectClient, open_sandbox: OpenSandbox
) -> None:
    behaviour = Behaviour(interaction_seconds=0.05, rate_limits=RateLimits.off())
    sandbox = await open_sandbox(sandbox_seed.world, behaviour)
    client = quick_client()
    tree = app_commands.CommandTree(client)
    codes = []

    @tree.command(description="Too late")
    async def late(context: Context) -> None:
        await asyncio.sleep(0.1)
        try:
            await context.response.send_message("too late")
        except discord.NotFound as error:
            codes.append(error.code)

    await connect_client(sandbox, client=client)
    await tree.sync()
    with pytest.raises(NoAnswer):
        await sandbox.director.command(sandbox_seed.organiser_id, sandbox_seed.channel_id, "late", timeout=0.4)
    assert codes == [10062]


async def test_the_menu_of_a_message_carries_the_message(served: Sandbox, sandbox_seed: Seed) -> None:
    message_id = await served.director.post_message(sandbox_seed.channel_id, sandbox_seed.organiser_id, "raid")
    reply = await served.director.context_menu(sandbox_seed.organiser_id, "Watch this message", message_id)
    assert (reply.text, reply.ephemeral) == ("watching raid", True)


async def test_a_button_edits_the_message_it_is_on(served: Sandbox, sandbox_seed: Seed) -> None:
    panel = await _run(served, sandbox_seed, "panel")
    assert [button.label for button in panel.buttons] == ["Edit", "Later", "Ask", "Off"]
    for name, text in (("edit", "edited"), ("Later", "edited later")):
        reply = await served.director.click(sandbox_seed.organiser_id, panel, name)
        assert (reply.text, reply.message_id) == (text, panel.message_id)
    assert panel.refresh().text == "edited later"


async def test_buttons_that_are_off_or_absent_cannot_be_pressed(served: Sandbox, sandbox_seed: Seed) -> None:
    panel = await _run(served, sandbox_seed, "panel")
    for name in ("Off", "Absent"):
        with pytest.raises(CommandMisuse):
            await served.director.click(sandbox_seed.organiser_id, panel, name)


async def test_a_choice_from_a_select_reaches_the_bot(served: Sandbox, sandbox_seed: Seed) -> None:
    panel = await _run(served, sandbox_seed, "panel")
    assert panel.option_values == ["1", "2"]
    reply = await served.director.select(sandbox_seed.organiser_id, panel, None, ["2"])
    assert reply.text == "chose ['2']"
    with pytest.raises(CommandMisuse):
        await served.director.select(sandbox_seed.organiser_id, panel, None, ["3"])


async def test_a_modal_is_opened_and_sent(served: Sandbox, sandbox_seed: Seed) -> None:
    panel = await _run(served, sandbox_seed, "panel")
    opened = await served.director.click(sandbox_seed.organiser_id, panel, "Ask")
    assert opened.modal is not None
    reply = await served.director.submit_modal(sandbox_seed.organiser_id, opened, {"answer": "42"})
    assert reply.text == "answered 42"


async def test_commands_keep_their_ids_when_synced_again(sandbox: Sandbox, connect_client: ConnectClient) -> None:
    client = quick_client()
    tree = _with_commands(client)
    await connect_client(sandbox, client=client)
    before = {command.name: command.id for command in await tree.sync()}
    tree.remove_command("echo")
    after = {command.name: command.id for command in await tree.sync()}
    assert after == {name: number for name, number in before.items() if name != "echo"}
    assert {command.name for command in await tree.fetch_commands()} == set(after)
    guild = client.guilds[0]
    tree.copy_global_to(guild=guild)
    assert len(await tree.sync(guild=guild)) == len(after)
