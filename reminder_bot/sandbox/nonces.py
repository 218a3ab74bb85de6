"""Nonces of posted messages: a repeat within a few minutes is answered with the first message.

Source: discord.com/developers/docs/resources/message#create-message (enforce_nonce).
"""

from __future__ import annotations

from collections.abc import Callable


class Nonces:
    """Remembers which message a nonce made, per author and channel."""

    def __init__(self, keep_seconds: float, now: Callable[[], float]) -> None:
        """Remember each for ``keep_seconds``."""
        self._keep_seconds = keep_seconds
        self._now = now
        self._made: dict[tuple[int, int, str], tuple[int, float]] = {}

    def earlier(self, channel_id: int, author_id: int, nonce: object) -> int | None:
        """Return the id of the message this nonce made, while it is remembered."""
        message_id, at = self._made.get((channel_id, author_id, str(nonce)), (0, 0.0))
        return message_id if message_id and self._now() - at <= self._keep_seconds else None

    def remember(self, channel_id: int, author_id: int, nonce: object, message_id: int) -> None:
        """Note what a nonce made."""
        self._made[(channel_id, author_id, str(nonce))] = (message_id, self._now())
