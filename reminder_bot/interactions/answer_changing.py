"""Which answers an event offers, changed for a member: in the store, and in the bot's reactions under the message."""

from collections.abc import Sequence

import discord

from models.event_options import OfferedAnswer
from models.records import TrackedEvent
from reminder_bot.discord_errors import discord_errors
from reminder_bot.event_requests import Change
from reminder_bot.interactions.message_lookup import find_message
from reminder_bot.interactions.reaction_offer import offer_reactions, withdraw_reactions
from reminder_bot.services import Services
from utils.emoji import emoji_key
from utils.errors import InvalidEmojiError
from utils.i18n import _


async def change_answers(
    services: Services, member: discord.Member, event: TrackedEvent, answers: Sequence[OfferedAnswer]
) -> tuple[Change, list[str]]:
    """Have an event offer these answers; return the change, and sentences about reactions that could not be mended.

    First the new reactions are added: an emoji that Discord refuses changes nothing.

    Raises:
        UserError: the answers, the message or an emoji cannot be used; nothing was changed.
        EventNotFoundError: the event is over; nothing was changed.
        DiscordError: Discord could not be asked; nothing was changed.
    """
    services.manager.answers.check(answers)
    await refuse_foreign_emoji(answers, member.guild)
    event = await services.manager.require(event.guild_id, event.message_id)
    message = await find_message(member, event.channel_id, event.message_id)
    offered = [answer.emoji for answer in answers]
    notices = [await _offer(message, offered)]
    change = await services.manager.answers.change(event, answers, by=member.id)
    kept = {emoji_key(each) for each in offered}
    before = () if change.before is None else change.before.required_reactions
    mine = _mine(message)
    gone = [each for each in before if emoji_key(each) in mine - kept]
    notices.append(await withdraw_reactions(message, gone))
    return change, [notice for notice in notices if notice]


async def refuse_foreign_emoji(answers: Sequence[OfferedAnswer], guild: discord.Guild) -> None:
    """Refuse custom emoji that people of the guild cannot answer with; one request, where there are custom ones.

    Raises:
        InvalidEmojiError: one belongs to another server, was deleted, or cannot be used at the moment.
        DiscordError: Discord could not be asked.
    """
    custom = [each for each in (discord.PartialEmoji.from_str(answer.emoji) for answer in answers) if each.id]
    if not custom:
        return
    # The cache has none: it would need an intent more.
    with discord_errors():
        known = {each.id for each in await guild.fetch_emojis() if each.available}
    for each in custom:
        if each.id not in known:
            raise InvalidEmojiError(
                _("This server has no emoji {emoji} that can be used. Choose one of its own, or a usual one.").format(
                    emoji=f"`:{each.name}:`"
                )
            )


async def _offer(message: discord.Message, offered: Sequence[str]) -> str | None:
    try:
        return await offer_reactions(message, offered)
    except InvalidEmojiError as error:
        # What was added before the one that is refused.
        there = _mine(message)
        await withdraw_reactions(message, [each for each in offered if emoji_key(each) not in there])
        raise InvalidEmojiError(
            _("Discord does not know one of these emoji, or I may not use it. Choose others.")
        ) from error


def _mine(message: discord.Message) -> set[str]:
    return {emoji_key(str(reaction.emoji)) for reaction in message.reactions if reaction.me}
