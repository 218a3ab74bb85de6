"""Guilds, their members, roles and channels change: each change of the world with what the gateway tells of it."""

from __future__ import annotations

from collections.abc import Iterable

from reminder_bot.sandbox.channels import Channel
from reminder_bot.sandbox.entities import ChannelType, Member, Overwrite, Payload, Role
from reminder_bot.sandbox.gateway import Gateway
from reminder_bot.sandbox.gateway_payloads import thread_payload
from reminder_bot.sandbox.world import World


class GuildService:
    """Changes guilds; permissions are the caller's business."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        """Change ``world`` and tell ``gateway``."""
        self._world = world
        self._gateway = gateway

    # Members

    def add_member(self, guild_id: int, user_id: int, nick: str | None = None, roles: Iterable[int] = ()) -> Member:
        """Let someone join; a bot is told of the whole guild."""
        member = self._world.add_member(guild_id, user_id, nick=nick, roles=roles)
        self._gateway.tell_guild(guild_id, "GUILD_MEMBER_ADD", {**member.to_payload(), "guild_id": str(guild_id)})
        if user_id in self._world.applications:
            self._gateway.tell_guild_joined(self._world.guild(guild_id), user_id)
        return member

    def remove_member(self, guild_id: int, user_id: int) -> None:
        """Let someone leave; a bot is told that the guild is gone."""
        guild = self._world.guild(guild_id)
        member = guild.members.pop(user_id)
        payload = {"guild_id": str(guild_id), "user": member.user.to_payload()}
        self._gateway.tell_guild(guild_id, "GUILD_MEMBER_REMOVE", payload)
        if user_id in self._world.applications:
            self._gateway.tell_bot(user_id, "GUILD_DELETE", {"id": str(guild_id)})

    def tell_member(self, guild_id: int, user_id: int) -> None:
        """Tell of a member's new nick or roles."""
        payload = {**self._world.member(guild_id, user_id).to_payload(), "guild_id": str(guild_id)}
        self._gateway.tell_guild(guild_id, "GUILD_MEMBER_UPDATE", payload)

    # Roles

    def tell_role(self, guild_id: int, role: Role, event: str) -> None:
        """Tell of a role, new or changed."""
        self._gateway.tell_guild(guild_id, event, {"guild_id": str(guild_id), "role": role.to_payload()})

    def delete_role(self, guild_id: int, role_id: int) -> None:
        """Delete a role; who had it has it no more."""
        guild = self._world.guild(guild_id)
        del guild.roles[role_id]
        for member in guild.members.values():
            if role_id in member.role_ids:
                member.role_ids.remove(role_id)
        payload = {"guild_id": str(guild_id), "role_id": str(role_id)}
        self._gateway.tell_guild(guild_id, "GUILD_ROLE_DELETE", payload)

    # Channels

    def create_channel(
        self,
        guild_id: int,
        name: str,
        kind: ChannelType,
        parent_id: int | None = None,
        overwrites: Iterable[Overwrite] = (),
    ) -> Channel:
        """Make a channel."""
        channel = self._world.add_channel(guild_id, name, kind, parent_id=parent_id, overwrites=overwrites)
        self._gateway.tell_guild(guild_id, "CHANNEL_CREATE", channel.to_payload())
        return channel

    def tell_channel_update(self, channel: Channel) -> None:
        """Tell of a changed channel; every bot of the guild knows of every channel."""
        if channel.kind.is_thread:
            self._gateway.tell_thread(channel, "THREAD_UPDATE")
        elif channel.guild_id is not None:
            self._gateway.tell_guild(channel.guild_id, "CHANNEL_UPDATE", channel.to_payload())

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel or a thread, messages and all."""
        payload = channel.to_payload()
        if channel.kind.is_thread:
            parts = ("id", "guild_id", "parent_id", "type")
            self._gateway.tell_channel(channel, "THREAD_DELETE", {part: payload[part] for part in parts})
        elif channel.guild_id is not None:
            self._gateway.tell_guild(channel.guild_id, "CHANNEL_DELETE", payload)
        self._world.drop_channel(channel.id)

    # Threads

    def create_thread(
        self,
        parent: Channel,
        name: str,
        owner_id: int,
        *,
        message_id: int | None = None,
        is_private: bool = False,
    ) -> Channel:
        """Open a thread in a channel, on a message when one is given."""
        kind = ChannelType.PRIVATE_THREAD if is_private else ChannelType.PUBLIC_THREAD
        if parent.kind is ChannelType.ANNOUNCEMENT:
            kind = ChannelType.ANNOUNCEMENT_THREAD
        thread = self._world.add_thread(parent.id, name, owner_id, kind, thread_id=message_id)
        if message_id is not None and message_id in parent.messages:
            message = parent.messages[message_id]
            message.thread_id = thread.id
            message.flags |= 1 << 5
            self._gateway.tell_message("MESSAGE_UPDATE", message)
        self._gateway.tell_thread(thread, "THREAD_CREATE", newly_created=True)
        return thread

    def add_thread_member(self, thread: Channel, user_id: int) -> None:
        """Put someone into a thread."""
        thread.thread_member_ids[user_id] = self._world.now()
        payload: Payload = {
            "id": str(thread.id),
            "guild_id": str(thread.guild_id),
            "member_count": len(thread.thread_member_ids),
            "added_members": [thread.thread_member_payload(user_id)],
        }
        if user_id in self._world.applications:
            self._gateway.tell_bot(user_id, "THREAD_CREATE", thread_payload(thread, user_id))
        self._gateway.tell_channel(thread, "THREAD_MEMBERS_UPDATE", payload)

    def remove_thread_member(self, thread: Channel, user_id: int) -> None:
        """Take someone out of a thread."""
        if thread.thread_member_ids.pop(user_id, None) is None:
            return
        payload: Payload = {
            "id": str(thread.id),
            "guild_id": str(thread.guild_id),
            "member_count": len(thread.thread_member_ids),
            "removed_member_ids": [str(user_id)],
        }
        self._gateway.tell_channel(thread, "THREAD_MEMBERS_UPDATE", payload)

    # Guilds

    def rename(self, guild_id: int, name: str) -> None:
        """Rename a guild."""
        guild = self._world.guild(guild_id)
        guild.name = name
        self._gateway.tell_guild(guild_id, "GUILD_UPDATE", guild.to_payload())

    def set_preferred_locale(self, guild_id: int, locale: str) -> None:
        """Give a guild a language."""
        guild = self._world.guild(guild_id)
        guild.preferred_locale = locale
        self._gateway.tell_guild(guild_id, "GUILD_UPDATE", guild.to_payload())

    def make_unavailable(self, guild_id: int) -> None:
        """Begin an outage of a guild: bots are told, and nothing else of it until it ends."""
        self._gateway.tell_guild(guild_id, "GUILD_DELETE", {"id": str(guild_id), "unavailable": True})
        self._world.guild(guild_id).is_available = False

    def make_available(self, guild_id: int) -> None:
        """End an outage of a guild."""
        guild = self._world.guild(guild_id)
        guild.is_available = True
        self._gateway.tell_guild_back(guild)

    def delete(self, guild_id: int) -> None:
        """Delete a guild with all that is in it."""
        self._gateway.tell_guild(guild_id, "GUILD_DELETE", {"id": str(guild_id)})
        guild = self._world.guild(guild_id)
        for channel_id in list(guild.channel_ids):
            self._world.drop_channel(channel_id)
        del self._world.guilds[guild_id]
