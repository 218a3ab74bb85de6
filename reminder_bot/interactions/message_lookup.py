"""The message somebody wants watched: found, seen by them and by the bot, and of a kind that people answer to."""

from collections.abc import AsyncIterator

import discord

from reminder_bot.discord_errors import discord_errors
from reminder_bot.interactions.channel_access import can_see, find_channel
from utils.checks import can_read_messages
from utils.errors import BlockedError, GoneError, MessageUnavailableError
from utils.i18n import _

MessageChannel = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread

WATCHABLE_TYPES = frozenset(
    {
        discord.MessageType.default,
        discord.MessageType.reply,
        discord.MessageType.chat_input_command,
        discord.MessageType.context_menu_command,
    }
)
RECENT_COUNT = 15
RECENT_SEARCHED = 100


async def find_message(member: discord.Member, channel_id: int, message_id: int) -> discord.Message:
    """Return a message that the member and the bot can see and that can be watched.

    Raises:
        MessageUnavailableError: it does not exist, one of them cannot see it, or it is a notice of Discord's.
        TransientDiscordError: Discord could not be asked.
    """
    channel = await require_channel(member, channel_id)
    try:
        with discord_errors():
            message = await channel.fetch_message(message_id)
    except GoneError as error:
        raise _not_found() from error
    except BlockedError as error:
        raise _no_access(channel) from error
    if message.type not in WATCHABLE_TYPES:
        raise MessageUnavailableError(
            _("That is a notice by Discord, not a message somebody wrote. Choose the message people are to react to.")
        )
    return message


async def require_channel(member: discord.Member, channel_id: int) -> MessageChannel:
    """Return a channel with messages that both the member and the bot can read.

    Raises:
        MessageUnavailableError: there is none, or one of them cannot read it.
        TransientDiscordError: Discord could not be asked.
    """
    channel = await find_channel(member.guild, channel_id)
    if not isinstance(channel, MessageChannel) or not await can_see(channel, member):
        raise _not_found()
    if not can_read_messages(channel, member.guild.me):
        raise _no_access(channel)
    return channel


async def recent_messages(channel: MessageChannel) -> list[discord.Message]:
    """Return the latest messages by people, newest first, at most 15.

    Raises:
        MessageUnavailableError: the bot may not read them.
        TransientDiscordError: Discord could not be asked.
    """
    try:
        with discord_errors():
            return [message async for message in _by_people(channel)]
    except BlockedError as error:
        raise _no_access(channel) from error


async def _by_people(channel: MessageChannel) -> AsyncIterator[discord.Message]:
    found = 0
    async for message in channel.history(limit=RECENT_SEARCHED):
        if message.author.bot or message.type not in WATCHABLE_TYPES:
            continue
        yield message
        found += 1
        if found == RECENT_COUNT:
            return


def _not_found() -> MessageUnavailableError:
    return MessageUnavailableError(
        _(
            "There is no such message, or you or I cannot see it. Copy its link with right-click, Copy Message Link; "
            "in a private thread, mention me first to add me."
        )
    )


def _no_access(channel: MessageChannel) -> MessageUnavailableError:
    return MessageUnavailableError(
        _("I cannot read {channel}. Give me View Channel and Read Message History there.").format(
            channel=channel.mention
        )
    )
