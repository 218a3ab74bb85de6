"""What keeps the bot usable: help, health, and the registration of its commands."""

import logging
from collections.abc import Iterable, Iterator
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from reminder_bot.interactions.answers import answer, defer
from reminder_bot.interactions.command_sync import CommandSync
from reminder_bot.interactions.command_translator import OPTION, command_name
from reminder_bot.interactions.health_card import health_card
from reminder_bot.interactions.options import Who, usable_by, who_may_use
from reminder_bot.services import Services
from utils.checks import require_member, require_organiser
from utils.embeds import FIELD_VALUE_LIMIT, card
from utils.errors import DiscordError, StorageError, UserError
from utils.formatting import plural
from utils.i18n import _, mark, pgettext
from utils.pagination import paginate

log = logging.getLogger(__name__)

AnyCommand = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu

NO_NAME = "\u200b"


class UpkeepCog(commands.Cog):
    """`/help`, `/health` and `/sync`; registers the commands by itself when they have changed."""

    def __init__(self, bot: commands.Bot, services: Services, sync: CommandSync) -> None:
        self._bot = bot
        self._services = services
        self._sync = sync

    @commands.Cog.listener()
    async def on_connect(self) -> None:
        """Register the commands that have changed; what fails now is tried again at the next connection."""
        try:
            await self._sync.if_changed()
        except (DiscordError, StorageError) as error:
            log.warning("commands not registered reason=%s", error)

    @usable_by(Who.EVERYONE)
    @app_commands.command(name="help", description=mark("Show all commands and who may use them"))
    async def show_help(self, interaction: discord.Interaction) -> None:
        """Show all commands."""
        embed = card(
            _("Commands"),
            _("I remind those who have not reacted to a message, and only them. Everybody else is left alone."),
        )
        for heading, lines in self._commands_by_caller().items():
            name = heading
            # More than a field holds goes on in one without a name.
            for page in paginate(lines, max_lines=len(lines), max_chars=FIELD_VALUE_LIMIT):
                embed.add_field(name=name, value="\n".join(page), inline=False)
                name = NO_NAME
        await answer(interaction, embed=embed)

    @usable_by(Who.ORGANISER)
    @app_commands.command(description=mark("Show how the bot is"))
    async def health(self, interaction: discord.Interaction) -> None:
        """Show how the bot is."""
        require_organiser(interaction, self._services.book.organiser_roles)
        await defer(interaction)
        await answer(interaction, embed=health_card(await self._services.queries.health(), self._bot.latency))

    @usable_by(Who.OWNER)
    @app_commands.command(description=mark("Register the commands with Discord again"))
    async def sync(self, interaction: discord.Interaction) -> None:
        """Register the commands, changed or not."""
        member = require_member(interaction)
        await defer(interaction)
        if not await self._bot.is_owner(member):
            raise UserError(_("Only the owner of the bot may do this. It is done by itself when commands change."))
        count = await self._sync.now()
        registered = plural(count, "command", "commands")
        await answer(
            interaction, _("Registered {count}. Reload Discord (Ctrl+R) to see them.").format(count=registered)
        )

    def _commands_by_caller(self) -> dict[str, list[str]]:
        headings = {Who.EVERYONE: _("Everyone"), Who.ORGANISER: _("Organisers"), Who.OWNER: _("Owner of the bot")}
        lines: dict[str, list[str]] = {heading: [] for heading in headings.values()}
        for command in sorted(_usable(self._bot.tree.get_commands()), key=command_name):
            lines[headings[who_may_use(command)]].append(_help_line(command))
        return {heading: found for heading, found in lines.items() if found}


def _usable(commands: Iterable[AnyCommand]) -> Iterator[app_commands.Command[Any, ..., Any] | app_commands.ContextMenu]:
    """Yield what can be used: the commands of a group in its place."""
    for command in commands:
        if isinstance(command, app_commands.Group):
            yield from _usable(command.commands)
        else:
            yield command


def _help_line(command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu) -> str:
    if isinstance(command, app_commands.ContextMenu):
        if command.type is discord.AppCommandType.message:
            return _("**{name}** — right-click or hold a message, Apps").format(name=command_name(command))
        return _("**{name}** — right-click or hold a member, Apps").format(name=command_name(command))
    options = "".join(
        f" {pgettext(OPTION, option.name)}{'' if option.required else '?'}" for option in command.parameters
    )
    return f"`/{command_name(command)}{options}` — {_(command.description)}"
