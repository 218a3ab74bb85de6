"""`/export`: events and answers as a file that only the caller sees, for organisers."""

import io

import discord
from discord import app_commands
from discord.ext import commands

from models.shown_records import ExportForm
from reminder_bot.interactions.answers import answer, defer
from reminder_bot.interactions.channel_access import visible_channels
from reminder_bot.interactions.options import Who, usable_by
from reminder_bot.services import Services
from utils.checks import require_organiser
from utils.errors import UserError
from utils.formatting import plural
from utils.i18n import _, mark

FORMS = [
    app_commands.Choice(name="CSV, for spreadsheets", value=ExportForm.CSV.value),
    app_commands.Choice(name="JSON, for programs", value=ExportForm.JSON.value),
]


class ExportingCog(commands.Cog):
    """`/export`; there is nothing in it of a channel that the caller cannot see."""

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services

    @usable_by(Who.ORGANISER)
    @app_commands.command(description=mark("Get all events and answers as a file that only you see"))
    @app_commands.describe(format=mark("CSV for spreadsheets, which is the default, or JSON for programs"))
    @app_commands.choices(format=FORMS)
    async def export(self, interaction: discord.Interaction, format: str = ExportForm.CSV) -> None:
        """Answer with a file of the events, in any state, in channels that the caller can see."""
        member = require_organiser(interaction, self._services.book.organiser_roles)
        await defer(interaction)
        guild_id, queries = member.guild.id, self._services.queries
        events_in = await queries.event_channels(guild_id)
        seen = await visible_channels(member, events_in)
        if not seen:
            raise UserError(_("There is no event in a channel that you can see. `/watch` starts one."))
        now, most = self._services.clock.now(), interaction.filesize_limit
        made = await queries.export(guild_id, seen, ExportForm(format), now, most)
        if made is None:
            too_many = _("These are more answers than one file can hold here.")
            instead = _("`reminder-bot db export` takes any number: ask the operator of the bot.")
            raise UserError(f"{too_many} {instead}")
        told = [_told(made.events, made.answers)]
        if hidden := sum(count for channel_id, count in events_in.items() if channel_id not in seen):
            events = plural(hidden, "event", "events")
            told.append(_("Without {events} in channels that you cannot see.").format(events=events))
        told.append(_("Times are in UTC. In a spreadsheet, import the ids as text: they are longer than its numbers."))
        await answer(interaction, "\n".join(told), file=discord.File(io.BytesIO(made.content), made.name))


def _told(events: int, answers: int) -> str:
    counts = {
        "events": plural(events, "event", "events"),
        "answers": plural(answers, "answer", "answers"),
    }
    return _("{events} and {answers}. Keep the file as private as the answers are.").format(**counts)
