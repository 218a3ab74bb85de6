"""How the bot knows its own messages again, where an attempt may have left one and its answer was lost."""

from datetime import datetime, timedelta

import discord

from reminder_bot.discord_errors import discord_errors
from reminder_bot.place_finder import FORBIDDEN
from utils.errors import BlockedError

CLOCK_SKEW = timedelta(minutes=2)
"""How far this machine's clock and Discord's may be apart when a channel is searched for an earlier message."""

SAME_MOMENT = timedelta(milliseconds=500)
"""Two messages with the same marks are never due this close together, whatever precision a moment comes back with."""


def require_history(client: discord.Client, guild_id: int, channel_id: int) -> None:
    """Refuse to look where Discord would show nothing, whatever is there; a channel that is not known may be looked at.

    Raises:
        BlockedError: the bot may not read what was posted in the channel.
    """
    guild = client.get_guild(guild_id)
    channel = None if guild is None else guild.get_channel_or_thread(channel_id)
    if guild is not None and channel is not None:
        with discord_errors():
            if not channel.permissions_for(guild.me).read_message_history:
                raise BlockedError(FORBIDDEN)


def own_card(
    client: discord.Client, message: discord.Message, colour: discord.Colour, due_at: datetime
) -> discord.Embed | None:
    """Return the card of a message of the bot's own, of a colour, that was due at a moment; None for any other."""
    own = client.user
    if own is None or message.author.id != own.id or not message.embeds:
        return None
    card = message.embeds[0]
    if card.colour != colour or card.timestamp is None or abs(card.timestamp - due_at) > SAME_MOMENT:
        return None
    return card
