"""What the menus of a message and of a member offer: the same as the commands, without typing which one is meant."""

import discord
from discord import app_commands
from discord.ext import commands

from models.records import TrackedEvent
from reminder_bot.interactions.answers import answer, defer
from reminder_bot.interactions.channel_access import visible_among
from reminder_bot.interactions.event_lookup import require_event
from reminder_bot.interactions.options import Who, usable_by
from reminder_bot.interactions.person_lines import answer_line
from reminder_bot.interactions.reminding_now import remind_one
from reminder_bot.interactions.views import answer_pages
from reminder_bot.services import Services
from utils.checks import require_member, require_organiser
from utils.embeds import paged_cards, status_card
from utils.errors import EventNotFoundError
from utils.i18n import _, mark
from utils.pagination import paginate


class MenusCog(commands.Cog):
    """“Remind now” and “Event status” on a message, “What has this member answered?” on a member."""

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services
        # As in `cogs.watching`: a context menu is made here and added by hand.
        self._menus = (
            usable_by(Who.ORGANISER)(app_commands.ContextMenu(name=mark("Remind now"), callback=self._remind_now)),
            usable_by(Who.EVERYONE)(app_commands.ContextMenu(name=mark("Event status"), callback=self._event_status)),
            usable_by(Who.EVERYONE)(
                app_commands.ContextMenu(name=mark("What has this member answered?"), callback=self._answers_of)
            ),
        )

    async def cog_load(self) -> None:
        """Add the menus."""
        for menu in self._menus:
            self._bot.tree.add_command(menu)

    async def cog_unload(self) -> None:
        """Take the menus away."""
        for menu in self._menus:
            self._bot.tree.remove_command(menu.name, type=menu.type)

    async def _remind_now(self, interaction: discord.Interaction, message: discord.Message) -> None:
        member = require_organiser(interaction, self._services.book.organiser_roles)
        await defer(interaction)
        found = await self._watched(member, message)
        await answer(interaction, embed=await remind_one(self._services, found))

    async def _event_status(self, interaction: discord.Interaction, message: discord.Message) -> None:
        member = require_member(interaction)
        await defer(interaction)
        found = await self._watched(member, message)
        status = await self._services.queries.status(found.guild_id, found.message_id)
        await answer(interaction, embed=status_card(status))

    async def _answers_of(self, interaction: discord.Interaction, person: discord.Member) -> None:
        member = require_member(interaction)
        if person.id != member.id:
            require_organiser(interaction, self._services.book.organiser_roles)
        await defer(interaction)
        answers = await self._services.queries.answers_of(member.guild.id, person.id)
        lines = [answer_line(given) for given in await visible_among(member, answers)]
        if not lines:
            await answer(interaction, _("There is no answer to an event that you can see."))
            return
        cards = paged_cards(_("Answers of one member"), paginate([person.mention, *lines], max_lines=11))
        await answer_pages(interaction, cards)

    async def _watched(self, member: discord.Member, message: discord.Message) -> TrackedEvent:
        try:
            return await require_event(self._services, member, str(message.id))
        except EventNotFoundError as error:
            raise EventNotFoundError(
                _("This message is not watched. Right-click it, Apps, Watch this message, and it is.")
            ) from error
