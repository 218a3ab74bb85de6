"""What happened, in order: the record that tests and the story judge by."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from reminder_bot.sandbox.messages import SUPPRESS_NOTIFICATIONS

_POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class RestCall:
    """A request that is over.

    ``status`` is 0 when the connection was dropped instead of answered; ``path`` begins after /api/v10.
    """

    at: float
    method: str
    path: str
    status: int
    fault: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Post:
    """A message a bot asked for.

    It reads as it was sent; the world knows how it reads after edits. ``is_repeat``: its nonce was known, so an earlier
    message answered and nothing was sent. ``recipient_id``: whom a direct message went to, None in channels.
    """

    at: float
    message_id: int
    channel_id: int
    author_id: int
    content: str
    embeds: tuple[dict[str, Any], ...]
    pinged_user_ids: tuple[int, ...]
    nonce: str | int | None
    is_repeat: bool
    reference_id: int | None
    flags: int
    components: tuple[dict[str, Any], ...]
    recipient_id: int | None

    @property
    def is_silent(self) -> bool:
        """Whether it made no sound: sent with Discord's @silent."""
        return bool(self.flags & SUPPRESS_NOTIFICATIONS)


@dataclass(frozen=True, slots=True)
class Ping:
    """Somebody was notified: named in a channel, or written to directly; without a sound when it ``is_silent``."""

    at: float
    user_id: int
    message_id: int
    channel_id: int
    is_direct: bool
    is_silent: bool


@dataclass(slots=True)
class Connection:
    """A gateway connection that identified or resumed; ``ended_at`` is None while it lives."""

    session_id: str
    connected_at: float
    is_resume: bool
    ended_at: float | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """An event of the gateway that was written to a bot's socket; a replayed one is written, and noted, again."""

    at: float
    session_id: str
    sequence: int


@dataclass(frozen=True, slots=True)
class RateLimitHit:
    """A request answered with 429."""

    at: float
    bucket: str
    scope: str
    retry_after: float


@dataclass(slots=True)
class Record:
    """Append-only lists of what happened."""

    calls: list[RestCall] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)
    delivered: list[Delivered] = field(default_factory=list)
    rate_limits: list[RateLimitHit] = field(default_factory=list)

    def calls_to(self, method: str, path: str) -> list[RestCall]:
        """Return the requests of a method whose whole path matches a regular expression."""
        pattern = re.compile(path)
        return [call for call in self.calls if call.method == method and pattern.fullmatch(call.path)]

    def posts_in(self, channel_id: int, *, with_repeats: bool = False) -> list[Post]:
        """Return what bots posted in a channel, in order."""
        return [post for post in self.posts if post.channel_id == channel_id and (with_repeats or not post.is_repeat)]

    def posts_to(self, user_id: int, *, with_repeats: bool = False) -> list[Post]:
        """Return what bots wrote to somebody directly, in order."""
        return [post for post in self.posts if post.recipient_id == user_id and (with_repeats or not post.is_repeat)]

    def pings_of(self, user_id: int) -> list[Ping]:
        """Return when bots notified somebody, in channels and directly, in order."""
        return [
            Ping(post.at, user_id, post.message_id, post.channel_id, post.recipient_id is not None, post.is_silent)
            for post in self.posts
            if user_id in post.pinged_user_ids and not post.is_repeat
        ]

    async def wait_until(self, condition: Callable[[], object], timeout: float = 10.0) -> None:
        """Wait until a condition holds; it may read anything, so it is looked at a hundred times a second.

        Raises:
            TimeoutError: it did not come true within ``timeout`` seconds.
        """
        async with asyncio.timeout(timeout):
            while not condition():
                await asyncio.sleep(_POLL_SECONDS)
