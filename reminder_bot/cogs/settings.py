"""`/settings`: what a guild has chosen for all of its events, shown, changed, kept as a file; for organisers."""

import io

import discord
from discord import app_commands
from discord.ext import commands

from models.guild_settings import GuildSettings
from reminder_bot.discord_errors import discord_errors
from reminder_bot.interactions.answers import answer, defer
from reminder_bot.interactions.options import Who, usable_by
from reminder_bot.interactions.setting_rules import change_settings
from reminder_bot.interactions.setting_texts import SHOWN, title_of
from reminder_bot.interactions.setting_words import settings_text
from reminder_bot.interactions.settings_file import FILE_LIMIT, read_settings_file, settings_file
from reminder_bot.interactions.settings_view import SettingsView, setting_card
from reminder_bot.services import Services
from utils.checks import require_organiser
from utils.embeds import card
from utils.errors import UserError
from utils.formatting import truncate
from utils.i18n import _, mark
from utils.zones import read_zone, zone_suggestions

CHANGE_LIMIT = 150
"""How long each value in the answer to an import may be: all of them fit."""


class SettingsCog(commands.Cog):
    """`/settings show`, `zone`, `export` and `import`."""

    settings = usable_by(Who.ORGANISER)(
        app_commands.Group(name="settings", description=mark("What this server has chosen for its events"))
    )

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services

    @settings.command(description=mark("Show the settings of this server, and change them"))
    async def show(self, interaction: discord.Interaction) -> None:
        """Show all settings, with what changes them."""
        member = require_organiser(interaction, self._services.book.organiser_roles)
        await defer(interaction)
        view = SettingsView(interaction, self._services, member.guild, self._bot.tree.interaction_check)
        await answer(interaction, embed=view.embed(), view=view)

    @settings.command(description=mark("Set the clock by which times that people type are read"))
    @app_commands.describe(zone=mark("A city, a country, or a name such as Europe/Paris"))
    async def zone(self, interaction: discord.Interaction, zone: str) -> None:
        """Choose the time zone."""
        member = require_organiser(interaction, self._services.book.organiser_roles)
        key = read_zone(zone).key
        await defer(interaction)
        await change_settings(self._services, member, {"zone": key})
        now = self._services.clock.now()
        await answer(interaction, embed=setting_card("zone", member.guild, self._services.book, now))

    @zone.autocomplete("zone")
    async def suggest_zone(self, _interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Suggest zones by city, country or letters."""
        found = zone_suggestions(current, self._services.clock.now())
        return [app_commands.Choice(name=each.label, value=each.key) for each in found]

    @settings.command(name="export", description=mark("Get the settings as a file that only you see"))
    async def export_file(self, interaction: discord.Interaction) -> None:
        """Answer with a file of all settings."""
        member = require_organiser(interaction, self._services.book.organiser_roles)
        await defer(interaction)
        content = settings_file(self._services.book.of(member.guild.id))
        told = _("All settings of this server; `/settings import` takes the file back, here or on another server.")
        await answer(interaction, told, file=discord.File(io.BytesIO(content), f"settings-{member.guild.id}.json"))

    @settings.command(name="import", description=mark("Take settings from a file that /settings export has made"))
    @app_commands.describe(file=mark("The file; settings that it does not name stay as they are"))
    async def import_file(self, interaction: discord.Interaction, file: discord.Attachment) -> None:
        """Change the settings that a file names, all or none, and say what has changed."""
        member = require_organiser(interaction, self._services.book.organiser_roles)
        if file.size > FILE_LIMIT:
            raise UserError(
                _("That file is too large for settings. `/settings export` makes one. Nothing was changed.")
            )
        await defer(interaction)
        with discord_errors():
            content = await file.read()
        changes = read_settings_file(content, self._services.book.of(member.guild.id))
        before, after = await change_settings(self._services, member, changes)
        await answer(interaction, embed=_changes_card(before, after))


def _changes_card(before: GuildSettings, after: GuildSettings) -> discord.Embed:
    lines = [
        f"**{title_of(name)}**: {_value(name, before)} → {_value(name, after)}"
        for name, setting in SHOWN.items()
        if any(getattr(before, part) != getattr(after, part) for part in setting.parts)
    ]
    return card(_("Settings of this server"), "\n".join(lines) or _("All was as in the file already."))


def _value(name: str, settings: GuildSettings) -> str:
    return truncate(settings_text(name, settings), CHANGE_LIMIT)
