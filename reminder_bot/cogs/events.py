"""`/event`: events that the bot posts, and what is changed of any event: written in a form, shown before it is done."""

import discord
from discord import app_commands
from discord.ext import commands

from models.records import TrackedEvent
from reminder_bot.interactions.answers import answer, defer
from reminder_bot.interactions.confirm_view import ConfirmView
from reminder_bot.interactions.draft_view import DraftView, Task
from reminder_bot.interactions.event_cards import preview_card, show_card
from reminder_bot.interactions.event_changes import cancel_event, change_event
from reminder_bot.interactions.event_choices import AUDIENCE, BEFORE, REMIND_IN, read_choices
from reminder_bot.interactions.event_draft import EventDraft, blank_draft, draft_of
from reminder_bot.interactions.event_lookup import require_event, suggest_events
from reminder_bot.interactions.event_posting import post_event, require_postable
from reminder_bot.interactions.message_lookup import MessageChannel, require_channel
from reminder_bot.interactions.message_watching import next_line
from reminder_bot.interactions.options import Who, usable_by
from reminder_bot.interactions.place_text import suggest_places
from reminder_bot.places import PlacePreview
from reminder_bot.services import Services
from utils.checks import require_member, require_organiser
from utils.embeds import event_card
from utils.errors import DiscordError
from utils.i18n import _, mark

EVENT = mark("Pick one as you type its title, or paste a link to its message")


class EventsCog(commands.Cog):
    """`/event create`, `edit`, `copy`, `cancel`, `show` and `preview`."""

    event = usable_by(Who.ORGANISER)(
        app_commands.Group(name="event", description=mark("Post events, change them, look at them"))
    )

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services

    @event.command(description=mark("Write an event; the bot posts it, collects the answers and reminds"))
    @app_commands.describe(audience=AUDIENCE, remind_in=REMIND_IN, before=BEFORE)
    async def create(
        self,
        interaction: discord.Interaction,
        audience: str | None = None,
        remind_in: str | None = None,
        before: str | None = None,
    ) -> None:
        """Open the form of a new event, to be posted in this channel."""
        member = require_organiser(interaction, self._services.book.organiser_roles)
        choices = await read_choices(self._services, member, audience=audience, remind_in=remind_in, before=before)
        channel = await self._here(interaction, member)
        await self._write(interaction, channel, choices.on(blank_draft(self._services, member.guild.id)))

    @event.command(description=mark("Post an event like another one, at another time"))
    @app_commands.describe(event=EVENT)
    async def copy(self, interaction: discord.Interaction, event: str) -> None:
        """Open the form of a new event, filled with another one's texts."""
        member = require_organiser(interaction, self._services.book.organiser_roles)
        found = await require_event(self._services, member, event)
        channel = await self._here(interaction, member)
        same = draft_of(found)
        again = EventDraft(same.title, same.text, None, None, same.interval, same.emoji, same.options)
        await self._write(interaction, channel, again)

    @event.command(description=mark("Change an event: its texts, times and interval"))
    @app_commands.describe(event=EVENT, audience=AUDIENCE, remind_in=REMIND_IN, before=BEFORE)
    async def edit(
        self,
        interaction: discord.Interaction,
        event: str,
        audience: str | None = None,
        remind_in: str | None = None,
        before: str | None = None,
    ) -> None:
        """Open the form of an event; of a message that somebody else wrote, without its text."""
        member = require_organiser(interaction, self._services.book.organiser_roles)
        choices = await read_choices(self._services, member, audience=audience, remind_in=remind_in, before=before)
        found = await require_event(self._services, member, event)
        present = draft_of(found)

        async def finish(clicked: discord.Interaction, draft: EventDraft) -> discord.Embed:
            return await change_event(self._services, clicked, found.message_id, draft)

        task = Task(_("Change the event"), _("Save"), finish, present, has_text=found.options.is_own_post)
        gate, draft = self._bot.tree.interaction_check, choices.on(present)
        view = DraftView(interaction, self._services, member.guild, draft, task, gate)
        await view.open_form(interaction)

    @event.command(description=mark("End an event that does not take place; those who have answered are told"))
    @app_commands.describe(event=EVENT)
    async def cancel(self, interaction: discord.Interaction, event: str) -> None:
        """Ask once, then cancel."""
        member = require_organiser(interaction, self._services.book.organiser_roles)
        await defer(interaction)
        found = await require_event(self._services, member, event)

        async def confirm(clicked: discord.Interaction) -> discord.Embed:
            organiser = require_organiser(clicked, self._services.book.organiser_roles)
            return await cancel_event(self._services, organiser, found.message_id)

        question = _("Cancel this event? Those who have answered are told in the channel. It cannot be taken back.")
        gate = self._bot.tree.interaction_check
        view = ConfirmView(interaction, _("Cancel the event"), _("Keep it"), confirm, gate)
        await answer(interaction, embed=event_card(found, [question]), view=view)

    @event.command(description=mark("Show what was chosen for an event, and what comes next"))
    @app_commands.describe(event=EVENT)
    async def show(self, interaction: discord.Interaction, event: str) -> None:
        """Show one event."""
        found = await self._look(interaction, event)
        status = await self._services.queries.status(found.guild_id, found.message_id)
        planned = await self._services.manager.planning.planned(found)
        await answer(interaction, embed=show_card(status.event, status, planned, draft_of(status.event)))

    @event.command(description=mark("Show who would be pinged now, and when the next messages come; pings nobody"))
    @app_commands.describe(event=EVENT)
    async def preview(self, interaction: discord.Interaction, event: str) -> None:
        """Show whom a reminder would reach."""
        found = await self._look(interaction, event)
        status = await self._services.queries.status(found.guild_id, found.message_id)
        planned = await self._services.manager.planning.planned(found)
        await answer(interaction, embed=preview_card(status.event, status, planned, await self._place(found)))

    @copy.autocomplete("event")
    @edit.autocomplete("event")
    @cancel.autocomplete("event")
    @show.autocomplete("event")
    @preview.autocomplete("event")
    async def suggest_event(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Suggest events by title."""
        return await suggest_events(self._services, interaction, current)

    @create.autocomplete("remind_in")
    @edit.autocomplete("remind_in")
    async def suggest_place(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Suggest places for reminders."""
        return suggest_places(interaction.user, current)

    async def _look(self, interaction: discord.Interaction, text: str) -> TrackedEvent:
        member = require_organiser(interaction, self._services.book.organiser_roles)
        await defer(interaction)
        return await require_event(self._services, member, text)

    async def _place(self, event: TrackedEvent) -> PlacePreview | None:
        try:
            return await self._services.manager.places.preview(event)
        except DiscordError:
            return None

    async def _here(self, interaction: discord.Interaction, member: discord.Member) -> MessageChannel:
        channel = await require_channel(member, interaction.channel_id or 0)
        require_postable(channel, member)
        return channel

    async def _write(self, interaction: discord.Interaction, channel: MessageChannel, draft: EventDraft) -> None:
        async def finish(clicked: discord.Interaction, written: EventDraft) -> discord.Embed:
            member = require_member(clicked)
            require_postable(channel, member)
            posted, notice = await post_event(self._services, channel, member, written)
            lines = [_("Posted in {channel}, and watched.").format(channel=channel.mention), next_line(posted)]
            return event_card(posted, [*lines, *([notice] if notice else [])])

        task = Task(_("New event"), _("Post"), finish)
        gate = self._bot.tree.interaction_check
        view = DraftView(interaction, self._services, channel.guild, draft, task, gate)
        await view.open_form(interaction)
