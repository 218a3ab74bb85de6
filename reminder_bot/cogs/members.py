"""`/my`: what everybody may see and choose for themselves, and what is kept of them."""

import gzip
import io

import discord
from discord import app_commands
from discord.ext import commands

from reminder_bot.interactions.answers import answer, defer
from reminder_bot.interactions.choices_view import ChoicesView
from reminder_bot.interactions.confirm_view import ConfirmView
from reminder_bot.interactions.event_lookup import visible_events
from reminder_bot.interactions.forgetting_text import forget_question, receipt_card
from reminder_bot.interactions.options import Who, usable_by
from reminder_bot.interactions.own_events import own_event_lines
from reminder_bot.interactions.views import answer_pages
from reminder_bot.services import Services
from utils.checks import require_member
from utils.embeds import paged_cards
from utils.errors import UserError
from utils.i18n import _, mark
from utils.pagination import paginate
from utils.zones import read_zone, utc_offset, zone_suggestions

PAGE_LINES = 12
FILE_LIMIT = 8_000_000
"""Below what every server takes. Source: https://discord.com/developers/docs/reference#uploading-files"""


class MembersCog(commands.Cog):
    """`/my events`, `reminders`, `timezone`, `data`, `forget` and `remember`."""

    my = usable_by(Who.EVERYONE)(app_commands.Group(name="my", description=mark("Your own events, reminders and data")))

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services

    @my.command(description=mark("What waits for your answer, what you said yes to, what comes next"))
    async def events(self, interaction: discord.Interaction) -> None:
        """Show the caller's own events, of those in channels that they can see."""
        member = require_member(interaction)
        await defer(interaction)
        desk, guild_id = self._services.desk, member.guild.id
        await desk.require_known(member.id)
        found = await desk.own_events(guild_id, member.id)
        seen = {each.message_id for each in await visible_events(member.guild, member, (own.event for own in found))}
        mine = [own for own in found if own.event.message_id in seen]
        lines = own_event_lines(mine, desk.choices(guild_id, member.id), self._services.clock.now())
        if not lines:
            await answer(interaction, _("No event waits for your answer, and you have not said yes to one."))
            return
        await answer_pages(interaction, paged_cards(_("My events"), paginate(lines, PAGE_LINES)))

    @my.command(description=mark("How and when I remind you"))
    async def reminders(self, interaction: discord.Interaction) -> None:
        """Show what the caller has chosen, with what changes it."""
        member = require_member(interaction)
        await defer(interaction)
        await self._services.desk.require_known(member.id)
        view = ChoicesView(interaction, self._services, member, self._bot.tree.interaction_check)
        await answer(interaction, embed=await view.load(), view=view)

    @my.command(description=mark("Set your own clock, for your quiet hours and your times"))
    @app_commands.describe(zone=mark("A city, a country, or a name such as Europe/Paris"))
    async def timezone(self, interaction: discord.Interaction, zone: str) -> None:
        """Choose the caller's zone."""
        member = require_member(interaction)
        found = read_zone(zone)
        await defer(interaction)
        await self._services.desk.require_known(member.id)
        await self._services.desk.choose(member.guild.id, member.id, zone=found.key)
        now = self._services.clock.now()
        clock = f"**{found.key}** ({utc_offset(found, now)}, {now.astimezone(found):%H:%M})"
        told = _("Your clock: {clock}. `/my reminders` takes you back to this server's.")
        await answer(interaction, told.format(clock=clock))

    @timezone.autocomplete("zone")
    async def suggest_zone(self, _interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Suggest zones by city, country or letters."""
        found = zone_suggestions(current, self._services.clock.now())
        return [app_commands.Choice(name=each.label, value=each.key) for each in found]

    @my.command(description=mark("Get all that is stored about you, as a file that only you see"))
    async def data(self, interaction: discord.Interaction) -> None:
        """Answer with a file of all that is stored of the caller, in all servers."""
        member = require_member(interaction)
        await defer(interaction)
        await self._services.desk.require_known(member.id)
        name, content = "my-data.json", await self._services.personal.file_of(member.id)
        if len(content) > FILE_LIMIT:
            name, content = f"{name}.gz", gzip.compress(content)
        if len(content) > FILE_LIMIT:
            raise UserError(_("That is more than fits into a message. Ask whoever runs this bot for it."))
        told = _("All that I keep about you, on every server. `/my forget` removes it.")
        await answer(interaction, told, file=discord.File(io.BytesIO(content), name))

    @my.command(description=mark("Have all that is stored about you removed, now"))
    async def forget(self, interaction: discord.Interaction) -> None:
        """Ask once, then forget the caller."""
        member = require_member(interaction)
        await defer(interaction)
        await self._services.desk.require_known(member.id)

        async def confirm(_clicked: discord.Interaction) -> discord.Embed:
            return receipt_card(await self._services.personal.forget(member.guild.id, member.id))

        gate = self._bot.tree.interaction_check
        view = ConfirmView(interaction, _("Forget me"), _("No, keep it"), confirm, gate)
        await answer(interaction, forget_question(), view=view)

    @my.command(description=mark("Be asked and counted again after /my forget"))
    async def remember(self, interaction: discord.Interaction) -> None:
        """Take a person in again who asked to be forgotten."""
        member = require_member(interaction)
        await defer(interaction)
        shared = [guild.id for guild in self._bot.guilds if guild.get_member(member.id) is not None]
        if not await self._services.personal.remember(member.id, shared):
            raise UserError(_("I had not forgotten you: nothing to take back."))
        told = _("You are asked and counted again. I read your reactions anew; your choices start afresh.")
        await answer(interaction, told)
