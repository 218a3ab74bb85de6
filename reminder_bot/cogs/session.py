"""The connection: new sessions, resumes, losses, and guilds that come and go."""

import gc

import discord
from discord.ext import commands

from reminder_bot.directory import Directory
from reminder_bot.member_roster import MemberRoster
from reminder_bot.services import Services
from utils.i18n import mark

YOUNG_OBJECTS = 10_000
"""How many more objects there may be before Python's collector looks for cycles among the new ones; 700 is its own."""


class SessionCog(commands.Cog):
    """Tells the event manager what the gateway allows; an outage is never proof of anything."""

    def __init__(self, bot: commands.Bot, services: Services, directory: Directory, roster: MemberRoster) -> None:
        self._bot = bot
        self._manager = services.manager
        self._roster = roster
        self._directory = directory

    @commands.Cog.listener()
    async def on_connect(self) -> None:
        """Begin a new session: reactions since the last one have not been seen."""
        # discord.py has just dropped its cache; let what was frozen with it be freed.
        gc.unfreeze()
        self._manager.session.begin()
        self._roster.new_session()

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Catch up, now that guilds and members are here."""
        # With 50,000 members in the cache a full collection stops the loop for 15 ms; frozen, they are not walked.
        gc.freeze()
        # Frames that wait are no garbage, and looking through them costs a storm a tenth of its time.
        gc.set_threshold(YOUNG_OBJECTS)
        self._manager.catch_up.session_ready()
        await self._directory.meet_guilds([(guild.id, guild.name) for guild in self._bot.guilds])

    @commands.Cog.listener()
    async def on_resumed(self) -> None:
        """Go on: Discord has sent everything that was missed."""
        self._manager.catch_up.resumed()

    @commands.Cog.listener()
    async def on_disconnect(self) -> None:
        """Hold everything that would be sent."""
        self._manager.session.lost()

    @commands.Cog.listener()
    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        """Trust nothing about a guild that Discord has trouble with until it is back."""
        self._roster.guild_lost(guild.id)
        self._manager.catch_up.guild_lost(guild.id)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Read the answers of a guild that is back."""
        self._manager.catch_up.guild_back(guild.id)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Take up again what was watched in a guild the bot is invited to once more."""
        await self._directory.meet_guilds([(guild.id, guild.name)])
        self._manager.catch_up.guild_back(guild.id)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Hold the events of a guild the bot was removed from."""
        self._roster.guild_lost(guild.id)
        await self._manager.lifecycle.block_guild(guild.id, mark("The bot was removed from the server."))

    @commands.Cog.listener()
    async def on_guild_update(self, before: discord.Guild, after: discord.Guild) -> None:
        """Keep the guild's name; a new owner sees other channels."""
        if before.name != after.name:
            await self._directory.meet_guilds([(after.id, after.name)])
        if before.owner_id != after.owner_id:
            self._manager.catch_up.audience_changed(after.id)

    @commands.Cog.listener()
    async def on_members_complete(self, guild: discord.Guild) -> None:
        """Look again at what had to wait for the member list."""
        self._manager.catch_up.audience_changed(guild.id)
        self._manager.wake()
