"""One REST request as its handler sees it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from reminder_bot.sandbox.channels import Channel
from reminder_bot.sandbox.entities import Application, ChannelType, Payload, User
from reminder_bot.sandbox.errors import ApiError, ErrorKind, FormError
from reminder_bot.sandbox.guilds import Guild
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.platform import Platform
from reminder_bot.sandbox.snowflake import parse_snowflake
from reminder_bot.sandbox.world import World

_NOTHING = Permission(0)


@dataclass(frozen=True, slots=True)
class Call:
    """A request: who asks, what for, and with what."""

    platform: Platform
    request: web.Request
    params: dict[str, str]
    body: Any
    application: Application | None

    @property
    def world(self) -> World:
        """The world it is about."""
        return self.platform.world

    @property
    def bot(self) -> User:
        """The bot that asks."""
        if self.application is None:
            raise ApiError(ErrorKind.UNAUTHORIZED)
        return self.world.user(self.application.id)

    @property
    def form(self) -> Payload:
        """The body as an object."""
        if not isinstance(self.body, dict):
            raise ApiError(ErrorKind.BAD_JSON)
        return self.body

    def snowflake(self, name: str) -> int:
        """Return an id of the path.

        Raises:
            FormError: it is not a number.
        """
        value = parse_snowflake(self.params[name])
        if value is None:
            sentence = f'Value "{self.params[name]}" is not snowflake.'
            raise FormError({name: ("NUMBER_TYPE_COERCE", sentence)})
        return value

    def user_id(self, name: str = "user_id") -> int:
        """Return a user id of the path, where ``@me`` is the bot itself."""
        return self.bot.id if self.params[name] == "@me" else self.snowflake(name)

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """Return a number of the query.

        Raises:
            FormError: it is none, or out of bounds.
        """
        text = self.request.query.get(name)
        if text is None:
            return default
        if not text.isdigit() or not least <= int(text) <= most:
            sentence = f"int value should be between {least} and {most}."
            raise FormError({name: ("NUMBER_TYPE_MIN", sentence)})
        return int(text)

    def guild(self) -> Guild:
        """Return the guild of the path; only its members know of it."""
        guild = self.world.guilds.get(self.snowflake("guild_id"))
        if guild is None:
            raise ApiError(ErrorKind.UNKNOWN_GUILD)
        if self.bot.id not in guild.members:
            raise ApiError(ErrorKind.MISSING_ACCESS)
        return guild

    def channel(self, needed: Permission = _NOTHING) -> Channel:
        """Return the channel of the path.

        Raises:
            ApiError: there is none (10003), the bot cannot see it (50001), or lacks a permission there (50013, 50003).
        """
        channel = self.world.channels.get(self.snowflake("channel_id"))
        if channel is None:
            raise ApiError(ErrorKind.UNKNOWN_CHANNEL)
        permissions = self.world.permissions(self.bot.id, channel.id)
        if Permission.VIEW_CHANNEL not in permissions:
            raise ApiError(ErrorKind.MISSING_ACCESS)
        self.require(channel, needed)
        return channel

    def message(self, needed: Permission = Permission.READ_MESSAGE_HISTORY) -> Message:
        """Return the message of the path.

        Raises:
            ApiError: its channel may not be read, or it is not in it (10008).
        """
        message = self.channel(needed).messages.get(self.snowflake("message_id"))
        if message is None:
            raise ApiError(ErrorKind.UNKNOWN_MESSAGE)
        return message

    def require(self, channel: Channel, needed: Permission) -> None:
        """Refuse when the bot lacks a permission in a channel.

        Raises:
            ApiError: it does (50013); what nobody may in a direct channel has an answer of its own (50003).
        """
        if needed not in self.world.permissions(self.bot.id, channel.id):
            raise ApiError(ErrorKind.NOT_IN_DMS if channel.kind is ChannelType.DM else ErrorKind.MISSING_PERMISSIONS)

    def approach(self, user_id: int) -> None:
        """Note that the bot turns to somebody directly; with whom it has spoken there, it may always.

        Raises:
            ApiError: it does so with too many people too fast (40003, 20026).
        """
        channel = self.world.find_dm(self.bot.id, user_id)
        if channel is not None and channel.messages:
            self.platform.anti_spam.note_contact(self.bot.id, user_id)
        self.platform.anti_spam.check(self.bot.id, user_id)


Handler = Callable[[Call], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """A route: its path with ``{names}``, its handler and its rate limit.

    Attributes:
        allowance: field of RateLimits.
        is_open: no token is needed; interactions carry their own in the path.
    """

    method: str
    template: str
    handler: Handler
    allowance: str = "default"
    is_open: bool = False
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        """Compile the template."""
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.template)
        object.__setattr__(self, "pattern", re.compile(pattern))

    @property
    def bucket(self) -> str:
        """What shares a count with it: routes with an allowance of their own, else the route itself."""
        return self.allowance if self.allowance != "default" else f"{self.method} {self.template}"


def json_answer(data: Any, status: int = 200) -> web.Response:
    """Answer with JSON; discord.py reads it as such only with exactly this content type."""
    response = web.json_response(data, status=status)
    response.headers["Content-Type"] = "application/json"
    return response


def no_content() -> web.Response:
    """Answer with 204."""
    return web.Response(status=204)
