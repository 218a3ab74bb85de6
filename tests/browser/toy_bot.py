"""A bot that has everything a page must be able to show: every kind of option, menu, component and answer."""

import asyncio
from typing import Any

import discord
from discord import app_commands

from tests.sandbox_fixtures import quick_client

Context = discord.Interaction[discord.Client]
Tree = app_commands.CommandTree[discord.Client]


class Question(discord.ui.Modal, title="A question"):
    """A form with both kinds of field."""

    word: discord.ui.TextInput["Question"] = discord.ui.TextInput(label="Word", max_length=20)
    essay: discord.ui.TextInput["Question"] = discord.ui.TextInput(
        label="Essay", style=discord.TextStyle.paragraph, required=False, default="nothing"
    )

    async def on_submit(self, context: Context) -> None:
        await context.response.send_message(f"answered {self.word.value} and {self.essay.value}")


class Panel(discord.ui.View):
    """Buttons of each kind, and selects."""

    @discord.ui.button(label="Edit", style=discord.ButtonStyle.success)
    async def edit(self, context: Context, _button: discord.ui.Button["Panel"]) -> None:
        await context.response.edit_message(content="the panel was edited")

    @discord.ui.button(label="Ask", style=discord.ButtonStyle.primary)
    async def ask(self, context: Context, _button: discord.ui.Button["Panel"]) -> None:
        await context.response.send_modal(Question())

    @discord.ui.button(label="Off", disabled=True)
    async def off(self, _context: Context, _button: discord.ui.Button["Panel"]) -> None:
        raise AssertionError("a disabled button was pressed")

    @discord.ui.select(
        placeholder="Pick numbers",
        min_values=2,
        max_values=2,
        options=[discord.SelectOption(label=name) for name in ("One", "Two", "Three")],
    )
    async def numbers(self, context: Context, select: discord.ui.Select["Panel"]) -> None:
        await context.response.send_message(f"picked {sorted(select.values)}", ephemeral=True)

    @discord.ui.select(cls=discord.ui.RoleSelect, placeholder="Pick roles", min_values=0, max_values=25)
    async def roles(self, context: Context, select: discord.ui.RoleSelect["Panel"]) -> None:
        names = sorted(role.name for role in select.values)
        select.default_values = select.values
        await context.response.edit_message(content=f"picked {names}", view=self)

    @discord.ui.select(cls=discord.ui.UserSelect, placeholder="Pick a person")
    async def person(self, context: Context, select: discord.ui.UserSelect["Panel"]) -> None:
        await context.response.send_message(f"picked {select.values[0].display_name}", ephemeral=True)


def toy_bot() -> discord.Client:
    """Return the bot, to be connected."""
    client = quick_client()
    tree: Tree = app_commands.CommandTree(client)
    for add in (_add_echo, _add_answers, _add_menus):
        add(tree)

    async def register() -> None:
        await tree.sync()

    client.setup_hook = register  # type: ignore[method-assign]
    return client


def _add_echo(tree: Tree) -> None:
    @tree.command(description="Say what came in")
    @app_commands.choices(mode=[app_commands.Choice(name=name, value=name.lower()) for name in ("Loud", "Quiet")])
    async def echo(
        context: Context,
        text: str,
        count: app_commands.Range[int, 1, 9],
        share: float | None = None,
        sure: bool | None = None,
        who: discord.Member | None = None,
        where: discord.TextChannel | None = None,
        role: discord.Role | None = None,
        mode: str | None = None,
    ) -> None:
        parts: list[Any] = [text, count, share, sure, who and who.name, where and where.name, role and role.name, mode]
        await context.response.send_message(" | ".join(str(part) for part in parts))

    @echo.autocomplete("text")
    async def complete(_context: Context, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current} {end}", value=f"{current}-{end}") for end in ("first", "second")]


def _add_answers(tree: Tree) -> None:
    @tree.command(description="Show a panel")
    async def panel(context: Context) -> None:
        await context.response.send_message("the panel", view=Panel())

    @tree.command(description="Answer late, to one person")
    async def slow(context: Context) -> None:
        await context.response.defer(ephemeral=True, thinking=True)
        await asyncio.sleep(1)
        await context.followup.send("at last")

    @tree.command(description="Never answer")
    async def mute(_context: Context) -> None:
        return

    @tree.command(description="Say what a file holds")
    async def read(context: Context, file: discord.Attachment) -> None:
        await context.response.send_message(f"{file.filename} holds {(await file.read()).decode()}")

    group = app_commands.Group(name="event", description="Events")

    @group.command(name="show", description="Show one")
    async def show(context: Context, number: int) -> None:
        await context.response.send_message(f"event {number}")

    tree.add_command(group)


def _add_menus(tree: Tree) -> None:
    @tree.context_menu(name="Quote it")
    async def quote(context: Context, message: discord.Message) -> None:
        await context.response.send_message(f"quoting {message.content}", ephemeral=True)

    @tree.context_menu(name="Greet")
    async def greet(context: Context, member: discord.Member) -> None:
        await context.response.send_message(f"hello {member.name}")
