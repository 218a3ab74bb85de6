"""`/log`: what was sent when, to whom, how late, and why not, for organisers."""

import discord
from discord import app_commands
from discord.ext import commands

from reminder_bot.interactions.answers import answer, defer
from reminder_bot.interactions.channel_access import visible_among
from reminder_bot.interactions.delivery_lines import delivery_line
from reminder_bot.interactions.event_lookup import require_recorded_event, suggest_events
from reminder_bot.interactions.options import Who, usable_by
from reminder_bot.interactions.views import answer_pages
from reminder_bot.services import Services
from utils.checks import require_organiser
from utils.embeds import paged_cards
from utils.formatting import plural
from utils.i18n import _, mark
from utils.pagination import paginate


class DeliveriesCog(commands.Cog):
    """`/log`; it tells of no channel that the caller cannot see, and pings nobody."""

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services

    @usable_by(Who.ORGANISER)
    @app_commands.command(description=mark("Show which reminders were sent when, to whom, how late, and why not"))
    @app_commands.describe(event=mark("Which event, by title or link; leave it out for all"))
    async def log(self, interaction: discord.Interaction, event: str | None = None) -> None:
        """Show the latest messages of one event's reminders, or of all in channels that the caller can see."""
        member = require_organiser(interaction, self._services.book.organiser_roles)
        await defer(interaction)
        found = None if event is None else await require_recorded_event(self._services, member, event)
        event_id = None if found is None else found.message_id
        deliveries = await self._services.queries.deliveries(member.guild.id, event_id)
        if not deliveries:
            await answer(
                interaction, _("No reminder has been sent yet, or it was too long ago. `/remind` sends one now.")
            )
            return
        # Who may know of one event was asked with all the care there is; for a whole list it has to be quick.
        visible = deliveries if found is not None else await visible_among(member, deliveries)
        lines = [delivery_line(one) for one in visible]
        if hidden := len(deliveries) - len(visible):
            messages = plural(hidden, "message", "messages")
            lines.append(_("and {messages} in channels that you cannot see").format(messages=messages))
        cards = paged_cards(_("Reminders"), paginate(lines))
        await answer_pages(interaction, cards)

    @log.autocomplete("event")
    async def suggest_event(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Suggest events by title."""
        return await suggest_events(self._services, interaction, current)
