"""What keeps the bot usable: help, health, and the registration of its commands."""

import logging
import math
import re
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from reminder_bot.event_requests import Health
from reminder_bot.interactions.answers import answer, defer
from reminder_bot.interactions.command_sync import CommandSync
from reminder_bot.interactions.options import Who, usable_by, who_may_use
from reminder_bot.services import Services
from utils.checks import require_member, require_organiser
from utils.embeds import FIELD_VALUE_LIMIT, GREEN, RED, card
from utils.errors import DiscordError, StorageError, UserError
from utils.formatting import plural, truncate
from utils.i18n import _
from utils.pagination import paginate
from utils.time import timestamp_tag

log = logging.getLogger(__name__)

NO_NAME = "\u200b"

_SNOWFLAKE = re.compile(r"[0-9]{15,20}")


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
    @app_commands.command(name="help", description=_("Show all commands and who may use them"))
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
    @app_commands.command(description=_("Show how the bot is"))
    async def health(self, interaction: discord.Interaction) -> None:
        """Show how the bot is."""
        require_organiser(interaction, self._services.settings.admin_roles)
        await defer(interaction)
        await answer(interaction, embed=health_card(await self._services.queries.health(), self._bot.latency))

    @usable_by(Who.OWNER)
    @app_commands.command(description=_("Register the commands with Discord again"))
    async def sync(self, interaction: discord.Interaction) -> None:
        """Register the commands, changed or not."""
        member = require_member(interaction)
        await defer(interaction)
        if not await self._bot.is_owner(member):
            raise UserError(_("Only the owner of the bot may do this. It is done by itself when commands change."))
        count = await self._sync.now()
        registered = plural(count, _("command"), _("commands"))
        await answer(
            interaction, _("Registered {count}. Reload Discord (Ctrl+R) to see them.").format(count=registered)
        )

    def _commands_by_caller(self) -> dict[str, list[str]]:
        headings = {Who.EVERYONE: _("Everyone"), Who.ORGANISER: _("Organisers"), Who.OWNER: _("Owner of the bot")}
        lines: dict[str, list[str]] = {heading: [] for heading in headings.values()}
        for command in sorted(self._bot.tree.get_commands(), key=lambda command: command.name):
            lines[headings[who_may_use(command)]].append(_help_line(command))
        return {heading: found for heading, found in lines.items() if found}


def health_card(health: Health, latency_seconds: float) -> discord.Embed:
    """Return how the bot is; ``latency_seconds`` is NaN or infinite before the first heartbeat was answered."""
    is_well = health.is_online and not (health.is_storage_failing or health.counts.blocked or health.care.failing)
    embed = card(_("Health"), _("All is well.") if is_well else _("Look at what is not as it should be."))
    embed.colour = GREEN if is_well else RED
    latency = f"{latency_seconds * 1000:.0f} ms" if math.isfinite(latency_seconds) else _("not known yet")
    last_backup = _("none") if health.care.last_backup_at is None else timestamp_tag(health.care.last_backup_at)
    next_due = _("none") if health.next_due_at is None else timestamp_tag(health.next_due_at)
    facts = {
        _("Connected"): _("yes") if health.is_online else _("no"),
        _("Up since"): timestamp_tag(health.started_at),
        _("Gateway latency"): latency,
        _("Database"): f"{health.database_bytes / 1024 / 1024:.1f} MiB",
        _("Last backup"): last_backup,
        _("Waiting to be written"): str(health.writer_queue),
        _("Events"): _("{active} active, {paused} paused, {blocked} blocked").format(
            active=health.counts.active, paused=health.counts.paused, blocked=health.counts.blocked
        ),
        _("Being sent"): str(health.sending),
        _("Next wake-up"): next_due,
        _("Last wake-up late by"): f"{health.lateness.total_seconds():.3f} s",
    }
    for name, value in facts.items():
        embed.add_field(name=name, value=value)
    if health.is_storage_failing:
        embed.add_field(name=_("Storage"), value=_("The database cannot be written; see the log."), inline=False)
    if health.care.failing:
        failing = _("Failed, and will be tried again: {jobs}. The log says why.")
        embed.add_field(name=_("Upkeep"), value=failing.format(jobs=", ".join(health.care.failing)), inline=False)
    if health.away is not None:
        embed.add_field(name=_("While I was away"), value=health.away, inline=False)
    # It may have happened in another server, whose ids are nobody's business here; the log has them.
    last_error = _("none") if health.last_error is None else _SNOWFLAKE.sub("…", health.last_error)
    embed.add_field(name=_("Last error"), value=truncate(last_error, FIELD_VALUE_LIMIT), inline=False)
    return embed


def _help_line(command: app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu) -> str:
    if isinstance(command, app_commands.ContextMenu):
        if command.type is discord.AppCommandType.message:
            return _("**{name}** — right-click a message, Apps").format(name=command.name)
        return _("**{name}** — right-click a member, Apps").format(name=command.name)
    parameters = command.parameters if isinstance(command, app_commands.Command) else []
    options = "".join(f" {option.name}{'' if option.required else '?'}" for option in parameters)
    return f"`/{command.name}{options}` — {command.description}"
