"""Which guild a channel is in, asked of Discord."""

from typing import Protocol

import discord

from reminder_bot.discord_errors import discord_errors


class GuildFinder(Protocol):
    """Finds the guild of a channel."""

    async def guild_of(self, channel_id: int) -> int | None:
        """Return the guild, None for a channel without one, or raise a DiscordError."""
        ...


class DiscordGuildFinder:
    """Looks among the channels that are known, then asks over REST."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def guild_of(self, channel_id: int) -> int | None:
        """Return the guild; one request at most.

        Raises:
            GoneError: there is no such channel.
            BlockedError: the bot may not see it.
            DiscordError: Discord cannot say at the moment.
        """
        channel = self._client.get_channel(channel_id)
        if channel is None:
            with discord_errors():
                channel = await self._client.fetch_channel(channel_id)
        guild = getattr(channel, "guild", None)
        return None if guild is None else guild.id
