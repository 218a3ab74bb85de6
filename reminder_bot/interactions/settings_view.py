"""A guild's settings as one message that is changed in place: all of them, or one with what changes it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import discord

from models.guild_settings import GuildSettings
from reminder_bot.interactions.setting_components import Press, Read, WordSelect
from reminder_bot.interactions.setting_controls import controls_of
from reminder_bot.interactions.setting_forms import Form, SettingForm
from reminder_bot.interactions.setting_rules import change_settings
from reminder_bot.interactions.setting_texts import SHOWN, is_chosen, title_of
from reminder_bot.interactions.setting_words import value_text
from reminder_bot.interactions.views import Gate, GatedView
from reminder_bot.services import Services
from reminder_bot.settings_book import SettingsBook
from utils.checks import require_organiser
from utils.embeds import card
from utils.i18n import _
from utils.zones import utc_offset


def overview_card(guild: discord.Guild, book: SettingsBook) -> discord.Embed:
    """Return all settings, each with its value and what it is."""
    intro = _("What new events here begin with. Choose one below to change it.")
    embed = card(_("Settings of this server"), intro)
    for name, setting in SHOWN.items():
        text = f"{value_text(name, guild, book)}\n-# {_(setting.what)}"
        embed.add_field(name=title_of(name), value=text, inline=False)
    return embed


def setting_card(name: str, guild: discord.Guild, book: SettingsBook, now: datetime) -> discord.Embed:
    """Return one setting: its value, what it is, and what to do where a command changes it."""
    lines = [f"**{value_text(name, guild, book)}**", _(SHOWN[name].what)]
    if name == "zone":
        zone = ZoneInfo(book.of(guild.id).zone or "UTC")
        lines[0] += f" ({utc_offset(zone, now)}, {now.astimezone(zone):%H:%M})"
        lines.append(_("Change it with `/settings zone`: type a city or a country, and pick a suggestion."))
    if name == "organiser_roles":
        lines.append(_("Only members with Manage Server may change this."))
    return card(title_of(name), "\n".join(lines))


class SettingsView(GatedView):
    """Shows the settings, and changes them for an organiser."""

    def __init__(self, interaction: discord.Interaction, services: Services, guild: discord.Guild, gate: Gate) -> None:
        super().__init__(interaction, gate)
        self._drawn = interaction
        self._open: str | None = None
        self.services = services
        self.guild = guild
        self._fill()

    @property
    def settings(self) -> GuildSettings:
        """The settings as they are."""
        return self.services.book.of(self.guild.id)

    def embed(self) -> discord.Embed:
        """Return what the message shows."""
        if self._open is None:
            return overview_card(self.guild, self.services.book)
        return setting_card(self._open, self.guild, self.services.book, self.services.clock.now())

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Refuse everybody else, the caller when they are too fast, and who is no organiser any more."""
        if not await super().interaction_check(interaction):
            return False
        require_organiser(interaction, self.services.book.organiser_roles)
        return True

    async def apply(self, clicked: discord.Interaction[Any], changes: Mapping[str, Any]) -> None:
        """Change settings, and show them; sends one edit of the message."""
        if not clicked.response.is_done():
            await clicked.response.defer()
        member = require_organiser(clicked, self.services.book.organiser_roles)
        await change_settings(self.services, member, changes)
        await self._draw(clicked)

    async def open_form(self, clicked: discord.Interaction[Any], form: Form, read: Read) -> None:
        """Ask for a text, and apply what is read from it."""

        async def submit(filled: discord.Interaction, text: str) -> None:
            # What was written may have to be looked up at Discord: that can take longer than its 3 seconds.
            await filled.response.defer()
            await self.apply(filled, await read(text))

        await clicked.response.send_modal(SettingForm(form, self.interaction_check, submit))
        # An answer that was a form has no message to grey out.
        self._latest = self._drawn

    async def _draw(self, interaction: discord.Interaction[Any]) -> None:
        self._fill()
        self._drawn = interaction
        if interaction.response.is_done():
            await interaction.edit_original_response(embed=self.embed(), view=self)
        else:
            await interaction.response.edit_message(embed=self.embed(), view=self)

    async def _show(self, clicked: discord.Interaction[Any], name: str | None) -> None:
        self._open = name
        await self._draw(clicked)

    async def _reset(self, clicked: discord.Interaction[Any]) -> None:
        if self._open is None:
            return
        defaults = GuildSettings()
        await self.apply(clicked, {part: getattr(defaults, part) for part in SHOWN[self._open].parts})

    async def _show_all(self, clicked: discord.Interaction[Any]) -> None:
        await self._show(clicked, None)

    def _fill(self) -> None:
        """Put the components on the message that go with what it shows."""
        self.clear_items()
        if self._open is None:
            options = [discord.SelectOption(label=title_of(name), value=name) for name in SHOWN]
            self.add_item(WordSelect("pick", _("Choose a setting to change"), options, self._show))
            return
        for item in controls_of(self._open, self):
            self.add_item(item)
        is_default = not is_chosen(self._open, self.settings)
        self.add_item(Press("reset", _("Reset"), self._reset, style=discord.ButtonStyle.danger, disabled=is_default))
        self.add_item(Press("all", _("All settings"), self._show_all))
