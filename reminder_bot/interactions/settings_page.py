"""A message that shows settings of a guild and changes them in place, for an organiser."""

from collections.abc import Mapping
from typing import Any

import discord

from models.guild_settings import GuildSettings
from reminder_bot.interactions.setting_components import Read
from reminder_bot.interactions.setting_forms import Form, SettingForm
from reminder_bot.interactions.setting_rules import change_settings
from reminder_bot.interactions.views import Gate, GatedView
from reminder_bot.services import Services
from utils.checks import require_organiser


class SettingsPage(GatedView):
    """What all such messages do; a subclass says what it shows, and puts its components on in `fill`."""

    def __init__(self, interaction: discord.Interaction, services: Services, guild: discord.Guild, gate: Gate) -> None:
        super().__init__(interaction, gate)
        self._drawn = interaction
        self.services = services
        self.guild = guild

    @property
    def settings(self) -> GuildSettings:
        """The settings as they are."""
        return self.services.book.of(self.guild.id)

    def embed(self) -> discord.Embed:
        """Return what the message shows."""
        raise NotImplementedError

    def fill(self) -> None:
        """Put the components on the message that go with what it shows."""
        raise NotImplementedError

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
        await self.draw(clicked)

    async def open_form(self, clicked: discord.Interaction[Any], form: Form, read: Read) -> None:
        """Ask for a text, and apply what is read from it."""

        async def submit(filled: discord.Interaction, text: str) -> None:
            # What was written may have to be looked up at Discord: that can take longer than its 3 seconds.
            await filled.response.defer()
            await self.apply(filled, await read(text))

        await clicked.response.send_modal(SettingForm(form, self.interaction_check, submit))
        # An answer that was a form has no message to grey out.
        self._latest = self._drawn

    async def draw(self, interaction: discord.Interaction[Any]) -> None:
        """Show the message as it is now; one edit."""
        self.fill()
        self._drawn = interaction
        if interaction.response.is_done():
            await interaction.edit_original_response(embed=self.embed(), view=self)
        else:
            await interaction.response.edit_message(embed=self.embed(), view=self)
