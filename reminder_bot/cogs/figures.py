"""`/stats`: how many answer, and how fast, for organisers."""

import asyncio
import io

import discord
from discord import app_commands
from discord.ext import commands

from reminder_bot.analytics_plot import can_plot, draw_analytics
from reminder_bot.interactions.answers import defer
from reminder_bot.interactions.channel_access import visible_channels
from reminder_bot.interactions.event_lookup import require_recorded_event, suggest_events
from reminder_bot.interactions.figure_cards import PICTURE, Rates, figure_cards, picture_words
from reminder_bot.interactions.options import Who, usable_by
from reminder_bot.interactions.views import answer_pages
from reminder_bot.services import Services
from utils.checks import require_organiser
from utils.errors import UserError
from utils.i18n import _, mark

RATES_SHOWN = 20
"""Of how many of the newest watched events it is told how many of those asked have answered: each is counted anew."""


class FiguresCog(commands.Cog):
    """`/stats`; there is nothing in it of a channel that the caller cannot see."""

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services
        # A picture takes a second of a processor: one after the other.
        self._turn = asyncio.Lock()

    @usable_by(Who.ORGANISER)
    @app_commands.command(description=mark("Show how many answer, and how fast"))
    @app_commands.describe(event=mark("Which event, by title or link; leave it out for all"))
    async def stats(self, interaction: discord.Interaction, event: str | None = None) -> None:
        """Show the figures of one event, or of all in channels that the caller can see."""
        member = require_organiser(interaction, self._services.book.organiser_roles)
        await defer(interaction)
        guild_id, queries = member.guild.id, self._services.queries
        if event is None:
            event_id, seen = None, await visible_channels(member, await queries.event_channels(guild_id))
        else:
            found = await require_recorded_event(self._services, member, event)
            event_id, seen = found.message_id, frozenset({found.channel_id})
        figures = await queries.figures(self._services.clock.now(), guild_id, seen, event_id)
        if not figures.events:
            raise UserError(_("There is no event in a channel that you can see. `/watch` starts one."))
        cards = figure_cards(figures, await self._rates(guild_id, seen, event_id))
        file = None
        if can_plot():
            async with self._turn:
                picture = await asyncio.to_thread(draw_analytics, figures)
            file = discord.File(io.BytesIO(picture), PICTURE, description=picture_words(figures))
            for card in cards:
                card.set_image(url=f"attachment://{PICTURE}")
        await answer_pages(interaction, cards, file=file)

    @stats.autocomplete("event")
    async def suggest_event(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Suggest events by title."""
        return await suggest_events(self._services, interaction, current)

    async def _rates(self, guild_id: int, channel_ids: frozenset[int], event_id: int | None) -> Rates:
        watched = await self._services.queries.watched(guild_id)
        chosen = [
            event for event in watched if event.channel_id in channel_ids and event_id in (None, event.message_id)
        ]
        rates: dict[int, tuple[int, int]] = {}
        for event in chosen[:RATES_SHOWN]:
            rate = await self._services.queries.answered(event)
            if rate is not None:
                rates[event.message_id] = rate
        return rates
