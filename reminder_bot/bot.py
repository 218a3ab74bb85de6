"""The Discord client: which frames it asks for, where Discord is, and which cogs it carries."""

import logging
from collections.abc import Awaitable, Callable, Sequence

import discord
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from reminder_bot.clock_watch import ClockWatch
from reminder_bot.interactions.command_translator import CatalogueTranslator
from reminder_bot.pace import RequestBudget
from reminder_bot.request_gate import trace_config
from utils.time import SystemClock

log = logging.getLogger(__name__)

GUILD_READY_SECONDS = 0.5
"""How long after the last guild the client calls itself ready. A guild that comes later is caught up with by itself."""


def intents() -> discord.Intents:
    """Return the frames the bot needs, and no others.

    Members (privileged) tells who is asked, message content (privileged) gives events their titles, guild messages
    tells of deleted ones, guild reactions are the answers.
    """
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.members = True
    wanted.guild_messages = True
    wanted.guild_reactions = True
    wanted.message_content = True
    return wanted


class ReminderBot(commands.Bot):
    """A client without prefix commands and without a message cache: events are followed by their ids."""

    def __init__(self, api_url: str, budget: RequestBudget, watch: ClockWatch | None = None) -> None:
        _silence_voice_warnings()
        self.clock_watch = watch or ClockWatch(SystemClock())
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents(),
            max_messages=None,
            chunk_guilds_at_startup=True,
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=GUILD_READY_SECONDS,
            http_trace=trace_config(budget, self.clock_watch),
        )
        self._cogs_to_load: Sequence[commands.Cog] = ()
        self._on_login: Callable[[int], Awaitable[None]] | None = None
        # discord.py has no setting for it: the base is an attribute of the class.
        Route.BASE = api_url

    def carry(self, cogs: Sequence[commands.Cog], on_login: Callable[[int], Awaitable[None]]) -> None:
        """Set the cogs that are loaded when the client has logged in, and what is told the application's id before."""
        self._cogs_to_load = cogs
        self._on_login = on_login

    async def forget_login(self) -> None:
        """Close what a failed login has left open, so that `login` can be tried again."""
        await self.http.close()
        # discord.py makes a new connector only when it has none, and the old one closed with its session.
        self.http.connector = discord.utils.MISSING

    async def setup_hook(self) -> None:
        """Learn where the gateway is, and load the cogs; runs after each login, before the gateway is opened."""
        if self._on_login is not None and self.application_id is not None:
            await self._on_login(self.application_id)
        _shards, url, _limit = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        await self.tree.set_translator(CatalogueTranslator())
        for cog in self._cogs_to_load:
            if self.get_cog(cog.qualified_name) is None:
                await self.add_cog(cog)

    async def on_message(self, message: discord.Message, /) -> None:
        """Ignore messages: there are no prefix commands."""

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """Log what a listener let through; the client goes on."""
        log.exception("listener failed event=%s", event_method)


def _silence_voice_warnings() -> None:
    # The libraries they miss are for voice, which this bot has no use for.
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False
