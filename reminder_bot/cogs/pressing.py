"""The buttons under reminders: they answer whoever pressed, and change nothing for anybody else."""

from typing import Any

import discord
from discord.ext import commands

from reminder_bot.interactions.answers import answer, answer_error
from reminder_bot.interactions.press_items import ReminderItem
from reminder_bot.interactions.reminder_presses import decline, find_presser, snooze
from reminder_bot.reminder_buttons import Press
from reminder_bot.services import Services


class PressingCog(commands.Cog):
    """Does what is pressed under a reminder, in a channel or in a direct message, also after a restart."""

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services

    async def cog_load(self) -> None:
        """Hear of presses."""
        self._bot.add_dynamic_items(ReminderItem)

    async def cog_unload(self) -> None:
        """Hear of them no more."""
        self._bot.remove_dynamic_items(ReminderItem)

    async def pressed(self, interaction: discord.Interaction[Any], press: Press) -> None:
        """Do what was pressed, and answer: in a server seen by whoever pressed only."""
        try:
            if await self._bot.tree.interaction_check(interaction):
                await self._do(interaction, press)
        except Exception as error:  # noqa: BLE001  discord.py would log it, and leave whoever pressed without an answer
            await answer_error(interaction, error)

    async def _do(self, interaction: discord.Interaction[Any], press: Press) -> None:
        if press.step is None:
            await interaction.response.defer(ephemeral=interaction.guild_id is not None, thinking=True)
        else:
            await interaction.response.defer()
        user_id = interaction.user.id
        await self._services.desk.require_known(user_id)
        presser = await find_presser(self._services, self._bot, user_id, press)
        if press.act == "snooze":
            text, view = await snooze(presser, press)
        else:
            data: Any = interaction.data or {}
            text, view = await decline(presser, press, data.get("values") or ())
        await answer(interaction, text, view=view)
