"""What organisers do with an event once it is watched: end it, pause it, change its interval, remind now."""

import discord
from discord import app_commands
from discord.ext import commands

from models.records import TrackedEvent
from reminder_bot.interactions.answers import answer, defer
from reminder_bot.interactions.event_lookup import require_event, suggest_events
from reminder_bot.interactions.message_watching import interval_line, next_line
from reminder_bot.interactions.options import Who, read_interval, suggest_intervals, usable_by
from reminder_bot.interactions.reminding_now import remind_all, remind_one
from reminder_bot.services import Services
from utils.checks import require_organiser
from utils.embeds import event_card
from utils.i18n import _, mark

EVENT = mark("Pick one as you type its title, or paste a link to its message")


class OrganisingCog(commands.Cog):
    """The commands that change one event, and `/remind`."""

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services

    @usable_by(Who.ORGANISER)
    @app_commands.command(description=mark("Stop watching an event; its answers are kept"))
    @app_commands.describe(event=EVENT)
    async def unwatch(self, interaction: discord.Interaction, event: str) -> None:
        """End an event."""
        found = await self._open(interaction, event)
        ended = await self._services.manager.unwatch(found.guild_id, found.message_id, by=interaction.user.id)
        line = _("Not watched any more. The answers are kept: `/watch` on the same message takes them up again.")
        await answer(interaction, embed=event_card(ended, [line]))

    @usable_by(Who.ORGANISER)
    @app_commands.command(description=mark("Send no reminders for an event until /resume"))
    @app_commands.describe(event=EVENT)
    async def pause(self, interaction: discord.Interaction, event: str) -> None:
        """Pause an event."""
        found = await self._open(interaction, event)
        paused = await self._services.manager.pause(found.guild_id, found.message_id, by=interaction.user.id)
        lines = [_("Paused. Answers go on being counted; `/resume` sends reminders again.")]
        if found.is_paused:
            lines = [_("It was paused already; `/resume` sends reminders again.")]
        await answer(interaction, embed=event_card(paused, lines))

    @usable_by(Who.ORGANISER)
    @app_commands.command(description=mark("Send reminders for a paused event again"))
    @app_commands.describe(event=EVENT)
    async def resume(self, interaction: discord.Interaction, event: str) -> None:
        """Go on with an event that was paused; one that was not keeps its next reminder."""
        found = await self._open(interaction, event)
        if not found.is_paused:
            await answer(interaction, embed=event_card(found, [_("It is not paused."), next_line(found)]))
            return
        resumed = await self._services.manager.resume(found.guild_id, found.message_id, by=interaction.user.id)
        await answer(interaction, embed=event_card(resumed, [_("Going on."), next_line(resumed)]))

    @usable_by(Who.ORGANISER)
    @app_commands.command(description=mark("Change the time between an event's reminders"))
    @app_commands.describe(event=EVENT, interval=mark("Such as 30m, 2h30m or 1d"))
    async def set_interval(self, interaction: discord.Interaction, event: str, interval: str) -> None:
        """Change an event's interval."""
        require_organiser(interaction, self._services.book.organiser_roles)
        every = read_interval(interval, self._services.settings)
        found = await self._open(interaction, event)
        change = await self._services.manager.set_interval(
            found.guild_id, found.message_id, every, by=interaction.user.id
        )
        lines = [interval_line(found.interval, change.event.interval), next_line(change.event)]
        await answer(interaction, embed=event_card(change.event, lines))

    @usable_by(Who.ORGANISER)
    @app_commands.command(description=mark("Remind those who are missing now"))
    @app_commands.describe(event=mark("Which event; leave it out for all that are running"))
    async def remind(self, interaction: discord.Interaction, event: str | None = None) -> None:
        """Send the reminders of one event, or of all, at once."""
        if event is not None:
            found = await self._open(interaction, event)
            await answer(interaction, embed=await remind_one(self._services, found))
            return
        member = require_organiser(interaction, self._services.book.organiser_roles)
        await defer(interaction)
        await answer(interaction, embed=await remind_all(self._services, member))

    @unwatch.autocomplete("event")
    @pause.autocomplete("event")
    @resume.autocomplete("event")
    @set_interval.autocomplete("event")
    @remind.autocomplete("event")
    async def suggest_event(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Suggest events by title."""
        return await suggest_events(self._services, interaction, current)

    @set_interval.autocomplete("interval")
    async def suggest_interval(self, _interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Suggest what the text may become."""
        return suggest_intervals(current, self._services.settings)

    async def _open(self, interaction: discord.Interaction, text: str) -> TrackedEvent:
        """Check the caller, take the time that is needed, and return the event they name."""
        member = require_organiser(interaction, self._services.book.organiser_roles)
        await defer(interaction)
        return await require_event(self._services, member, text)
