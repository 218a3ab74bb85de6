"""Snowflakes: ids that carry the moment they were made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

DISCORD_EPOCH_MS = 1_420_070_400_000
"""First millisecond of 2015 (UTC). Source: discord.com/developers/docs/reference#snowflakes."""


class SnowflakeFactory:
    """Makes ids that grow strictly, whatever the clock does."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Read the moment of each id from ``now`` (seconds since 1970)."""
        self._now = now
        self._last = 0

    def make(self) -> int:
        """Return a new id, larger than every one before it."""
        wanted = (int(self._now() * 1000) - DISCORD_EPOCH_MS) << 22
        self._last = max(wanted, self._last + 1)
        return self._last


def snowflake_seconds(snowflake: int) -> float:
    """Return the moment an id was made, in seconds since 1970."""
    return ((snowflake >> 22) + DISCORD_EPOCH_MS) / 1000


def iso_timestamp(seconds: float) -> str:
    """Write a moment as Discord does: ISO 8601 with microseconds and an offset."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def parse_snowflake(text: object) -> int | None:
    """Read an id from JSON or a path; None when it is not one."""
    if isinstance(text, int) and not isinstance(text, bool):
        return text if 0 < text < 2**64 else None
    if not isinstance(text, str) or not text.isascii() or not text.isdigit():
        return None
    value = int(text)
    return value if 0 < value < 2**64 else None
