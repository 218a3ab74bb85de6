"""Time zones by what people type: a city, a country, letters such as CET, or the name of the tz database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from utils.errors import InvalidZoneError
from utils.folding import folded
from utils.i18n import _
from utils.time import offset_text
from utils.zone_names import FIRST_SUGGESTED, FRENCH_COUNTRIES, OTHER_NAMES

MOST_SUGGESTIONS = 25
"""Source: Discord shows no more choices."""

_MOST_CHARACTERS = 100
_AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@dataclass(frozen=True, slots=True)
class ZoneSuggestion:
    """A zone, ``key``, and how it is shown; `read_zone` reads the key."""

    key: str
    label: str


class _Kind(IntEnum):
    """What a name names; of equal matches the lower goes first."""

    CITY = 0
    OTHER_NAME = 1
    COUNTRY = 2
    OTHER_COUNTRY_NAME = 3


@dataclass(frozen=True, slots=True)
class _Place:
    shown: str
    plain_name: str
    plain_key: str
    key: str
    order: tuple[bool, _Kind, str]
    """Among places that match equally well."""


def read_zone(text: str) -> ZoneInfo:
    """Read a zone's name, or what only one zone goes by, as ``Bruxelles``; capitals and accents do not matter.

    The first call reads the list of zones, a few milliseconds.

    Raises:
        InvalidZoneError: no zone goes by that, or several do.
    """
    typed = _plain(text)
    key = _keys().get(typed)
    if key is None:
        keys = {place.key for place in _places() if place.plain_name == typed} or {place.key for place in _best(typed)}
        if len(keys) != 1:
            raise _several() if keys else _unknown()
        key = keys.pop()
    return ZoneInfo(key)


def zone_suggestions(text: str, now: datetime) -> list[ZoneSuggestion]:
    """Return at most 25 zones for a half-typed text, best first; well-known ones for none.

    Labels have the offset and the time there, in at most 100 characters.
    """
    typed = _plain(text)
    if not typed:
        return [ZoneSuggestion(key, _label(_city(key), key, now)) for key in FIRST_SUGGESTED]
    return [ZoneSuggestion(place.key, _label(place.shown, place.key, now)) for place in _best(typed)[:MOST_SUGGESTIONS]]


def utc_offset(zone: ZoneInfo, now: datetime) -> str:
    """Write how far a zone is ahead of UTC at a moment: ``UTC+1``, ``UTC-3:30``, ``UTC``."""
    text = offset_text(now.astimezone(zone).utcoffset() or timedelta())
    return "UTC" if text == "UTC+0" else text


def _best(typed: str) -> list[_Place]:
    """Return the places that match, best first, each zone once."""
    if not typed:
        return []
    ranks = ((_rank(place, typed), place) for place in _places())
    matches = [(rank, place.order, place) for rank, place in ranks if rank is not None]
    matches.sort(key=lambda match: match[:2])
    found: dict[str, _Place] = {}
    for _at, _order, place in matches:
        found.setdefault(place.key, place)
    return list(found.values())


def _rank(place: _Place, typed: str) -> int | None:
    """Return how well a place matches, 0 is best; None when it does not."""
    if place.plain_name == typed:
        return 0
    if place.plain_name.startswith(typed):
        return 1
    if f" {typed}" in place.plain_name:
        return 2
    if typed in place.plain_key:
        return 3
    return None


def _label(name: str, key: str, now: datetime) -> str:
    zone = ZoneInfo(key)
    told = [part for part in (key, utc_offset(zone, now), f"{now.astimezone(zone):%H:%M}") if part != name]
    text = f"{name} ({', '.join(dict.fromkeys(told))})"
    return text if len(text) <= _MOST_CHARACTERS else key


def _unknown() -> InvalidZoneError:
    return InvalidZoneError(
        _("No time zone goes by that. Type a large city or a country, such as Paris or Canada, and pick a suggestion.")
    )


def _several() -> InvalidZoneError:
    return InvalidZoneError(_("Several time zones go by that. Pick one of the suggestions as you type."))


def _plain(text: str) -> str:
    return " ".join(folded(text[:_MOST_CHARACTERS]).replace("_", " ").replace("-", " ").split())


def _city(key: str) -> str:
    return key.rpartition("/")[2].replace("_", " ")


def _table(name: str) -> list[list[str]]:
    # The same tables wherever the bot runs: a slim container has no zones of its own.
    text = resources.files("tzdata").joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def _keys() -> dict[str, str]:
    """Return the names of zones by how they are typed."""
    keys = [row[0] for row in _table("zones") if row[0].partition("/")[0] in _AREAS]
    return {_plain(key): key for key in [*keys, "UTC"]}


@cache
def _places() -> tuple[_Place, ...]:
    return tuple(
        _Place(shown, _plain(name), _plain(key), key, (key not in OTHER_NAMES, kind, shown))
        for name, shown, key, kind in _names()
    )


def _names() -> Iterator[tuple[str, str, str, _Kind]]:
    """Yield each name of each zone: as it is typed, as it is shown, the zone, and what it names.

    Zones in no country are old names of others: they are read when typed in full, but not suggested.
    """
    countries: dict[str, list[str]] = {}
    for code, _where, key, *_comment in _table("zoneinfo/zone.tab"):
        countries.setdefault(code, []).append(key)
    for key in {key: None for keys in countries.values() for key in keys} | {"UTC": None}:
        yield _city(key), _city(key), key, _Kind.CITY
    for key, names in OTHER_NAMES.items():
        yield from ((name, name, key, _Kind.OTHER_NAME) for name in names.split(", "))
    for code, english in _table("zoneinfo/iso3166.tab"):
        keys, others = countries.get(code, []), FRENCH_COUNTRIES.get(code)
        yield from ((english, f"{english}: {_city(key)}", key, _Kind.COUNTRY) for key in keys)
        for name in others.split(", ") if others else ():
            yield from ((name, f"{name}: {_city(key)}", key, _Kind.OTHER_COUNTRY_NAME) for key in keys)
