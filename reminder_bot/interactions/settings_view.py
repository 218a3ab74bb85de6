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
from utils.formatting import truncate
from utils.i18n import _
from utils.zones import utc_offset

AT_ONCE = ("zone", "language", "organiser_roles", "log_channel_id", "quiet_hours", "is_silent", "escalate_after")
FOR_NEW_EVENTS = tuple(name for name in SHOWN if name not in AT_ONCE)

DESCRIPTION_LIMIT = 100
"""Characters of an option's description. Source: Discord's documentation of selects."""


def overview_card(guild: discord.Guild, book: SettingsBook) -> discord.Embed:
    """Return all settings with their values, a line for each: what they are stands in the select and on their cards."""
    lines = []
    for heading, names in ((_("In force at once"), AT_ONCE), (_("What new events begin with"), FOR_NEW_EVENTS)):
        lines.append(f"-# {heading}")
        line = _("**{setting}**: {value}")
        lines += [line.format(setting=title_of(name), value=value_text(name, guild, book)) for name in names]
    return card(_("Settings of this server"), "\n".join(lines))


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
            options = [
                discord.SelectOption(label=title_of(name), value=name, description=_plain(setting.what))
                for name, setting in SHOWN.items()
            ]
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


def _plain(what: str) -> str:
    # An option shows markdown as it is written.
    return truncate(_(what).replace("`", ""), DESCRIPTION_LIMIT)
