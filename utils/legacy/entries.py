"""From the raw fields of one entry, in whichever era's form, to a `LegacyEntry`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from utils.legacy.moments import MomentReader
from utils.legacy.records import EntryRejectedError, LegacyEntry, Report, Variant, snowflake_time
from utils.legacy.values import (
    emoji_of,
    id_of,
    ids_in,
    interval_of,
    pause_of,
    required_id,
    shown,
    title_of,
)

FIELDS = (
    "message_id",
    "channel_id",
    "guild_id",
    "title",
    "interval_minutes",
    "required_reactions",
    "last_reminder",
    "users_who_reacted",
    "all_users",
    "is_paused",
    "created_at",
)
"""What the newest of the JSON files says of an event."""

TELLING_FIELDS = frozenset({"channel_id", "required_reactions", "users_who_reacted", "last_reminder"})
"""An object with two of these is an event's entry, and no measurement that happens to go by a message's id."""

_SINCE_V1 = frozenset({"interval_minutes", "is_paused", "created_at"})
_COUNTED = frozenset(FIELDS)


@dataclass(frozen=True, slots=True)
class EntryReader:
    """Reads entries under one set of rules; ``least_minutes`` and ``most_minutes`` bound the interval."""

    moments: MomentReader
    least_minutes: float
    most_minutes: float
    default_reactions: tuple[str, ...]

    def read(self, key: str, raw: object, variant: Variant, report: Report) -> LegacyEntry:
        """Return what the entry says; everything that was read otherwise than it stands is reported.

        Raises:
            EntryRejectedError: it cannot be imported.
        """
        if not isinstance(raw, dict):
            raise EntryRejectedError(f"{shown(raw)} is no event")
        message_id = _message_id(key, raw.get("message_id"))
        last_reminder, created_at = raw.get("last_reminder"), raw.get("created_at")
        return LegacyEntry(
            key=key,
            variant=variant,
            field_count=_field_count(raw),
            message_id=message_id,
            channel_id=required_id(raw.get("channel_id"), "channel_id"),
            guild_id=_guild_id(raw.get("guild_id"), report),
            title=title_of(raw.get("title"), report),
            interval_minutes=interval_of(raw.get("interval_minutes"), self.least_minutes, self.most_minutes, report),
            required_reactions=emoji_of(raw.get("required_reactions"), self.default_reactions, report),
            is_paused=pause_of(raw.get("is_paused"), report),
            last_reminder=None if last_reminder is None else self.moments.read(last_reminder, "last_reminder", report),
            created_at=(None if created_at is None else self.moments.read(created_at, "created_at", report))
            or snowflake_time(message_id),
            answered=ids_in(raw.get("users_who_reacted"), "users_who_reacted", report),
            asked=ids_in(raw.get("all_users"), "all_users", report),
        )


def variant_of(raw: object, of_file: Variant) -> Variant:
    """Return the era of an entry: its fields may tell that it is older than its file."""
    is_older = of_file is not Variant.V3 and isinstance(raw, dict) and _SINCE_V1.isdisjoint(raw)
    return Variant.V0 if is_older else of_file


def variant_of_file(path: Path, *, is_wrapped: bool) -> Variant:
    """Return the era of a JSON file by its name, where it is not the one with the wrapper."""
    if is_wrapped:
        return Variant.V3
    return Variant.V1 if "matches" in path.name else Variant.V2


def _message_id(key: str, value: Any) -> int:
    message_id = required_id(key, "the key") if value is None else required_id(value, "message_id")
    if value is not None and id_of(key) != message_id:
        raise EntryRejectedError(f"message_id {message_id} contradicts the key {shown(key)}")
    return message_id


def _guild_id(value: Any, report: Report) -> int | None:
    # The old bot wrote 0 where it did not know.
    if value is None or value == 0 or value == "0":
        return None
    guild_id = id_of(value)
    if guild_id is None:
        report("guild_id", f"{shown(value)} is no Discord id; read as missing")
    return guild_id


def _field_count(raw: dict[str, Any]) -> int:
    # A guild of 0 states nothing, and neither does a null.
    stated = sum(name in _COUNTED and value is not None for name, value in raw.items())
    return stated - (raw.get("guild_id") in (0, "0"))
