"""Events that the bot posts itself: the message, its reactions, its changes."""

import logging
from dataclasses import replace

import discord

from models.records import TrackedEvent
from reminder_bot.discord_errors import discord_errors
from reminder_bot.event_requests import WatchRequest
from reminder_bot.guild_language import guild_language
from reminder_bot.interactions.event_cards import post_card
from reminder_bot.interactions.event_draft import EventDraft, draft_of
from reminder_bot.interactions.message_lookup import MessageChannel
from reminder_bot.interactions.reaction_offer import offer_reactions
from reminder_bot.services import Services
from utils.errors import DiscordError, ReminderBotError, UserError
from utils.formatting import listing
from utils.i18n import _, speaking

log = logging.getLogger(__name__)


def require_postable(channel: MessageChannel, member: discord.Member) -> None:
    """Refuse a channel in which the member or the bot may not post.

    Raises:
        UserError: one of them may not; its sentence says who, and what is missing.
    """
    if not _may_write(channel, member):
        raise UserError(_("You may not write in {channel}. Choose another one.").format(channel=channel.mention))
    permissions = channel.permissions_for(member.guild.me)
    needed = {
        _("Send Messages"): _may_write(channel, member.guild.me),
        _("Embed Links"): permissions.embed_links,
        _("Add Reactions"): permissions.add_reactions,
        _("Read Message History"): permissions.read_message_history,
    }
    if missing := [name for name, is_given in needed.items() if not is_given]:
        sentence = _("I cannot post events in {channel}: give me {names} there.")
        raise UserError(sentence.format(channel=channel.mention, names=listing(missing)))


async def post_event(
    services: Services, channel: MessageChannel, member: discord.Member, draft: EventDraft
) -> tuple[TrackedEvent, str | None]:
    """Post an event with its reactions, and watch it; return it, and what people must know of its reactions, or None.

    When it cannot be watched, its message is taken away again.

    Raises:
        UserError: an emoji cannot be used, or the times have passed meanwhile; nothing is posted.
        DiscordError: it could not be posted.
        StorageError: it could not be stored.
    """
    guild = member.guild
    services.manager.planning.check(draft.starts_at, draft.answer_until)
    with speaking(guild_language(guild, services.book)):
        embed = post_card(draft)
    with discord_errors():
        message = await channel.send(embed=embed, allowed_mentions=discord.AllowedMentions.none())
    try:
        notice = await offer_reactions(message, draft.emoji)
        request = WatchRequest(
            message.id, channel.id, guild.id, draft.title, draft.text, draft.interval, draft.emoji, member.id,
            draft.starts_at, draft.answer_until, replace(draft.options, is_own_post=True),
        )  # fmt: skip
        change = await services.manager.watch(request)
    except ReminderBotError:
        await _take_away(message)
        raise
    return change.event, notice


async def renew_post(services: Services, guild: discord.Guild, event: TrackedEvent, *, is_cancelled: bool) -> bool:
    """Write an event's own post anew; nothing for a message of somebody else's. Return whether it is up to date."""
    if not event.options.is_own_post:
        return True
    channel = guild.get_channel_or_thread(event.channel_id)
    if not isinstance(channel, MessageChannel):
        return False
    with speaking(guild_language(guild, services.book)):
        embed = post_card(draft_of(event), is_cancelled=is_cancelled)
    try:
        with discord_errors():
            await channel.get_partial_message(event.message_id).edit(embed=embed)
    except DiscordError as error:
        log.warning("post not renewed event_id=%s reason=%s", event.message_id, error)
        return False
    return True


def _may_write(channel: MessageChannel, member: discord.Member) -> bool:
    permissions = channel.permissions_for(member)
    is_thread = isinstance(channel, discord.Thread)
    return permissions.view_channel and (
        permissions.send_messages_in_threads if is_thread else permissions.send_messages
    )


async def _take_away(message: discord.Message) -> None:
    try:
        with discord_errors():
            await message.delete()
    except DiscordError as error:
        log.warning("post of an event that is not watched stays message_id=%s reason=%s", message.id, error)
