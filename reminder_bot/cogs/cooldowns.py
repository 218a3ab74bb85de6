"""Where every command begins: in its caller's language, and within what one person may use in a minute."""

import discord
from discord.ext import commands

from reminder_bot.interactions.cooldown import Cooldown, is_within_allowance
from reminder_bot.interactions.reader_language import speak_to
from reminder_bot.services import Services


class CooldownsCog(commands.Cog):
    """Takes over the command tree's check, which comes before every command, the message menu's included.

    What costs as much as a command without being one, such as a choice from a select, asks the tree as well.
    """

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services
        self._cooldown = Cooldown()
        self._before = bot.tree.interaction_check

    async def cog_load(self) -> None:
        """Take the tree's check over."""
        self._bot.tree.interaction_check = self._check  # type: ignore[method-assign]

    async def cog_unload(self) -> None:
        """Give it back."""
        self._bot.tree.interaction_check = self._before  # type: ignore[method-assign]

    async def _check(self, interaction: discord.Interaction) -> bool:
        speak_to(interaction)
        return await is_within_allowance(self._cooldown, interaction, self._services.book.organiser_roles)
