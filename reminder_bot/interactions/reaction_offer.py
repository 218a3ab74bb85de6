"""Puts an event's reactions under its message, so that people answer with one click, and takes its own away again."""

from collections.abc import Sequence

import discord

from reminder_bot.discord_errors import discord_errors
from utils.emoji import emoji_key
from utils.errors import BlockedError, DiscordError, GoneError, InvalidEmojiError, MessageUnavailableError
from utils.i18n import _
from utils.reasons import reason_text

UNKNOWN_EMOJI = 10014
TOO_MANY_REACTIONS = 30010
THREAD_IS_ARCHIVED = 50083


async def offer_reactions(message: discord.Message, emoji: Sequence[str]) -> str | None:
    """Add those reactions that the bot has not added yet; return a sentence for people when it may not, else None.

    Raises:
        InvalidEmojiError: Discord does not know one of them, or the bot may not use it.
        MessageUnavailableError: the message was deleted meanwhile.
    """
    there = {emoji_key(str(reaction.emoji)) for reaction in message.reactions if reaction.me}
    for each in emoji:
        if emoji_key(each) in there:
            continue
        try:
            with discord_errors():
                # Discord takes a custom emoji as name:id, without the brackets it is written with in a text.
                await message.add_reaction(discord.PartialEmoji.from_str(each))
        except DiscordError as error:
            return _reason(error, each)
    return None


async def withdraw_reactions(message: discord.Message, emoji: Sequence[str]) -> str | None:
    """Take the bot's own reactions away, never other people's; return a sentence when that failed, else None."""
    if message.guild is None:
        return None
    for each in emoji:
        try:
            with discord_errors():
                await message.remove_reaction(discord.PartialEmoji.from_str(each), message.guild.me)
        except DiscordError as error:
            # Somebody may have taken it off, or the message is gone: then it is as it should be.
            if _code(error) != UNKNOWN_EMOJI and not isinstance(error, GoneError):
                sentence = _("I could not take my reaction {emoji} away: {reason} It does not count any more.")
                return sentence.format(emoji=each, reason=reason_text(error))
    return None


def _reason(error: DiscordError, emoji: str) -> str:
    code = _code(error)
    if code == UNKNOWN_EMOJI:
        raise InvalidEmojiError(
            _("I cannot use the emoji {emoji}. Choose other answers with `/settings show`.").format(emoji=emoji)
        ) from error
    if isinstance(error, GoneError):
        raise MessageUnavailableError(_("The message has just been deleted. Choose another one.")) from error
    if code == TOO_MANY_REACTIONS:
        return _("I could not add all reactions: the message has 20 different ones already, which is Discord's limit.")
    if code == THREAD_IS_ARCHIVED:
        return _("I could not add the reactions: the thread is closed. People can answer once it is open again.")
    if isinstance(error, BlockedError):
        return _("I could not add the reactions: give me Add Reactions and Read Message History in that channel.")
    sentence = _("I could not add the reactions: {reason} Use `/watch` again in a minute to add them.")
    return sentence.format(reason=reason_text(error))


def _code(error: DiscordError) -> int:
    cause = error.__cause__
    return cause.code if isinstance(cause, discord.HTTPException) else 0
