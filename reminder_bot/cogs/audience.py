"""Who is asked changes: members, roles, permissions, channels and messages that come, change and go."""

import discord
from discord.ext import commands

from reminder_bot.directory import Directory
from reminder_bot.message_text import title_and_description
from reminder_bot.services import Services
from utils.i18n import mark


class AudienceCog(commands.Cog):
    """Has the events looked at again whose audience, channel or message a frame touches."""

    def __init__(self, bot: commands.Bot, services: Services, directory: Directory) -> None:
        self._bot = bot
        self._manager = services.manager
        self._directory = directory

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Keep an event's title; of what the bot has posted itself, it is known."""
        watched = self._manager.index.get(payload.message_id)
        is_own = self._bot.user is not None and payload.message.author.id == self._bot.user.id
        if watched is not None and not is_own:
            await self._directory.meet_text(watched, *title_and_description(payload.message, ""))

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """End the event of a deleted message."""
        await self._messages_deleted({payload.message_id})

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """End the events of deleted messages."""
        await self._messages_deleted(payload.message_ids)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """End the events of a deleted channel."""
        await self._channel_deleted(channel.guild.id, channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """End the events of a deleted thread or forum post."""
        await self._channel_deleted(payload.guild_id, payload.thread_id)

    @commands.Cog.listener()
    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """Look again when other people may see a channel, or the bot may do other things in it."""
        guild = after.guild
        if before.overwrites == after.overwrites:
            return
        if before.permissions_for(guild.me) == after.permissions_for(guild.me):
            self._manager.catch_up.audience_changed(guild.id)
        else:
            self._manager.catch_up.access_changed(guild.id, lambda channel_id: _is_within(guild, channel_id, after.id))

    @commands.Cog.listener()
    async def on_member_join(self, member: discord.Member) -> None:
        """Ask the newcomer."""
        if not member.bot:
            self._manager.catch_up.audience_changed(member.guild.id)

    @commands.Cog.listener()
    async def on_raw_member_remove(self, payload: discord.RawMemberRemoveEvent) -> None:
        """Ask no more who has left."""
        self._manager.catch_up.audience_changed(payload.guild_id)

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Look again when a member's roles open or close channels."""
        if before.roles != after.roles:
            self._changed(after.guild.id, is_bot=after == after.guild.me)

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Look again when a role opens or closes channels."""
        if before.permissions != after.permissions:
            self._changed(after.guild.id, is_bot=after in after.guild.me.roles)

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """Look again when a role and what it opened is gone."""
        # Whether the bot had it is not known any more.
        self._changed(role.guild.id, is_bot=True)

    @commands.Cog.listener()
    async def on_thread_member_join(self, member: discord.ThreadMember) -> None:
        """Ask who was added to a private thread; a public one is seen without being in it."""
        if not member.thread.is_private():
            return
        guild = member.thread.guild
        self._changed(guild.id, is_bot=member.id == guild.me.id)

    @commands.Cog.listener()
    async def on_raw_thread_member_remove(self, payload: discord.RawThreadMembersUpdate) -> None:
        """Ask no more who was taken out of a private thread."""
        self._manager.catch_up.audience_changed(payload.guild_id)

    def _changed(self, guild_id: int, *, is_bot: bool) -> None:
        """Have all of a guild's events looked at, or read again when it is the bot whose access has changed."""
        look = self._manager.catch_up.access_changed if is_bot else self._manager.catch_up.audience_changed
        look(guild_id)

    async def _messages_deleted(self, message_ids: set[int]) -> None:
        watched = [item for item in map(self._manager.index.get, message_ids) if item is not None]
        await self._manager.lifecycle.archive_all(watched, mark("The message was deleted."))

    async def _channel_deleted(self, guild_id: int, channel_id: int) -> None:
        watched = list(self._manager.index.in_channel(guild_id, channel_id))
        await self._manager.lifecycle.archive_all(watched, mark("The channel was deleted."))


def _is_within(guild: discord.Guild, place_id: int, channel_id: int) -> bool:
    """Whether a place is a channel or a thread in it; an archived thread is not in the cache, and may be anywhere."""
    if guild.get_channel(place_id) is not None:
        return place_id == channel_id
    thread = guild.get_thread(place_id)
    return thread is None or thread.parent_id == channel_id
