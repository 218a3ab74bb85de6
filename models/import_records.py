"""An event as it was taken over from the old bot, on its way into the database or waiting there for its server."""

from array import array
from collections.abc import Callable
from datetime import timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from utils.time import from_text, to_text

DORMANT_AFTER = timedelta(days=14)
"""An event whose last reminder is older starts paused: its people may have forgotten it long ago."""


class ImportedEntry(NamedTuple):
    """One imported event; ids are sorted, each there once.

    ``is_paused`` is what the old bot had; ``is_dormant`` says that the import itself pauses it, for its age.
    ``guild_id`` is None when nobody knows it yet. ``field_count`` and ``variant`` tell how much of the old bot's own
    files it was made of, and how late: with ``last_reminder`` they order two versions of one event. Times are as they
    are stored, `utils.time.to_text`, for each is stored and compared several times.

    A tuple and no dataclass, because one is made several times for each event, and that takes a fifth of the time.
    """

    message_id: int
    channel_id: int
    guild_id: int | None
    title: str
    interval_minutes: float
    required_reactions: tuple[str, ...]
    is_paused: bool
    is_dormant: bool
    last_reminder: str | None
    created_at: str
    answered: tuple[int, ...]
    asked: tuple[int, ...]
    field_count: int
    variant: int

    @property
    def fingerprint(self) -> str:
        """Tell two contents apart; who was asked, and the pause for its age, are no part of it."""
        return fingerprint(
            self.channel_id,
            self.guild_id,
            self.title,
            self.interval_minutes,
            self.required_reactions,
            self.is_paused,
            self.last_reminder,
            self.created_at,
            self.answered,
        )

    @property
    def last_seen(self) -> str:
        """When those who were asked were seen last, as far as the files tell."""
        return self.last_reminder or self.created_at

    def without(self, is_left_out: Callable[[int], bool]) -> "ImportedEntry":
        """Return the entry without the people that ``is_left_out`` names, neither as answered nor as asked."""
        answered, asked = (
            tuple(user_id for user_id in people if not is_left_out(user_id)) for people in (self.answered, self.asked)
        )
        return self._replace(answered=answered, asked=asked)

    def to_dict(self) -> dict[str, Any]:
        """Return the entry as a JSON object; ids are strings, as everywhere in this bot's JSON."""
        return {
            "message_id": str(self.message_id),
            "channel_id": str(self.channel_id),
            "guild_id": None if self.guild_id is None else str(self.guild_id),
            "title": self.title,
            "interval_minutes": self.interval_minutes,
            "required_reactions": list(self.required_reactions),
            "is_paused": self.is_paused,
            "is_dormant": self.is_dormant,
            "last_reminder": None if self.last_reminder is None else _to_json(self.last_reminder),
            "created_at": _to_json(self.created_at),
            "answered": [str(user_id) for user_id in self.answered],
            "asked": [str(user_id) for user_id in self.asked],
            "field_count": self.field_count,
            "variant": self.variant,
        }


def entry_from_dict(data: dict[str, Any]) -> ImportedEntry:
    """Read what `ImportedEntry.to_dict` returned."""
    return ImportedEntry(
        message_id=int(data["message_id"]),
        channel_id=int(data["channel_id"]),
        guild_id=None if data["guild_id"] is None else int(data["guild_id"]),
        title=data["title"],
        interval_minutes=data["interval_minutes"],
        required_reactions=tuple(data["required_reactions"]),
        is_paused=data["is_paused"],
        is_dormant=data["is_dormant"],
        last_reminder=None if data["last_reminder"] is None else _from_json(data["last_reminder"]),
        created_at=_from_json(data["created_at"]),
        answered=tuple(map(int, data["answered"])),
        asked=tuple(map(int, data["asked"])),
        field_count=data["field_count"],
        variant=data["variant"],
    )


def fingerprint(
    channel_id: int,
    guild_id: int | None,
    title: str,
    interval_minutes: float,
    required_reactions: tuple[str, ...],
    is_paused: bool,  # noqa: FBT001 - one content after the other, as they lie in the table
    last_reminder: str | None,
    created_at: str,
    answered: tuple[int, ...],
) -> str:
    """Return 32 characters that tell one content of an event from another; times are as they are stored."""
    fields = (
        channel_id, guild_id, title, float(interval_minutes), required_reactions, bool(is_paused), last_reminder,
        created_at,
    )  # fmt: skip
    digest = blake2b(repr(fields).encode("utf-8", "backslashreplace"), digest_size=16)
    digest.update(array("q", answered).tobytes())
    return digest.hexdigest()


def _to_json(moment: str) -> str:
    return moment.replace(" ", "T")


def _from_json(moment: str) -> str:
    return to_text(from_text(moment))
