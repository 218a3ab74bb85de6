"""What one entry of a legacy file says, and what is to be said about it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import NamedTuple, Self

from utils.time import to_text

DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
"""Source: https://discord.com/developers/docs/reference#snowflakes"""


class Variant(IntEnum):
    """The eras, oldest first: of two entries that tie otherwise, the later era's counts."""

    V0 = 0
    """Without interval, pause and date of creation."""
    V1 = 1
    V2 = 2
    V3 = 3
    """V2 in a wrapper."""
    SQLITE = 4


class LegacyEntry(NamedTuple):
    """One event as a legacy file has it; None is what the file does not say, or not readably.

    Ids are sorted and each there once. Times are as they are stored, `utils.time.to_text`. ``interval_minutes`` lies
    within the bounds. ``field_count`` is how many fields the file states: of two entries with one ``last_reminder``,
    more win.

    A tuple and no dataclass, because one is made several times for each event, and that takes a fifth of the time.
    """

    key: str
    variant: Variant
    field_count: int
    message_id: int
    channel_id: int
    guild_id: int | None
    title: str
    interval_minutes: float | None
    required_reactions: tuple[str, ...]
    is_paused: bool
    last_reminder: str | None
    created_at: str
    answered: tuple[int, ...]
    asked: tuple[int, ...]

    def filled(self, guild_id: int | None, interval_minutes: float | None) -> Self:
        """Return the entry with the guild and interval that others knew, where it has none of its own."""
        return self._replace(
            guild_id=guild_id if self.guild_id is None else self.guild_id,
            interval_minutes=interval_minutes if self.interval_minutes is None else self.interval_minutes,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to report: about a field that was read differently from how it stands, or why an entry was rejected.

    ``key`` is None when it is about the whole file, ``field`` when it is about the whole entry.
    """

    file: str
    key: str | None
    field: str | None
    message: str


Report = Callable[[str, str], None]
"""Takes the name of a field and what is to be said about it."""


class EntryRejectedError(Exception):
    """An entry that cannot be imported; ``str()`` is the reason."""


def snowflake_time(snowflake: int) -> str:
    """Return when Discord gave out an id, as it is stored."""
    return to_text(DISCORD_EPOCH + timedelta(milliseconds=snowflake >> 22))
