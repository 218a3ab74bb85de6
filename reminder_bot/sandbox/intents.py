"""Which intent a bot must have asked for to be told of what.

Source: discord.com/developers/docs/topics/gateway#list-of-intents.
"""

from __future__ import annotations

from enum import IntFlag
from types import MappingProxyType


class Intent(IntFlag):
    """Gateway intents the sandbox knows; others may be asked for and bring nothing."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    MESSAGE_CONTENT = 1 << 15


NOTHING = Intent(0)

_GUILD_EVENTS = [
    "GUILD_CREATE",
    "GUILD_UPDATE",
    "GUILD_DELETE",
    "GUILD_ROLE_CREATE",
    "GUILD_ROLE_UPDATE",
    "GUILD_ROLE_DELETE",
    "CHANNEL_CREATE",
    "CHANNEL_UPDATE",
    "CHANNEL_DELETE",
    "THREAD_CREATE",
    "THREAD_UPDATE",
    "THREAD_DELETE",
    "THREAD_MEMBERS_UPDATE",
]
_MESSAGE_EVENTS = ["MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"]
_REACTION_EVENTS = [
    "MESSAGE_REACTION_ADD",
    "MESSAGE_REACTION_REMOVE",
    "MESSAGE_REACTION_REMOVE_ALL",
    "MESSAGE_REACTION_REMOVE_EMOJI",
]
_MEMBER_EVENTS = ["GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE"]

_IN_GUILDS = MappingProxyType(
    dict.fromkeys(_GUILD_EVENTS, Intent.GUILDS)
    | dict.fromkeys(_MESSAGE_EVENTS, Intent.GUILD_MESSAGES)
    | dict.fromkeys(_REACTION_EVENTS, Intent.GUILD_MESSAGE_REACTIONS)
    | dict.fromkeys(_MEMBER_EVENTS, Intent.GUILD_MEMBERS)
)
_IN_DIRECT_CHANNELS = MappingProxyType(
    dict.fromkeys(_MESSAGE_EVENTS, Intent.DIRECT_MESSAGES)
    | dict.fromkeys(_REACTION_EVENTS, Intent.DIRECT_MESSAGE_REACTIONS)
)


def needed_intent(event: str, *, is_direct: bool = False) -> Intent:
    """Return the intent an event needs; interactions and what concerns the session need none."""
    return (_IN_DIRECT_CHANNELS if is_direct else _IN_GUILDS).get(event, NOTHING)
