"""The world: every guild, channel, account and message there is.

Its methods set the stage and tell nobody; what happens while a bot watches goes through the director.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from reminder_bot.sandbox.channels import Channel
from reminder_bot.sandbox.entities import (
    Application,
    ChannelType,
    Emoji,
    Member,
    Overwrite,
    Role,
    User,
)
from reminder_bot.sandbox.guilds import Guild
from reminder_bot.sandbox.locales import DEFAULT_LOCALE
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.permissions import (
    DM_PERMISSIONS,
    EVERYONE_DEFAULT,
    Permission,
    channel_permissions,
    guild_permissions,
)
from reminder_bot.sandbox.snowflake import SnowflakeFactory

_T = TypeVar("_T")


class World:
    """Everything there is, by id."""

    def __init__(self, now: Callable[[], float] = time.time, steady: Callable[[], float] | None = None) -> None:
        """Begin empty.

        Args:
            now: the calendar, in seconds since 1970: when messages are written and members join.
            steady: what connections and limits go by, which never hurries; the calendar's when left out.
        """
        self.now = now
        self.steady = steady or now
        self.snowflakes = SnowflakeFactory(now)
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.applications: dict[int, Application] = {}
        self._message_places: dict[int, int] = {}

    # Looking up

    def user(self, user_id: int) -> User:
        """Return an account, or raise LookupError."""
        return _found(self.users, user_id, "user")

    def guild(self, guild_id: int) -> Guild:
        """Return a guild, or raise LookupError."""
        return _found(self.guilds, guild_id, "guild")

    def channel(self, channel_id: int) -> Channel:
        """Return a channel or thread, or raise LookupError."""
        return _found(self.channels, channel_id, "channel")

    def member(self, guild_id: int, user_id: int) -> Member:
        """Return a member of a guild, or raise LookupError."""
        return _found(self.guild(guild_id).members, user_id, "member")

    def message(self, message_id: int) -> Message:
        """Return a message that still exists, or raise LookupError."""
        channel = self.channels.get(self._message_places.get(message_id, 0))
        if channel is None or message_id not in channel.messages:
            raise LookupError(f"no message {message_id}")
        return channel.messages[message_id]

    def application_by_token(self, token: str) -> Application | None:
        """Return whose bot token this is."""
        return next((app for app in self.applications.values() if app.token == token), None)

    def is_member(self, guild_id: int | None, user_id: int) -> bool:
        """Whether someone is in a guild."""
        return guild_id in self.guilds and user_id in self.guilds[guild_id].members

    def permissions(self, user_id: int, channel_id: int) -> Permission:
        """Return what someone may do in a channel; nothing for those who are not in its guild."""
        channel = self.channel(channel_id)
        if channel.guild_id is None:
            return DM_PERMISSIONS if any(user.id == user_id for user in channel.recipients) else Permission(0)
        guild = self.guild(channel.guild_id)
        member = guild.members.get(user_id)
        if member is None:
            return Permission(0)
        parent = self.channels.get(channel.parent_id) if channel.parent_id else None
        return channel_permissions(guild, member, channel, parent)

    def guild_permissions(self, user_id: int, guild_id: int) -> Permission:
        """Return what a member may do in a guild, channels aside."""
        return guild_permissions(self.guild(guild_id), self.member(guild_id, user_id))

    def guilds_of(self, user_id: int) -> list[Guild]:
        """Return the guilds someone is in."""
        return [guild for guild in self.guilds.values() if user_id in guild.members]

    def find_emoji(self, emoji_id: int) -> tuple[Guild, Emoji] | None:
        """Return a custom emoji and its guild."""
        for guild in self.guilds.values():
            if emoji_id in guild.emojis:
                return guild, guild.emojis[emoji_id]
        return None

    def find_dm(self, user_id: int, other_id: int) -> Channel | None:
        """Return the direct channel of two people, if there is one."""
        wanted = {user_id, other_id}
        direct = (channel for channel in self.channels.values() if channel.kind is ChannelType.DM)
        return next((channel for channel in direct if {user.id for user in channel.recipients} == wanted), None)

    def inbox(self, user_id: int) -> list[Message]:
        """Return the direct messages others have written to someone, as they read now, oldest first."""
        mine = (c for c in self.channels.values() if any(user.id == user_id for user in c.recipients))
        got = [message for channel in mine for message in channel.messages.values() if message.author_id != user_id]
        return sorted(got, key=lambda message: message.id)

    # Building

    def add_user(
        self, name: str, *, is_bot: bool = False, accepts_dms: bool = True, locale: str = DEFAULT_LOCALE
    ) -> User:
        """Make an account."""
        user = User(self.snowflakes.make(), name, is_bot, accepts_dms, locale)
        self.users[user.id] = user
        return user

    def add_bot(
        self,
        token: str,
        *,
        name: str = "Reminder Bot",
        members_intent: bool = True,
        message_content_intent: bool = True,
        presences_intent: bool = True,
    ) -> User:
        """Make a bot with its application, which has the same id; the intents are the portal's switches."""
        bot = self.add_user(name, is_bot=True)
        owner = self.add_user(f"{name} owner")
        self.applications[bot.id] = Application(
            bot.id, token, owner.id, name, members_intent, message_content_intent, presences_intent
        )
        return bot

    def add_guild(self, name: str, *, owner_id: int | None = None, preferred_locale: str = DEFAULT_LOCALE) -> Guild:
        """Make a guild whose @everyone may read, write and react; without an owner, one is made."""
        owner = self.user(owner_id) if owner_id is not None else self.add_user("Owner")
        guild = Guild(self.snowflakes.make(), name, owner.id, preferred_locale=preferred_locale)
        guild.roles[guild.id] = Role(guild.id, "@everyone", int(EVERYONE_DEFAULT), position=0)
        self.guilds[guild.id] = guild
        self.add_member(guild.id, owner.id)
        return guild

    def add_role(
        self,
        guild_id: int,
        name: str,
        permissions: int = 0,
        *,
        position: int | None = None,
        is_mentionable: bool = False,
    ) -> Role:
        """Make a role, on top of the others unless a position is given."""
        guild = self.guild(guild_id)
        place = position if position is not None else max(role.position for role in guild.roles.values()) + 1
        role = Role(self.snowflakes.make(), name, int(permissions), place, is_mentionable)
        guild.roles[role.id] = role
        return role

    def add_member(self, guild_id: int, user_id: int, *, nick: str | None = None, roles: Iterable[int] = ()) -> Member:
        """Put an account into a guild."""
        member = Member(self.user(user_id), self.now(), nick, list(roles))
        self.guild(guild_id).members[user_id] = member
        return member

    def add_members(self, guild_id: int, count: int, *, prefix: str = "Member") -> list[int]:
        """Make many accounts and put them into a guild; return their ids."""
        ids = [self.add_user(f"{prefix} {number}").id for number in range(1, count + 1)]
        for user_id in ids:
            self.add_member(guild_id, user_id)
        return ids

    def add_channel(
        self,
        guild_id: int,
        name: str,
        kind: ChannelType = ChannelType.TEXT,
        *,
        parent_id: int | None = None,
        overwrites: Iterable[Overwrite] = (),
    ) -> Channel:
        """Make a channel of a guild."""
        guild = self.guild(guild_id)
        channel = Channel(self.snowflakes.make(), name, kind, guild_id, parent_id, position=len(guild.channel_ids))
        channel.overwrites = {overwrite.target_id: overwrite for overwrite in overwrites}
        self.channels[channel.id] = channel
        guild.channel_ids.append(channel.id)
        return channel

    def add_thread(
        self,
        parent_id: int,
        name: str,
        owner_id: int,
        kind: ChannelType = ChannelType.PUBLIC_THREAD,
        *,
        thread_id: int | None = None,
    ) -> Channel:
        """Make a thread; one that hangs on a message has the message's id."""
        parent = self.channel(parent_id)
        thread = Channel(thread_id or self.snowflakes.make(), name, kind, parent.guild_id, parent_id)
        thread.owner_id = owner_id
        thread.thread_member_ids[owner_id] = self.now()
        self.channels[thread.id] = thread
        self.guild(parent.guild_id or 0).thread_ids.append(thread.id)
        return thread

    def add_emoji(self, guild_id: int, name: str) -> Emoji:
        """Make a custom emoji."""
        emoji = Emoji(self.snowflakes.make(), name)
        self.guild(guild_id).emojis[emoji.id] = emoji
        return emoji

    def open_dm(self, user_id: int, other_id: int) -> Channel:
        """Return the direct channel of two people, made when there is none."""
        known = self.find_dm(user_id, other_id)
        if known is not None:
            return known
        channel = Channel(self.snowflakes.make(), "", ChannelType.DM)
        channel.recipients = [self.user(user_id), self.user(other_id)]
        self.channels[channel.id] = channel
        return channel

    def add_message(self, channel_id: int, author_id: int, content: str = "", **fields: Any) -> Message:
        """Write a message; ``fields`` are those of Message."""
        channel = self.channel(channel_id)
        message_id = fields.pop("id", None) or self.snowflakes.make()
        message = Message(message_id, channel_id, channel.guild_id, self.user(author_id), content, **fields)
        return self.place_message(message)

    def place_message(self, message: Message) -> Message:
        """Put a message into its channel."""
        self.channel(message.channel_id).messages[message.id] = message
        self._message_places[message.id] = message.channel_id
        return message

    # Taking away

    def drop_message(self, message: Message) -> None:
        """Forget a message."""
        self.channel(message.channel_id).messages.pop(message.id, None)
        self._message_places.pop(message.id, None)

    def drop_channel(self, channel_id: int) -> None:
        """Forget a channel or thread, its threads and its messages."""
        channel = self.channels.pop(channel_id)
        for message_id in channel.messages:
            self._message_places.pop(message_id, None)
        guild = self.guild(channel.guild_id or 0)
        for places in (guild.channel_ids, guild.thread_ids):
            if channel_id in places:
                places.remove(channel_id)
        for thread_id in [t for t in guild.thread_ids if self.channels[t].parent_id == channel_id]:
            self.drop_channel(thread_id)


def _found(things: dict[int, _T], key: int, noun: str) -> _T:
    if key not in things:
        raise LookupError(f"no {noun} {key}")
    return things[key]
