"""How the value of one of a guild's settings is read from JSON, and written as it; what it may be at all."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from math import isfinite
from typing import Any

from models.event_options import LONGEST_MINUTES, NOBODY, AnswerChoice, AudienceRule, EventOptions, Place
from models.quiet_hours import QuietHours
from utils.emoji import emoji_matcher, is_emoji
from utils.formatting import clean_text
from utils.i18n import languages
from utils.zones import read_zone

FEWEST_ANSWERS, MOST_ANSWERS = 2, 10
"""How many answers an event may offer. Discord allows 20 different reactions on a message; people add their own."""

LABEL_LIMIT = 80
"""How long an answer's label may be; as a button's. Source: Discord's documentation of components."""

MOST_PINGS = 20
"""How often somebody may be pinged in vain, at most, before others are told."""

MOST_CHOSEN = 25
"""How many roles or members one setting may name. Source: a select of Discord's takes no more."""

Answers = tuple[tuple[str, AnswerChoice], ...]
"""Emoji in the order in which they are offered, with what each stands for."""


def value_of(name: str, value: Any) -> Any:
    """Return what a JSON value other than null means for a setting.

    Raises:
        TypeError, ValueError, KeyError, OverflowError, ValidationError, InvalidZoneError: it cannot be that.
    """
    return _READERS.get(name, _as_option)(name, value)


def json_of(name: str, value: Any) -> Any:
    """Return a value as JSON has it; snowflakes are strings there."""
    if value is None:
        return None
    if name == "organiser_roles":
        return [str(each) for each in value]
    if name in ("place_channel_id", "log_channel_id"):
        return str(value)
    if name == "audience":
        return value.to_json()
    if name == "answers":
        return [[emoji, choice.meaning.value, choice.label] for emoji, choice in value]
    if name == "place":
        return Place(value).value
    return list(value) if isinstance(value, tuple) else value


def _zone(_name: str, value: Any) -> str:
    return read_zone(_text(value)).key


def _language(_name: str, value: Any) -> str:
    if _text(value) not in languages():
        raise ValueError
    return str(value)


def _roles(_name: str, value: Any) -> tuple[int, ...]:
    return _few(AudienceRule.from_json({"roles": value}).roles)


def _interval(_name: str, value: Any) -> float:
    if type(value) not in (int, float) or not isfinite(value) or not 0 < value <= LONGEST_MINUTES:
        raise ValueError
    # One value has one form, so that equal settings are equal text.
    return int(value) if value == int(value) else float(value)


def _answers(_name: str, value: Any) -> Answers:
    if not isinstance(value, list):
        raise TypeError
    given = EventOptions.from_json({"choices": value}).choices
    answers = tuple((emoji, AnswerChoice(choice.meaning, _label(choice.label))) for emoji, choice in given)
    emoji = [each for each, _choice in answers]
    is_right = all(map(is_emoji, emoji)) and len(emoji_matcher(emoji)) == len(emoji)
    if not is_right or not FEWEST_ANSWERS <= len(emoji) <= MOST_ANSWERS:
        raise ValueError
    return answers


def _audience(_name: str, value: Any) -> AudienceRule:
    rule = AudienceRule.from_json(value)
    for part in fields(rule):
        _few(tuple(one for one in getattr(rule, part.name) if one != NOBODY))
    return rule


def _channel(_name: str, value: Any) -> int:
    return _few(_ids([value]))[0]


def _quiet(_name: str, value: Any) -> str:
    return QuietHours.read(_text(value)).text


def _switch(_name: str, value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError
    return value


def _pings(_name: str, value: Any) -> int:
    if type(value) is not int or not 1 <= value <= MOST_PINGS:
        raise ValueError
    return value


def _ids(value: list[Any]) -> tuple[int, ...]:
    return AudienceRule.from_json({"members": value}).members


def _as_option(name: str, value: Any) -> Any:
    """Read a setting that an event's options have under the same name."""
    return getattr(EventOptions.from_json({name: value}), name)


def _label(text: str) -> str:
    label = " ".join(clean_text(text).split())
    if len(label) > LABEL_LIMIT:
        raise ValueError
    return label


def _few(ids: tuple[int, ...]) -> tuple[int, ...]:
    if len(ids) > MOST_CHOSEN or any(not 0 < each < 1 << 63 for each in ids):
        raise ValueError
    return ids


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "zone": _zone,
    "language": _language,
    "organiser_roles": _roles,
    "default_interval_minutes": _interval,
    "answers": _answers,
    "audience": _audience,
    "place_channel_id": _channel,
    "quiet_hours": _quiet,
    "is_silent": _switch,
    "escalate_after": _pings,
    "log_channel_id": _channel,
}
"""How a value is read; what is not named here is read as an event's options read it."""
