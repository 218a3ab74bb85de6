"""What most reminder bots do: keep nothing, and ask Discord for everything at every occasion.

As ``python -m tests.bench.references.naive_bot``; Discord's address, the token and the watched messages, as
``channel-message`` parted by blanks, come from the environment. On SIGUSR1 it reminds about every event.
"""

import asyncio
import os
import signal

import click
import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from reminder_bot.bot import GUILD_READY_SECONDS, intents

MENTIONS = 80
"""As many in a message as the bot itself writes, so that only the requests beside the messages differ."""

EMOJI = ("✅", "❌", "❓")


class NaiveBot(discord.Client):
    """Reads each message and all its reactions anew at a start, at a reconnection and at a reminder."""

    def __init__(self, watched: list[tuple[int, int]]) -> None:
        super().__init__(intents=intents(), max_messages=None, guild_ready_timeout=GUILD_READY_SECONDS)
        self._watched = watched
        self._tree = app_commands.CommandTree(self)
        self._tree.command(name="watch", description="Watch a message")(self._watch)

    async def setup_hook(self) -> None:
        """Register the commands, changed or not."""
        _shards, url, _limit = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        await self._tree.sync()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, lambda: loop.create_task(self._remind()))

    async def on_ready(self) -> None:
        """Read every event."""
        for channel_id, message_id in self._watched:
            await self._read(channel_id, message_id)
        click.echo("ready")

    async def _remind(self) -> None:
        for channel_id, message_id in self._watched:
            message, answered = await self._read(channel_id, message_id)
            guild = message.guild
            missing = [m for m in (guild.members if guild else []) if not m.bot and m.id not in answered]
            for start in range(0, len(missing), MENTIONS):
                await message.channel.send(" ".join(member.mention for member in missing[start : start + MENTIONS]))
        click.echo("reminded")

    async def _read(self, channel_id: int, message_id: int) -> tuple[discord.Message, set[int]]:
        message = await self._fetch(channel_id, message_id)
        answered = {user.id for reaction in message.reactions async for user in reaction.users()}
        return message, answered

    async def _fetch(self, channel_id: int, message_id: int) -> discord.Message:
        channel = await self.fetch_channel(channel_id)
        assert isinstance(channel, discord.TextChannel)
        return await channel.fetch_message(message_id)

    async def _watch(self, interaction: discord.Interaction, message: str) -> None:
        await interaction.response.defer(ephemeral=True)
        found = await self._fetch(interaction.channel_id or 0, int(message))
        for emoji in EMOJI:
            await found.add_reaction(emoji)
        await interaction.followup.send("Watching.")


def main() -> None:
    """Run until the process is ended."""
    Route.BASE = os.environ["DISCORD_API_URL"]
    pairs = [pair.split("-") for pair in os.environ["WATCHED"].split()]
    bot = NaiveBot([(int(channel_id), int(message_id)) for channel_id, message_id in pairs])
    bot.run(os.environ["DISCORD_TOKEN"], log_handler=None)


if __name__ == "__main__":
    main()
