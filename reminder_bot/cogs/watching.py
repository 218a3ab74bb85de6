"""`/watch` and its message menu: how a message becomes an event."""

import discord
from discord import app_commands
from discord.ext import commands

from reminder_bot.interactions.answers import answer, defer
from reminder_bot.interactions.event_choices import AUDIENCE, BEFORE, REMIND_IN, Choices, read_choices
from reminder_bot.interactions.event_times import suggest_times
from reminder_bot.interactions.message_lookup import recent_messages, require_channel
from reminder_bot.interactions.message_watching import watch_message
from reminder_bot.interactions.options import Who, read_interval, suggest_intervals, usable_by
from reminder_bot.interactions.place_text import suggest_places
from reminder_bot.interactions.recent_messages import message_option
from reminder_bot.interactions.views import ChoiceView
from reminder_bot.interactions.watch_draft import offer_watch
from reminder_bot.services import Services
from utils.checks import require_organiser
from utils.converters import parse_link
from utils.i18n import _, mark


class WatchingCog(commands.Cog):
    """Watches a message that is linked, chosen from the latest, or pointed at."""

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services
        # A context menu cannot be declared on a method of a cog: it is made here and added by hand.
        menu = app_commands.ContextMenu(name=mark("Watch this message"), callback=self._watch_this)
        self._menu = usable_by(Who.ORGANISER)(menu)

    async def cog_load(self) -> None:
        """Add the message menu."""
        self._bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take the message menu away."""
        self._bot.tree.remove_command(self._menu.name, type=self._menu.type)

    @usable_by(Who.ORGANISER)
    @app_commands.command(description=mark("Watch a message and remind those who have not reacted"))
    @app_commands.describe(
        message=mark("Link, or id in this channel; leave it out to choose from the latest messages"),
        interval=mark("Time between reminders, such as 30m, 2h30m or 1d"),
        start=mark("When it begins, such as tomorrow 8pm or Fri 20:00"),
        until=mark("Until when to answer; left out: until it begins"),
        audience=AUDIENCE,
        remind_in=REMIND_IN,
        before=BEFORE,
    )
    async def watch(
        self,
        interaction: discord.Interaction,
        message: str | None = None,
        interval: str | None = None,
        start: str | None = None,
        until: str | None = None,
        audience: str | None = None,
        remind_in: str | None = None,
        before: str | None = None,
    ) -> None:
        """Watch a message, or offer the latest ones to choose from."""
        member = require_organiser(interaction, self._services.book.organiser_roles)
        every = None if interval is None else read_interval(interval, self._services.settings)
        link = None if message is None else parse_link(message, member.guild.id)
        await defer(interaction)
        choices = await read_choices(
            self._services, member, start=start, until=until, audience=audience, remind_in=remind_in, before=before,
            interval=every,
        )  # fmt: skip
        if link is None:
            await self._offer_choice(interaction, member, choices)
            return
        channel_id = link.channel_id or interaction.channel_id or 0
        await self._watch(interaction, member, channel_id, link.message_id, choices)

    @watch.autocomplete("interval")
    async def suggest_interval(self, _interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Suggest what the text may become."""
        return suggest_intervals(current, self._services.settings)

    async def _watch_this(self, interaction: discord.Interaction, message: discord.Message) -> None:
        member = require_organiser(interaction, self._services.book.organiser_roles)
        await defer(interaction)
        channel_id = interaction.channel_id or message.channel.id
        await answer(interaction, embed=await watch_message(self._services, member, channel_id, message.id, None))

    @watch.autocomplete("start")
    @watch.autocomplete("until")
    async def suggest_time(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Suggest moments, by the server's clock."""
        return suggest_times(self._services, interaction.guild_id, current)

    @watch.autocomplete("remind_in")
    async def suggest_place(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Suggest places for reminders."""
        return suggest_places(interaction.user, current)

    async def _watch(
        self,
        interaction: discord.Interaction,
        member: discord.Member,
        channel_id: int,
        message_id: int,
        choices: Choices,
    ) -> None:
        """Watch at once where nothing is to be looked at first; else show what would be."""
        if choices.is_nothing:
            embed = await watch_message(self._services, member, channel_id, message_id, choices.interval)
            await answer(interaction, embed=embed)
            return
        gate = self._bot.tree.interaction_check
        await offer_watch(self._services, interaction, member, channel_id, message_id, choices, gate)

    async def _offer_choice(self, interaction: discord.Interaction, member: discord.Member, choices: Choices) -> None:
        channel = await require_channel(member, interaction.channel_id or 0)
        now, index = self._services.clock.now(), self._services.manager.index
        options = [message_option(message, index, now) for message in await recent_messages(channel)]
        if not options:
            await answer(interaction, _("Nobody has written here lately. Use `/watch` with the link of a message."))
            return

        async def choose(clicked: discord.Interaction, value: str) -> None:
            chooser = require_organiser(clicked, self._services.book.organiser_roles)
            await self._watch(clicked, chooser, channel.id, int(value), choices)

        gate = self._bot.tree.interaction_check
        view = ChoiceView(interaction, _("Choose the message people are to react to"), options, choose, gate)
        await answer(interaction, _("Which message shall I watch?"), view=view)
