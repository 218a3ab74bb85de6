"""The director: lets people write, react, join, leave and change their guild while a bot watches."""

from __future__ import annotations

from collections.abc import Iterable

from reminder_bot.sandbox.channels import Channel
from reminder_bot.sandbox.command_director import CommandDirector
from reminder_bot.sandbox.component_director import ComponentDirector
from reminder_bot.sandbox.entities import ChannelType, Overwrite, OverwriteKind, Payload
from reminder_bot.sandbox.messages import SUPPRESS_NOTIFICATIONS


class Director(CommandDirector, ComponentDirector):
    """What people do; each act changes the world and is told to the bots. Permissions are not checked: people may."""

    # Messages and reactions

    async def post_message(
        self,
        channel_id: int,
        author_id: int,
        content: str = "",
        *,
        embeds: Iterable[Payload] = (),
        reply_to: int | None = None,
        attachments: int = 0,
        is_silent: bool = False,
    ) -> int:
        """Write a message, with so many files attached, perhaps as @silent; return its id."""
        body: Payload = {"content": content, "embeds": list(embeds), "attachments": [{} for _ in range(attachments)]}
        if is_silent:
            body["flags"] = SUPPRESS_NOTIFICATIONS
        if reply_to is not None:
            body["message_reference"] = {"message_id": str(reply_to)}
        return self._platform.messages.create(channel_id, author_id, body).id

    async def edit_message(self, message_id: int, content: str) -> None:
        """Edit a message."""
        self._platform.messages.edit(self._world.message(message_id), {"content": content})

    async def delete_message(self, message_id: int) -> None:
        """Delete a message."""
        self._platform.messages.delete(self._world.message(message_id))

    async def bulk_delete(self, message_ids: Iterable[int]) -> None:
        """Delete messages of one channel at once."""
        ids = list(message_ids)
        self._platform.messages.bulk_delete(self._world.message(ids[0]).channel_id, ids)

    async def react(self, message_id: int, user_id: int, emoji: str) -> None:
        """React with ``✅`` or ``<:name:id>``."""
        reactions = self._platform.reactions
        reactions.add(self._world.message(message_id), user_id, reactions.resolve(emoji))

    async def unreact(self, message_id: int, user_id: int, emoji: str) -> None:
        """Take a reaction away."""
        reactions = self._platform.reactions
        reactions.remove(self._world.message(message_id), user_id, reactions.resolve(emoji))

    async def clear_reactions(self, message_id: int, emoji: str | None = None) -> None:
        """Take all reactions away, or all of one emoji."""
        reactions = self._platform.reactions
        reactions.clear(self._world.message(message_id), None if emoji is None else reactions.resolve(emoji))

    # Members and roles

    async def add_member(
        self,
        guild_id: int,
        *,
        name: str | None = None,
        user_id: int | None = None,
        nick: str | None = None,
        roles: Iterable[int] = (),
    ) -> int:
        """Let a new person, or a known account, join; return the user id."""
        joining = user_id if user_id is not None else self._world.add_user(name or "Newcomer").id
        self._platform.guilds.add_member(guild_id, joining, nick, roles)
        return joining

    async def remove_member(self, guild_id: int, user_id: int) -> None:
        """Let someone leave."""
        self._platform.guilds.remove_member(guild_id, user_id)

    async def rename_member(self, guild_id: int, user_id: int, nick: str | None) -> None:
        """Give someone a nick, or none."""
        self._world.member(guild_id, user_id).nick = nick
        self._platform.guilds.tell_member(guild_id, user_id)

    async def set_accepts_dms(self, user_id: int, *, accepts: bool) -> None:
        """Open or close someone's direct messages; nobody is told."""
        self._world.user(user_id).accepts_dms = accepts

    async def send_direct(self, user_id: int, other_id: int, content: str) -> int:
        """Write to somebody directly, a bot perhaps; return the message's id."""
        return await self.post_message(self._world.open_dm(user_id, other_id).id, user_id, content)

    async def quarantine(self, bot_id: int) -> None:
        """Flag a bot as a spammer: it may write to nobody directly whom it has not written to before."""
        self._platform.anti_spam.quarantine(bot_id)

    async def release(self, bot_id: int) -> None:
        """Take the flag away again, as after an appeal."""
        self._platform.anti_spam.release(bot_id)

    async def set_locale(self, user_id: int, locale: str) -> None:
        """Set the language of someone's client; a bot learns of it with the next interaction."""
        self._world.user(user_id).locale = locale
        self._platform.gateway.watchers.tell("LOCALE_UPDATE", {"user_id": str(user_id), "locale": locale})

    async def set_preferred_locale(self, guild_id: int, locale: str) -> None:
        """Set a guild's language; bots are told."""
        self._platform.guilds.set_preferred_locale(guild_id, locale)

    async def add_role(self, guild_id: int, user_id: int, role_id: int) -> None:
        """Give someone a role."""
        member = self._world.member(guild_id, user_id)
        if role_id not in member.role_ids:
            member.role_ids.append(role_id)
        self._platform.guilds.tell_member(guild_id, user_id)

    async def remove_role(self, guild_id: int, user_id: int, role_id: int) -> None:
        """Take a role from someone."""
        member = self._world.member(guild_id, user_id)
        member.role_ids = [kept for kept in member.role_ids if kept != role_id]
        self._platform.guilds.tell_member(guild_id, user_id)

    async def create_role(self, guild_id: int, name: str, permissions: int = 0) -> int:
        """Make a role; return its id."""
        role = self._world.add_role(guild_id, name, permissions)
        self._platform.guilds.tell_role(guild_id, role, "GUILD_ROLE_CREATE")
        return role.id

    async def edit_role(
        self, guild_id: int, role_id: int, *, name: str | None = None, permissions: int | None = None
    ) -> None:
        """Rename a role or change what it may do; the guild's own id is @everyone."""
        role = self._world.guild(guild_id).roles[role_id]
        role.name = name if name is not None else role.name
        role.permissions = int(permissions) if permissions is not None else role.permissions
        self._platform.guilds.tell_role(guild_id, role, "GUILD_ROLE_UPDATE")

    async def delete_role(self, guild_id: int, role_id: int) -> None:
        """Delete a role."""
        self._platform.guilds.delete_role(guild_id, role_id)

    # Channels and threads

    async def create_channel(
        self,
        guild_id: int,
        name: str,
        kind: ChannelType = ChannelType.TEXT,
        *,
        parent_id: int | None = None,
        overwrites: Iterable[Overwrite] = (),
    ) -> int:
        """Make a channel; return its id."""
        return self._platform.guilds.create_channel(guild_id, name, kind, parent_id, overwrites).id

    async def rename_channel(self, channel_id: int, name: str) -> None:
        """Rename a channel or thread."""
        channel = self._world.channel(channel_id)
        channel.name = name
        self._platform.guilds.tell_channel_update(channel)

    async def delete_channel(self, channel_id: int) -> None:
        """Delete a channel."""
        self._platform.guilds.delete_channel(self._world.channel(channel_id))

    async def edit_overwrite(
        self,
        channel_id: int,
        target_id: int,
        *,
        allow: int = 0,
        deny: int = 0,
        kind: OverwriteKind = OverwriteKind.ROLE,
    ) -> None:
        """Set what a role or member may do in a channel."""
        channel = self._world.channel(channel_id)
        channel.overwrites[target_id] = Overwrite(target_id, kind, int(allow), int(deny))
        self._platform.guilds.tell_channel_update(channel)

    async def delete_overwrite(self, channel_id: int, target_id: int) -> None:
        """Remove what was set for a role or member."""
        channel = self._world.channel(channel_id)
        channel.overwrites.pop(target_id, None)
        self._platform.guilds.tell_channel_update(channel)

    async def create_thread(
        self, channel_id: int, name: str, owner_id: int, *, message_id: int | None = None, is_private: bool = False
    ) -> int:
        """Open a thread, on a message when one is given, or a post in a forum; return its id."""
        parent = self._world.channel(channel_id)
        guilds = self._platform.guilds
        return guilds.create_thread(parent, name, owner_id, message_id=message_id, is_private=is_private).id

    async def archive_thread(self, thread_id: int) -> None:
        """Archive a thread."""
        thread = self._thread(thread_id)
        thread.is_archived = True
        self._platform.guilds.tell_channel_update(thread)

    async def delete_thread(self, thread_id: int) -> None:
        """Delete a thread."""
        self._platform.guilds.delete_channel(self._thread(thread_id))

    async def add_thread_member(self, thread_id: int, user_id: int) -> None:
        """Put someone into a thread."""
        self._platform.guilds.add_thread_member(self._thread(thread_id), user_id)

    def _thread(self, thread_id: int) -> Channel:
        thread = self._world.channel(thread_id)
        if not thread.kind.is_thread:
            raise LookupError(f"channel {thread_id} is no thread")
        return thread

    # Guilds

    async def rename_guild(self, guild_id: int, name: str) -> None:
        """Rename a guild."""
        self._platform.guilds.rename(guild_id, name)

    async def make_unavailable(self, guild_id: int) -> None:
        """Begin an outage of a guild."""
        self._platform.guilds.make_unavailable(guild_id)

    async def make_available(self, guild_id: int) -> None:
        """End an outage of a guild."""
        self._platform.guilds.make_available(guild_id)

    async def delete_guild(self, guild_id: int) -> None:
        """Delete a guild."""
        self._platform.guilds.delete(guild_id)

    async def kick_bot(self, guild_id: int, bot_id: int) -> None:
        """Remove a bot from a guild."""
        self._platform.guilds.remove_member(guild_id, bot_id)

    async def invite_bot(self, guild_id: int, bot_id: int) -> None:
        """Put a bot into a guild."""
        self._platform.guilds.add_member(guild_id, bot_id)
