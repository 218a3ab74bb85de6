"""`/audit`: who changed what, for organisers."""

import discord
from discord import app_commands
from discord.ext import commands

from reminder_bot.interactions.answers import answer, defer
from reminder_bot.interactions.change_lines import change_line
from reminder_bot.interactions.channel_access import visible_among
from reminder_bot.interactions.event_lookup import require_recorded_event, suggest_events
from reminder_bot.interactions.options import Who, usable_by
from reminder_bot.interactions.views import answer_pages
from reminder_bot.services import Services
from utils.checks import require_organiser
from utils.embeds import paged_cards
from utils.formatting import plural
from utils.i18n import _, mark
from utils.pagination import paginate


class AuditingCog(commands.Cog):
    """`/audit`; it tells of no channel that the caller cannot see."""

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services

    @usable_by(Who.ORGANISER)
    @app_commands.command(description=mark("Show who changed what, and when"))
    @app_commands.describe(event=mark("Which event, by title or link; leave it out for all"))
    async def audit(self, interaction: discord.Interaction, event: str | None = None) -> None:
        """Show the latest changes of one event, or of all in channels that the caller can see."""
        member = require_organiser(interaction, self._services.book.organiser_roles)
        await defer(interaction)
        found = None if event is None else await require_recorded_event(self._services, member, event)
        event_id = None if found is None else found.message_id
        entries = await self._services.queries.changes(member.guild.id, event_id)
        # Who may know of the event was asked with all the care there is; for a whole list it has to be quick.
        visible = entries if found is not None else await visible_among(member, entries)
        if not entries:
            await answer(interaction, _("Nothing has been changed here yet, or it was too long ago."))
            return
        lines = [change_line(entry) for entry in visible]
        if hidden := len(entries) - len(visible):
            count = plural(hidden, "change", "changes")
            lines.append(_("and {count} in channels that you cannot see").format(count=count))
        cards = paged_cards(_("Changes"), paginate(lines))
        await answer_pages(interaction, cards)

    @audit.autocomplete("event")
    async def suggest_event(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Suggest events by title."""
        return await suggest_events(self._services, interaction, current)
