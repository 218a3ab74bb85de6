"""One of the bot's messages, taken away from Discord."""

import asyncio

import discord

from reminder_bot.discord_errors import discord_errors
from utils.errors import BlockedError, TransientDiscordError
from utils.i18n import mark

DELETE_SECONDS = 30.0
"""How long a deletion may take, discord.py's own repeats included, before it is tried again later."""


class DiscordMessageRemover:
    """Deletes over REST; each request takes its place in the budget."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def remove(self, guild_id: int, channel_id: int, message_id: int) -> None:
        """Delete a message of the bot's own.

        Raises:
            DiscordError: one of its classes; GoneError proves that it is not there any more.
        """
        guild = self._client.get_guild(guild_id)
        if guild is None:
            raise BlockedError(mark("The bot was removed from the server."))
        if guild.unavailable:
            # In a guild that is down, every channel reads like one that never was.
            raise TransientDiscordError("The server is not available at the moment.")
        channel = self._client.get_partial_messageable(channel_id, guild_id=guild_id)
        with discord_errors():
            async with asyncio.timeout(DELETE_SECONDS):
                await channel.get_partial_message(message_id).delete()
