"""A guild's settings as one message that is changed in place: all of them, or one with what changes it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import discord

from models.guild_settings import GuildSettings
from reminder_bot.interactions.setting_components import Press, WordSelect
from reminder_bot.interactions.setting_controls import controls_of
from reminder_bot.interactions.setting_texts import SHOWN, is_chosen, title_of
from reminder_bot.interactions.setting_words import value_text
from reminder_bot.interactions.settings_page import SettingsPage
from reminder_bot.interactions.views import Gate
from reminder_bot.services import Services
from reminder_bot.settings_book import SettingsBook
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
        lines.append(_("`/settings zone` suggests zones as you type a city or a country."))
    if name == "organiser_roles":
        lines.append(_("Only members with Manage Server may change this."))
    return card(title_of(name), "\n".join(lines))


class SettingsView(SettingsPage):
    """Shows the settings, all or one, and changes them for an organiser."""

    def __init__(self, interaction: discord.Interaction, services: Services, guild: discord.Guild, gate: Gate) -> None:
        super().__init__(interaction, services, guild, gate)
        self._open: str | None = None
        self.fill()

    def embed(self) -> discord.Embed:
        """Return what the message shows."""
        if self._open is None:
            return overview_card(self.guild, self.services.book)
        return setting_card(self._open, self.guild, self.services.book, self.services.clock.now())

    def fill(self) -> None:
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

    async def _show(self, clicked: discord.Interaction[Any], name: str | None) -> None:
        self._open = name
        await self.draw(clicked)

    async def _reset(self, clicked: discord.Interaction[Any]) -> None:
        if self._open is None:
            return
        defaults = GuildSettings()
        await self.apply(clicked, {part: getattr(defaults, part) for part in SHOWN[self._open].parts})

    async def _show_all(self, clicked: discord.Interaction[Any]) -> None:
        await self._show(clicked, None)
