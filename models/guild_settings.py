"""What a guild's organisers have chosen for all of its events: frozen, with its form in JSON.

Only what differs from the default is stored, so that a guild that has chosen nothing stores ``{}``. What is stored by a
newer version is read as far as it is understood, and the rest left as it is.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, Self

from models.event_options import BEFORE_MINUTES, AudienceRule, EventOptions, Place
from models.quiet_hours import QuietHours
from models.setting_json import Answers, json_of, value_of
from utils.errors import InvalidZoneError, ValidationError

EVERYONE = AudienceRule()


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """The choices of one guild; every default is what a guild has that has chosen nothing.

    None says “as Discord or the operator has it”: ``zone`` is UTC then, ``language`` the guild's in Discord,
    ``default_interval_minutes`` and ``answers`` what the operator has set. ``organiser_roles`` are ids of roles whose
    members may organise, beside the operator's. ``quiet_hours`` are hours of the guild's zone as `QuietHours.text`
    writes them, ``escalate_after`` how often somebody is pinged in vain before that ends (None: it does not), and
    ``log_channel_id`` where organisers are told what happened. The rest is what a new event's options begin with.
    """

    zone: str | None = None
    language: str | None = None
    organiser_roles: tuple[int, ...] = ()
    default_interval_minutes: float | None = None
    answers: Answers | None = None
    audience: AudienceRule = EVERYONE
    place: Place = Place.CHANNEL
    place_channel_id: int | None = None
    deletes_older: bool = False
    delete_after_minutes: int | None = None
    wants_tally: bool = False
    before_minutes: tuple[int, ...] = BEFORE_MINUTES
    quiet_hours: str | None = None
    is_silent: bool = False
    escalate_after: int | None = None
    log_channel_id: int | None = None

    @property
    def quiet(self) -> QuietHours | None:
        """The hours in which nobody is pinged; None when there are none."""
        return None if self.quiet_hours is None else QuietHours.read(self.quiet_hours)

    @property
    def emoji(self) -> tuple[str, ...] | None:
        """The emoji of the answers, in order; None when none were chosen."""
        return None if self.answers is None else tuple(emoji for emoji, _choice in self.answers)

    def event_options(self) -> EventOptions:
        """Return what a new event begins with."""
        has_place = self.place is not Place.ELSEWHERE or self.place_channel_id is not None
        return EventOptions(
            before_minutes=self.before_minutes,
            audience=self.audience,
            choices=self.answers or (),
            place=self.place if has_place else Place.CHANNEL,
            place_channel_id=self.place_channel_id if self.place is Place.ELSEWHERE else None,
            deletes_older=self.deletes_older,
            delete_after_minutes=self.delete_after_minutes,
            wants_tally=self.wants_tally,
        )

    def value_json(self, name: str) -> Any:
        """Return one setting as JSON has it, its default included."""
        return json_of(name, getattr(self, name))

    def to_full_json(self) -> dict[str, Any]:
        """Return all settings, the defaults included."""
        return {name: self.value_json(name) for name in SETTINGS}

    def to_json(self) -> dict[str, Any]:
        """Return what differs from the defaults."""
        return {name: self.value_json(name) for name in SETTINGS if getattr(self, name) != default_of(name)}

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read what `to_json` or `to_full_json` has returned; what is missing or null has its default.

        Raises:
            ValidationError: a name is unknown, or a value is none of that setting's; ``field`` is the setting.
        """
        if not isinstance(value, Mapping):
            raise ValidationError("settings", f"{value!r} is no JSON object")
        read = cls(**{str(name): read_setting(str(name), given) for name, given in value.items()})
        require_whole(read)
        return read

    @classmethod
    def from_stored(cls, value: Mapping[str, Any]) -> Self:
        """Read what the store holds; what this version does not understand has its default.

        So a file that a newer version has written to works, as far as the two have the same settings.
        """
        read = {}
        for name in SETTINGS:
            if name in value:
                try:
                    read[name] = read_setting(name, value[name])
                except ValidationError:
                    continue
        return cls(**read)


def read_setting(name: str, value: Any) -> Any:
    """Return one setting's value as `GuildSettings` has it, read from JSON; null is its default.

    Raises:
        ValidationError: there is no such setting, or it cannot be that; ``field`` is the setting.
    """
    if name not in SETTINGS:
        raise ValidationError(name, "there is no such setting")
    if value is None:
        return default_of(name)
    try:
        return value_of(name, value)
    except (TypeError, ValueError, KeyError, OverflowError, ValidationError, InvalidZoneError) as error:
        raise ValidationError(name, f"{str(value)[:80]!r} is not possible here") from error


def default_of(name: str) -> Any:
    """Return what a setting is when nothing was chosen."""
    return _DEFAULTS[name]


def require_whole(settings: GuildSettings) -> None:
    """Check what the settings say together.

    Raises:
        ValidationError: reminders are to be posted elsewhere, and no channel is named.
    """
    if settings.place is Place.ELSEWHERE and settings.place_channel_id is None:
        raise ValidationError("place", "elsewhere needs place_channel_id")


def _default(part: Field[Any]) -> Any:
    assert part.default is not MISSING, "every setting has a default"
    return part.default


_DEFAULTS: Mapping[str, Any] = {part.name: _default(part) for part in fields(GuildSettings)}

SETTINGS: tuple[str, ...] = tuple(_DEFAULTS)
"""The names of the settings, in order."""
