"""`/doctor`: what would go wrong with reminders before it does, for organisers."""

import discord
from discord import app_commands
from discord.ext import commands

from reminder_bot.checkup import Checkup
from reminder_bot.interactions.answers import answer, defer
from reminder_bot.interactions.doctor_card import DoctorView
from reminder_bot.interactions.options import Who, usable_by
from reminder_bot.services import Services
from utils.checks import require_organiser
from utils.i18n import mark


class DoctorCog(commands.Cog):
    """`/doctor`; it tells of no channel that the caller cannot see."""

    def __init__(self, bot: commands.Bot, services: Services, checkup: Checkup) -> None:
        self._bot = bot
        self._services = services
        self._checkup = checkup

    @usable_by(Who.ORGANISER)
    @app_commands.command(description=mark("Show what is or will be wrong with reminders here, and mend it"))
    async def doctor(self, interaction: discord.Interaction) -> None:
        """Look at all that the guild's reminders depend on."""
        member = require_organiser(interaction, self._services.book.organiser_roles)
        await defer(interaction)
        view = DoctorView(interaction, self._services, self._checkup, self._bot.tree.interaction_check)
        await view.look(member)
        await answer(interaction, embed=view.embed(), view=view)
