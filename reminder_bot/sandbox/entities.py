"""Users, roles, members and emojis: plain objects that write themselves as Discord's JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from reminder_bot.sandbox.locales import DEFAULT_LOCALE
from reminder_bot.sandbox.snowflake import iso_timestamp

Payload = dict[str, Any]
"""A JSON object as Discord sends it: ids are strings."""


class ChannelType(IntEnum):
    """Kinds of channel. Source: discord.com/developers/docs/resources/channel#channel-object-channel-types."""

    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15

    @property
    def is_thread(self) -> bool:
        """Whether such a channel lives inside another one."""
        return self in (ChannelType.ANNOUNCEMENT_THREAD, ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD)

    @property
    def holds_messages(self) -> bool:
        """Whether people write in it directly."""
        return self not in (ChannelType.CATEGORY, ChannelType.FORUM)


class OverwriteKind(IntEnum):
    """Whom an overwrite is for."""

    ROLE = 0
    MEMBER = 1


@dataclass(slots=True)
class User:
    """An account, a person's or a bot's."""

    id: int
    name: str
    is_bot: bool = False
    accepts_dms: bool = True
    locale: str = DEFAULT_LOCALE
    """The language of their client; bots are told with each interaction, and never besides."""

    def to_payload(self) -> Payload:
        """Write the user as Discord does."""
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": None if self.is_bot else self.name,
            "discriminator": "0000" if self.is_bot else "0",
            "avatar": None,
            "bot": self.is_bot,
            "public_flags": 0,
            "flags": 0,
        }


@dataclass(slots=True)
class Application:
    """A bot's application; it shares its id with the bot user.

    The three intents are the switches of the developer portal: off, asking for the intent closes the gateway with 4014.
    """

    id: int
    token: str
    owner_id: int
    name: str
    has_members_intent: bool = True
    has_message_content_intent: bool = True
    has_presences_intent: bool = True

    @property
    def flags(self) -> int:
        """Application flags: which privileged intents are switched on."""
        return (
            (1 << 13 if self.has_presences_intent else 0)
            | (1 << 15 if self.has_members_intent else 0)
            | (1 << 19 if self.has_message_content_intent else 0)
        )


@dataclass(slots=True)
class Overwrite:
    """Permissions of one role or member in one channel, over those of the guild."""

    target_id: int
    kind: OverwriteKind = OverwriteKind.ROLE
    allow: int = 0
    deny: int = 0

    def to_payload(self) -> Payload:
        """Write the overwrite as Discord does."""
        return {
            "id": str(self.target_id),
            "type": int(self.kind),
            "allow": str(int(self.allow)),
            "deny": str(int(self.deny)),
        }


@dataclass(slots=True)
class Role:
    """A role of a guild; the one with the guild's own id is @everyone."""

    id: int
    name: str
    permissions: int = 0
    position: int = 1
    is_mentionable: bool = False
    is_managed: bool = False

    def to_payload(self) -> Payload:
        """Write the role as Discord does."""
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(int(self.permissions)),
            "position": self.position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": self.is_managed,
            "mentionable": self.is_mentionable,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
        }


@dataclass(slots=True)
class Member:
    """A user in a guild."""

    user: User
    joined_at: float
    nick: str | None = None
    role_ids: list[int] = field(default_factory=list)

    @property
    def display_name(self) -> str:
        """What others see: the nick, else the name."""
        return self.nick or self.user.name

    def to_payload(self) -> Payload:
        """Write the member as Discord does, the user inside."""
        return {"user": self.user.to_payload(), **self.to_partial_payload()}

    def to_partial_payload(self) -> Payload:
        """Write the member without the user, as in a message."""
        return {
            "nick": self.nick,
            "roles": [str(role_id) for role_id in self.role_ids],
            "joined_at": iso_timestamp(self.joined_at),
            "premium_since": None,
            "avatar": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
            "communication_disabled_until": None,
        }


@dataclass(frozen=True, slots=True)
class Emoji:
    """A custom emoji of a guild."""

    id: int
    name: str

    def __str__(self) -> str:
        """Write the emoji as in a message: ``<:name:id>``."""
        return f"<:{self.name}:{self.id}>"

    def to_payload(self) -> Payload:
        """Write the emoji as Discord does."""
        return {
            "id": str(self.id),
            "name": self.name,
            "roles": [],
            "require_colons": True,
            "managed": False,
            "animated": False,
            "available": True,
        }
