"""What everybody may look at: one event, or all that they can see."""

import discord
from discord import app_commands
from discord.ext import commands

from reminder_bot.interactions.answers import answer, defer
from reminder_bot.interactions.event_lookup import require_event, suggest_events, visible_events
from reminder_bot.interactions.options import Who, usable_by
from reminder_bot.interactions.views import answer_pages
from reminder_bot.services import Services
from utils.checks import require_member
from utils.embeds import event_line, list_cards, status_card
from utils.i18n import _, mark
from utils.pagination import paginate


class ViewingCog(commands.Cog):
    """`/status` and `/list`; neither tells of a channel that the caller cannot see."""

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services

    @usable_by(Who.EVERYONE)
    @app_commands.command(description=mark("Show who has answered an event and who is missing"))
    @app_commands.describe(event=mark("Pick one as you type its title, or paste a link to its message"))
    async def status(self, interaction: discord.Interaction, event: str) -> None:
        """Show one event."""
        member = require_member(interaction)
        await defer(interaction)
        found = await require_event(self._services, member, event)
        await answer(
            interaction, embed=status_card(await self._services.queries.status(found.guild_id, found.message_id))
        )

    @usable_by(Who.EVERYONE)
    @app_commands.command(name="list", description=mark("Show the watched events"))
    async def list_events(self, interaction: discord.Interaction) -> None:
        """Show all events in channels that the caller can see, a page at a time."""
        member = require_member(interaction)
        await defer(interaction)
        found = await visible_events(member.guild, member, await self._services.queries.watched(member.guild.id))
        if not found:
            nothing = _("No event is watched in a channel that you can see. An organiser starts one with `/watch`.")
            await answer(interaction, nothing)
            return
        cards = list_cards(paginate(event_line(event) for event in found), len(found))
        await answer_pages(interaction, cards)

    @status.autocomplete("event")
    async def suggest_event(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Suggest events by title."""
        return await suggest_events(self._services, interaction, current)
