"""The Resume buttons under the list of imported events that are paused for their age."""

import asyncio
from typing import Any

import discord
from discord.ext import commands

from reminder_bot.dormant_list import ResumeButton, list_buttons, list_card, listed_events
from reminder_bot.guild_language import guild_language
from reminder_bot.interactions.answers import NETWORK_ERRORS, answer_error
from reminder_bot.interactions.event_lookup import require_event
from reminder_bot.services import Services
from utils.checks import require_organiser_of
from utils.errors import EventNotFoundError, ReminderBotError, UserError
from utils.i18n import _, speaking


class ResumingCog(commands.Cog):
    """Does what `/resume` does at a press, and shows it in the list for everybody."""

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services
        self._drawing = asyncio.Lock()

    async def cog_load(self) -> None:
        """Have the client know the buttons, also those of messages from before this start."""
        self._bot.add_dynamic_items(ResumeButton)

    async def cog_unload(self) -> None:
        """Have it forget them."""
        self._bot.remove_dynamic_items(ResumeButton)

    @commands.Cog.listener()
    async def on_resume_pressed(self, interaction: discord.Interaction[Any], guild_id: int, event_id: int) -> None:
        """Resume an event for an organiser who can see it; anybody else is told why not, and nobody else sees that."""
        try:
            if await self._bot.tree.interaction_check(interaction):
                await self._resume(interaction, guild_id, event_id)
        except (ReminderBotError, *NETWORK_ERRORS) as error:
            await answer_error(interaction, error)

    async def _resume(self, interaction: discord.Interaction, guild_id: int, event_id: int) -> None:
        # In the direct message to an owner there is no guild: it is the button's.
        guild = self._bot.get_guild(guild_id)
        member = require_organiser_of(guild, interaction.user, self._services.book.organiser_roles)
        await interaction.response.defer()
        try:
            event = await require_event(self._services, member, str(event_id))
        except EventNotFoundError as error:
            await self._draw(interaction, member.guild)
            raise UserError(_("That event is not watched any more, or you cannot see its channel.")) from error
        if event.is_paused:
            await self._services.manager.resume(guild_id, event_id, by=member.id)
        await self._draw(interaction, member.guild)
        if not event.is_paused:
            raise UserError(_("Somebody was quicker: that event has been resumed already."))

    async def _draw(self, interaction: discord.Interaction, guild: discord.Guild) -> None:
        """Show the list as it is now; one at a time, so that the last one drawn is the last one read."""
        message = interaction.message
        if message is None:
            return
        async with self._drawing:
            events = {
                event_id: await self._services.queries.recorded(guild.id, event_id)
                for event_id in listed_events(message)
            }
            # Posted for everybody, whoever pressed.
            with speaking(guild_language(guild, self._services.book)):
                embed, view = list_card(guild, message.channel.id, events), list_buttons(guild.id, events)
            await interaction.edit_original_response(embed=embed, view=view)
