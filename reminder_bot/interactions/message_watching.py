"""`/watch`, once it is clear which message: check it, offer the reactions, watch it, and say what happens next."""

from collections.abc import Sequence
from datetime import timedelta

import discord

from models.records import EventState, TrackedEvent
from reminder_bot.event_requests import Change, EventStatus, WatchRequest
from reminder_bot.guild_language import ChosenSettings, guild_language
from reminder_bot.interactions.event_draft import EventDraft, blank_draft
from reminder_bot.interactions.message_lookup import find_message
from reminder_bot.interactions.reaction_offer import offer_reactions
from reminder_bot.message_text import title_and_description
from reminder_bot.services import Services
from utils.durations import format_duration
from utils.embeds import answered_text, event_card, state_text
from utils.errors import EventNotFoundError, InvalidEmojiError
from utils.formatting import listing
from utils.i18n import _, speaking
from utils.time import timestamp_tag


async def watch_message(
    services: Services,
    member: discord.Member,
    channel_id: int,
    message_id: int,
    interval: timedelta | None,
    chosen: EventDraft | None = None,
) -> discord.Embed:
    """Watch a message for a member, or change its interval when it is watched already; return the answer.

    Without an interval a new event gets the default one, and a watched event keeps its own. What else is ``chosen`` is
    for a new event; it has the server's choices where there is nothing.

    Raises:
        UserError: the message or an emoji cannot be used; nothing was changed.
        DiscordError: Discord could not be asked; nothing was changed.
    """
    message = await find_message(member, channel_id, message_id)
    known = await known_event(services, member.guild.id, message_id)
    title, description = words_of(services, message, member.guild)
    draft = chosen or blank_draft(services, member.guild.id)
    services.manager.planning.check(draft.starts_at, draft.answer_until)
    notices = [await _offer(message, draft.emoji, known), _missing_permissions(message, member.guild.me)]
    request = WatchRequest(
        message_id=message_id,
        channel_id=message.channel.id,
        guild_id=member.guild.id,
        title=title,
        description=description,
        interval=interval or draft.interval,
        required_reactions=draft.emoji,
        created_by=member.id,
        starts_at=draft.starts_at,
        answer_until=draft.answer_until,
        options=draft.options,
    )
    change = Change(known, known) if known and interval is None else await services.manager.watch(request)
    status = await services.queries.status(member.guild.id, message_id)
    return event_card(status.event, [*_lines(change, status), *(f"⚠️ {notice}" for notice in notices if notice)])


def words_of(services: Services, message: discord.Message, guild: discord.Guild) -> tuple[str, str | None]:
    """Return the title and description of a message as an event; one without text is named for who wrote it."""
    return title_and_description(message, _title_without_text(message, guild, services.book))


def interval_line(before: timedelta, after: timedelta) -> str:
    """Return what became of an interval: from what to what, or that it stays."""
    if before == after:
        return _("The interval stays {interval}.").format(interval=format_duration(after))
    return _("Interval changed from {before} to {after}.").format(
        before=format_duration(before), after=format_duration(after)
    )


def next_line(event: TrackedEvent) -> str:
    """Return when the next reminder of a watched event comes, or why none does."""
    if event.is_running and event.next_reminder_at is not None:
        return _("Next reminder: {when}.").format(when=timestamp_tag(event.next_reminder_at))
    return _("No reminder is planned. State: {state}").format(state=state_text(event))


async def known_event(services: Services, guild_id: int, message_id: int) -> TrackedEvent | None:
    """Return the event that watches a message; None where it is not watched."""
    try:
        return await services.manager.require(guild_id, message_id)
    except EventNotFoundError:
        return None


async def _offer(message: discord.Message, emoji: Sequence[str], known: TrackedEvent | None) -> str | None:
    if known is None:
        return await offer_reactions(message, emoji)
    try:
        return await offer_reactions(message, known.required_reactions)
    except InvalidEmojiError as error:
        # It was usable when the event began: a changed emoji is no reason to refuse a changed interval.
        return str(error)


def _title_without_text(message: discord.Message, guild: discord.Guild, chosen: ChosenSettings) -> str:
    # It is stored, and shown to all who are reminded.
    with speaking(guild_language(guild, chosen)):
        return _("Event by {name}").format(name=message.author.display_name)


def _missing_permissions(message: discord.Message, me: discord.Member) -> str | None:
    """Name what the bot needs for reminders in the channel and has not got."""
    permissions = message.channel.permissions_for(me)
    in_thread = isinstance(message.channel, discord.Thread)
    needed = {
        _("Send Messages in Threads"): permissions.send_messages_in_threads or not in_thread,
        _("Send Messages"): permissions.send_messages or in_thread,
        _("Embed Links"): permissions.embed_links,
    }
    missing = [name for name, is_given in needed.items() if not is_given]
    if not missing:
        return None
    return _("I cannot send reminders there: give me {names} in that channel.").format(names=listing(missing))


def _lines(change: Change, status: EventStatus) -> list[str]:
    event = status.event
    if change.before is not None:
        lines = [interval_line(change.before.interval, event.interval)]
    else:
        lines = [_("Watching. Reminders every {interval}.").format(interval=format_duration(event.interval))]
    if status.asked is not None and status.missing is not None:
        lines.append(_("Answered so far: {of}.").format(of=answered_text(status.asked, status.missing)))
    if change.before is not None or event.state is EventState.BLOCKED:
        return [*lines, next_line(event)]
    if event.next_reminder_at is None and status.missing:
        too_long = _(
            "Answers close before the first reminder: nobody is reminded to answer. Choose a shorter interval."
        )
        return [*lines, too_long]
    if event.next_reminder_at is None:
        lines.append(_("Everybody has answered: nobody is reminded unless somebody withdraws or joins."))
        return lines
    first = timestamp_tag(event.next_reminder_at)
    lines.append(_("The first reminder comes {when}; nobody is reminded before.").format(when=first))
    return lines
