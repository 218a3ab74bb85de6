"""What a member has chosen for themselves in a guild: frozen, with its form in JSON.

Only what differs from the default is stored. What a newer version has stored is read as far as it is understood.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from models.event_options import AudienceRule
from models.quiet_hours import QuietHours
from utils.errors import InvalidZoneError, ValidationError
from utils.formatting import clean_text
from utils.time import from_text, to_text
from utils.zones import read_zone

REASON_LIMIT = 200
"""How long the reason of an absence may be."""

MOST_ROLES = 25
"""How many roles somebody may name. Source: a select of Discord's takes no more."""


class Contact(StrEnum):
    """How somebody wants to be reminded."""

    CHANNEL = "channel"
    """Pinged where the event's reminders go."""
    DIRECT = "direct"
    """By direct message instead."""
    OFF = "off"
    """Not at all."""


class QuietChoice(StrEnum):
    """What somebody says of the guild's quiet hours without naming hours of their own."""

    AS_GUILD = "as_guild"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class MemberChoices:
    """The choices of one member; every default is what somebody has who has chosen nothing.

    ``zone`` is a tz name, None for the guild's. ``only_roles``: asked only about events that choose one of these roles;
    empty for all. ``wants_direct``: the bot may write to them by itself, after reminders in the channel went unanswered
    or as an organiser. ``away_until`` is when they are back; a past one means nothing any more.
    """

    zone: str | None = None
    quiet: QuietHours | QuietChoice = QuietChoice.AS_GUILD
    contact: Contact = Contact.CHANNEL
    only_roles: tuple[int, ...] = ()
    wants_direct: bool = False
    away_until: datetime | None = None
    away_reason: str | None = None

    @property
    def takes_direct(self) -> bool:
        """Whether the bot may write to them at all."""
        return self.wants_direct or self.contact is Contact.DIRECT

    def is_away(self, now: datetime) -> bool:
        """Whether an absence lasts at this moment."""
        return self.away_until is not None and self.away_until > now

    def to_json(self) -> dict[str, Any]:
        """Return what differs from the defaults."""
        nothing = type(self)()
        chosen = {part.name: getattr(self, part.name) for part in fields(self)}
        return {name: _written(value) for name, value in chosen.items() if value != getattr(nothing, name)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read what `to_json` has returned; what is not understood has its default."""
        read = {}
        for name, reader in _READERS.items():
            if value.get(name) is not None:
                try:
                    read[name] = reader(value[name])
                except (TypeError, ValueError, KeyError, OverflowError, ValidationError, InvalidZoneError):
                    continue
        return cls(**read)


NOTHING_CHOSEN = MemberChoices()


def _written(value: Any) -> Any:
    if isinstance(value, QuietHours):
        return value.text
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, tuple):
        return [str(each) for each in value]
    return value.value if isinstance(value, StrEnum) else value


def _zone(value: Any) -> str:
    return read_zone(_text(value)).key


def _quiet(value: Any) -> QuietHours | QuietChoice:
    text = _text(value)
    return QuietChoice(text) if text in tuple(QuietChoice) else QuietHours.read(text)


def _roles(value: Any) -> tuple[int, ...]:
    return AudienceRule.from_json({"roles": value}).roles[:MOST_ROLES]


def _yes(value: Any) -> bool:
    return value is True


def _moment(value: Any) -> datetime:
    return from_text(_text(value))


def _reason(value: Any) -> str:
    return clean_text(_text(value))[:REASON_LIMIT]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "zone": _zone,
    "quiet": _quiet,
    "contact": lambda value: Contact(_text(value)),
    "only_roles": _roles,
    "wants_direct": _yes,
    "away_until": _moment,
    "away_reason": _reason,
}
