"""Where every error of a command ends: one sentence for the caller, a log line for the operator."""

import discord
from discord import app_commands
from discord.ext import commands

from reminder_bot.interactions.answers import answer_error
from reminder_bot.services import Services


class ErrorsCog(commands.Cog):
    """Takes over the command tree's error handler; `interaction_answers.explain` ranks the errors.

    Buttons and selects end in the same place through their views' ``on_error``.
    """

    def __init__(self, bot: commands.Bot, _services: Services) -> None:
        self._bot = bot
        self._before = bot.tree.on_error

    async def cog_load(self) -> None:
        """Take the tree's error handler over."""
        self._bot.tree.error(self._answer)

    async def cog_unload(self) -> None:
        """Give it back."""
        self._bot.tree.error(self._before)

    async def _answer(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        await answer_error(interaction, error)
