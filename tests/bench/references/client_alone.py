"""The limit of the client: discord.py with the bot's own intents and caches, and listeners that do nothing.

As ``python -m tests.bench.references.client_alone``; Discord's address and the token come from the environment.
"""

import os

import click
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from reminder_bot.bot import GUILD_READY_SECONDS, intents


class ClientAlone(discord.Client):
    """Parses every frame and hands it to nobody."""

    async def setup_hook(self) -> None:
        _shards, url, _limit = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)

    async def on_ready(self) -> None:
        click.echo("ready")

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None: ...

    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None: ...


def main() -> None:
    """Run until the process is ended."""
    Route.BASE = os.environ["DISCORD_API_URL"]
    client = ClientAlone(
        intents=intents(), max_messages=None, chunk_guilds_at_startup=True, guild_ready_timeout=GUILD_READY_SECONDS
    )
    client.run(os.environ["DISCORD_TOKEN"], log_handler=None)


if __name__ == "__main__":
    main()
