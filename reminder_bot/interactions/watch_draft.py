"""`/watch` with more than an interval: shown with its times as everybody will read them, done when that is right."""

from dataclasses import replace

import discord

from reminder_bot.interactions.answers import answer
from reminder_bot.interactions.draft_view import DraftView, Task
from reminder_bot.interactions.event_changes import change_event
from reminder_bot.interactions.event_choices import Choices
from reminder_bot.interactions.event_draft import EventDraft, blank_draft, draft_of
from reminder_bot.interactions.message_lookup import find_message
from reminder_bot.interactions.message_watching import known_event, watch_message, words_of
from reminder_bot.interactions.views import Gate
from reminder_bot.services import Services
from utils.checks import require_organiser
from utils.i18n import _


async def offer_watch(
    services: Services,
    interaction: discord.Interaction,
    member: discord.Member,
    channel_id: int,
    message_id: int,
    choices: Choices,
    gate: Gate,
) -> None:
    """Answer with what watching a message would be, or with what would change where it is watched already.

    Raises:
        UserError: the message cannot be used.
        DiscordError: Discord could not be asked.
    """
    known = await known_event(services, member.guild.id, message_id)
    if known is not None:
        before = draft_of(known)

        async def change(clicked: discord.Interaction, draft: EventDraft) -> discord.Embed:
            return await change_event(services, clicked, message_id, draft, before)

        task = Task(_("Change the event"), _("Save"), change, before, has_text=False)
        draft = choices.on(before)
    else:
        title, text = words_of(services, await find_message(member, channel_id, message_id), member.guild)
        draft = choices.on(replace(blank_draft(services, member.guild.id), title=title, text=text))

        async def watch(clicked: discord.Interaction, chosen: EventDraft) -> discord.Embed:
            organiser = require_organiser(clicked, services.book.organiser_roles)
            return await watch_message(services, organiser, channel_id, message_id, chosen.interval, chosen)

        task = Task(_("Watch the message"), _("Watch"), watch, has_text=False)
    view = DraftView(interaction, services, member.guild, draft, task, gate)
    await answer(interaction, embed=view.embed(), view=view)
