"""`/search`: events by the words of their titles and descriptions."""

import discord
from discord import app_commands
from discord.ext import commands

from reminder_bot.interactions.answers import answer, defer
from reminder_bot.interactions.channel_access import visible_among
from reminder_bot.interactions.options import Who, usable_by
from reminder_bot.interactions.views import answer_pages
from reminder_bot.services import Services
from utils.checks import require_member
from utils.embeds import event_line, paged_cards
from utils.formatting import plural
from utils.i18n import _, mark
from utils.pagination import paginate

FOUND_LIMIT = 1000
"""How many of the best matches are looked at for those in channels that the caller can see."""


class SearchingCog(commands.Cog):
    """`/search`; it tells of no channel that the caller cannot see."""

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services

    @usable_by(Who.EVERYONE)
    @app_commands.command(description=mark("Find events by words of their title or text, also those that are over"))
    @app_commands.describe(text=mark("Words, or how they begin; accents and capitals do not matter"))
    async def search(self, interaction: discord.Interaction, text: str) -> None:
        """Show the events that have all the words, the best match first, a page at a time."""
        member = require_member(interaction)
        await defer(interaction)
        found = await self._services.queries.find(member.guild.id, text, FOUND_LIMIT)
        visible = await visible_among(member, found)
        if not visible:
            nothing = _("No event that you can see has all of these words in its title or text.")
            await answer(
                interaction,
                nothing + " " + _("Try fewer words, or only how they begin; `/list` shows what is watched."),
            )
            return
        title = _("Found: {count}").format(count=plural(len(visible), "event", "events"))
        cards = paged_cards(title, paginate(event_line(event) for event in visible))
        await answer_pages(interaction, cards)
