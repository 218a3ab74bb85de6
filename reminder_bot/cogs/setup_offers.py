"""The offer of a set-up, once for each guild: beside the answer to the first command of an organiser."""

import logging
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from reminder_bot.discord_errors import translate
from reminder_bot.interactions.answers import NETWORK_ERRORS
from reminder_bot.interactions.options import Who, who_may_use
from reminder_bot.interactions.setup_view import SetupView
from reminder_bot.services import Services
from utils.errors import StorageError

log = logging.getLogger(__name__)


class SetupOffersCog(commands.Cog):
    """Hears of each command that went well; what goes wrong here is in nobody's way."""

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services

    @commands.Cog.listener()
    async def on_app_command_completion(
        self,
        interaction: discord.Interaction,
        command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu,
    ) -> None:
        """Offer the set-up, where nothing was ever chosen and none was offered."""
        guild = interaction.guild
        if guild is None or who_may_use(command) is not Who.ORGANISER or not interaction.response.is_done():
            return
        try:
            if await self._services.book.take_setup_offer(guild.id):
                view = SetupView(interaction, self._services, guild, self._bot.tree.interaction_check, step=0)
                await view.offer(interaction)
        except StorageError as error:
            log.warning("set-up not offered guild_id=%s error=%s", guild.id, error)
        except NETWORK_ERRORS as error:
            log.info("set-up not offered guild_id=%s error=%s", guild.id, translate(error))
