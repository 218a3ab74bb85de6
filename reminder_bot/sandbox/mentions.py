"""Who is pinged by a message: the mentions in its text, narrowed by allowed_mentions.

Source: discord.com/developers/docs/resources/message#allowed-mentions-object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.errors import FormError
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.snowflake import parse_snowflake
from reminder_bot.sandbox.world import World

MAX_ALLOWED_IDS = 100

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_USER = re.compile(r"<@!?(\d{15,20})>")
_ROLE = re.compile(r"<@&(\d{15,20})>")
_EVERYONE = re.compile(r"@(everyone|here)\b")


@dataclass(frozen=True, slots=True)
class AllowedMentions:
    """What a message may ping; None for a list means all that are mentioned."""

    user_ids: frozenset[int] | None = None
    role_ids: frozenset[int] | None = None
    has_everyone: bool = True
    has_replied_user: bool = True

    def allows_user(self, user_id: int) -> bool:
        """Whether a mention of this person pings."""
        return self.user_ids is None or user_id in self.user_ids

    def allows_role(self, role_id: int) -> bool:
        """Whether a mention of this role pings."""
        return self.role_ids is None or role_id in self.role_ids


def parse_allowed_mentions(body: Payload | None) -> AllowedMentions:
    """Read the allowed_mentions of a request; without any, everything pings.

    Raises:
        FormError: over 100 ids, unknown kinds, or a kind both in ``parse`` and listed.
    """
    if body is None:
        return AllowedMentions()
    kinds = body.get("parse") or []
    problems: dict[str, tuple[str, str]] = {}
    for name in ("users", "roles"):
        listed = body.get(name) or []
        if len(listed) > MAX_ALLOWED_IDS:
            problems[f"allowed_mentions.{name}"] = ("BASE_TYPE_BAD_LENGTH", "Must be between 0 and 100 in length.")
        elif listed and name in kinds:
            sentence = f'parse:["{name}"] and {name}: [ids...] are mutually exclusive.'
            problems["allowed_mentions"] = ("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", sentence)
    if not set(kinds) <= {"users", "roles", "everyone"}:
        problems["allowed_mentions.parse"] = (
            "BASE_TYPE_CHOICES",
            "Value must be one of {'roles', 'users', 'everyone'}.",
        )
    if problems:
        raise FormError(problems)
    return AllowedMentions(
        user_ids=None if "users" in kinds else _ids(body.get("users")),
        role_ids=None if "roles" in kinds else _ids(body.get("roles")),
        has_everyone="everyone" in kinds,
        has_replied_user=bool(body.get("replied_user")),
    )


def apply_mentions(world: World, message: Message, allowed: AllowedMentions) -> None:
    """Set on a message what it mentions and whom it pings; in a guild, only people who can see the channel."""
    text = _CODE.sub("", message.content)
    audience = _audience(world, message.channel_id)
    named = [user_id for user_id in _found(_USER, text) if allowed.allows_user(user_id) and user_id in world.users]
    replied_to = _replied_author(world, message)
    if replied_to is not None and allowed.has_replied_user and replied_to not in named:
        named.append(replied_to)
    pinged = dict.fromkeys(named)
    if message.guild_id is not None:
        for role_id in _pinging_roles(world, message, [r for r in _found(_ROLE, text) if allowed.allows_role(r)]):
            message.mention_role_ids.append(role_id)
            members = world.guild(message.guild_id).members.values()
            pinged |= dict.fromkeys(member.user.id for member in members if role_id in member.role_ids)
        if _EVERYONE.search(text) and allowed.has_everyone and _may_mention_all(world, message):
            message.mentions_everyone = True
            pinged |= dict.fromkeys(audience)
    else:
        # Every direct message is one to be told of, whatever it mentions.
        pinged |= dict.fromkeys(audience)
    message.mentions = [world.users[user_id] for user_id in named]
    message.pinged_user_ids = tuple(u for u in pinged if u in audience and u != message.author_id)


def _ids(values: Iterable[Any] | None) -> frozenset[int]:
    return frozenset(snowflake for value in values or () if (snowflake := parse_snowflake(value)) is not None)


def _found(pattern: re.Pattern[str], text: str) -> list[int]:
    return list(dict.fromkeys(int(found) for found in pattern.findall(text)))


class _Viewers:
    """The people of a channel, looked up one by one: a guild may have thousands."""

    def __init__(self, world: World, channel_id: int) -> None:
        self._world = world
        self._channel = world.channel(channel_id)

    def __contains__(self, user_id: int) -> bool:
        return Permission.VIEW_CHANNEL in self._world.permissions(user_id, self._channel.id)

    def __iter__(self) -> Any:
        guild_id = self._channel.guild_id
        return iter(self._world.guild(guild_id).members if guild_id else [u.id for u in self._channel.recipients])


def _audience(world: World, channel_id: int) -> _Viewers:
    return _Viewers(world, channel_id)


def _replied_author(world: World, message: Message) -> int | None:
    if message.reference_id is None:
        return None
    replied = world.channel(message.channel_id).messages.get(message.reference_id)
    return replied.author_id if replied is not None else None


def _may_mention_all(world: World, message: Message) -> bool:
    return Permission.MENTION_EVERYONE in world.permissions(message.author_id, message.channel_id)


def _pinging_roles(world: World, message: Message, role_ids: list[int]) -> list[int]:
    roles = world.guild(message.guild_id or 0).roles
    everything = _may_mention_all(world, message)
    return [role_id for role_id in role_ids if role_id in roles and (everything or roles[role_id].is_mentionable)]
