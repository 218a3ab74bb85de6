"""What organisers change of an event that is watched: its texts, times and interval, or that it takes place at all."""

import discord

from models.records import TrackedEvent
from reminder_bot.interactions.answer_changing import change_answers
from reminder_bot.interactions.channel_access import may_know
from reminder_bot.interactions.event_cards import draft_card
from reminder_bot.interactions.event_draft import EventDraft, draft_of
from reminder_bot.interactions.event_posting import renew_post
from reminder_bot.services import Services
from utils.checks import require_organiser
from utils.converters import unknown_event
from utils.embeds import event_card
from utils.i18n import _


async def change_event(
    services: Services, clicked: discord.Interaction, event_id: int, draft: EventDraft, seen: EventDraft
) -> discord.Embed:
    """Change of an event what a draft changes of what its caller has ``seen``; return what they are shown.

    What somebody else has changed meanwhile stays, so that nobody is told of a start that nobody has moved.

    Raises:
        UserError: the event is over, or the times have passed meanwhile; nothing was changed.
        StorageError: some of it may have been changed.
    """
    member = require_organiser(clicked, services.book.organiser_roles)
    event = before = await _visible(services, member, event_id)
    key = (event.guild_id, event.message_id)
    draft = draft.on(draft_of(event), seen)
    notices: list[str] = []
    if draft.answers != draft_of(event).answers:
        answered, notices = await change_answers(services, member, event, draft.answers)
        event = answered.event
    if (draft.starts_at, draft.answer_until, draft.options) != (event.starts_at, event.answer_until, event.options):
        planning = services.manager.planning
        change = await planning.reschedule(event, draft.starts_at, draft.answer_until, draft.options, by=member.id)
        event = change.event
    if draft.interval != event.interval:
        event = (await services.manager.set_interval(*key, draft.interval, by=member.id)).event
    if event.options.is_own_post and (draft.title, draft.text) != (event.title, event.description):
        event = await services.manager.planning.rewrite(event, draft.title, draft.text, by=member.id)
    # Cancelled meanwhile, its post says so.
    event = await services.manager.require(*key)
    is_shown = await renew_post(services, member.guild, event, is_cancelled=False)
    if draft_of(event) == draft_of(before):
        return event_card(event, [_("It was so already: nothing was changed.")])
    shown = draft_card(draft_of(event), draft_of(before))
    shown.url = event.jump_url
    if not is_shown:
        notices.append(_("The post could not be changed; the event is."))
    if notices:
        shown.set_footer(text="\n".join(notices))
    return shown


async def cancel_event(services: Services, member: discord.Member, event_id: int) -> discord.Embed:
    """Cancel an event, and say so on its post; return what its caller is shown.

    Raises:
        UserError: the event is over already.
        DiscordError: who has answered cannot be reached at the moment; nothing was changed.
    """
    event = await _visible(services, member, event_id)
    ended = await services.manager.planning.cancel(event, by=member.id)
    await renew_post(services, member.guild, ended, is_cancelled=True)
    return event_card(ended, [_("Cancelled. Those who have answered are told in the channel.")])


async def _visible(services: Services, member: discord.Member, event_id: int) -> TrackedEvent:
    """Return a watched event that the member can still see: a draft may be older than that."""
    event = await services.manager.require(member.guild.id, event_id)
    if not await may_know(member.guild, member, event.channel_id):
        raise unknown_event()
    return event
