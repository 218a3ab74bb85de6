"""Column types: how ids, moments, emoji lists and states are kept in SQLite, and how they are written as JSON."""

import json
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from peewee import BigIntegerField, CharField, Field, TextField

from utils.errors import ValidationError
from utils.time import from_text, to_text

SNOWFLAKE_LIMIT = 2**63
"""SQLite's integers are signed 64-bit; Discord's ids stay below this until the year 2084."""

EMOJI_LENGTH = 64
"""The longest emoji text kept: ``<a:name:id>`` with a 32-character name and a 20-digit id is 57."""


class JsonCodec:
    """What a field adds when its values are not JSON's own: the way there and back."""

    def to_json(self, value: Any) -> Any:
        """Return the JSON form of a value of this field."""
        raise NotImplementedError

    def from_json(self, value: Any) -> Any:
        """Read what `to_json` returned.

        Raises:
            ValidationError: the value is none of this field's.
        """
        raise NotImplementedError


class SnowflakeField(JsonCodec, BigIntegerField):
    """A Discord id: kept as an integer, taken as ``int`` or a string of digits, written to JSON as a string.

    JSON's numbers lose digits above 2**53 in most readers, and every snowflake is above that.
    """

    def db_value(self, value: Any) -> int | None:
        """Return the id as an integer.

        Raises:
            ValidationError: it is no ``int`` and no string of digits, or not between 1 and 2**63 - 1.
        """
        if value is None:
            return None
        if type(value) is str and value.isascii() and value.isdecimal():
            value = int(value)
        if type(value) is not int:
            raise ValidationError(_name(self), f"{value!r} is no Discord id")
        if not 0 < value < SNOWFLAKE_LIMIT:
            raise ValidationError(_name(self), f"{value} is out of the bounds of a Discord id")
        return value

    def python_value(self, value: Any) -> int | None:
        """Return the id as it was stored, refusing what never could have been."""
        return self.db_value(value)

    def to_json(self, value: Any) -> str | None:
        """Return the digits."""
        number = self.db_value(value)
        return None if number is None else str(number)

    def from_json(self, value: Any) -> int | None:
        """Read the digits; a JSON number is refused, it may have lost some already."""
        if value is not None and not isinstance(value, str):
            raise ValidationError(_name(self), f"{value!r}: an id is written as a string in JSON")
        return self.db_value(value)


class UtcDateTimeField(JsonCodec, Field):
    """A moment, kept as fixed-width UTC text so that text order is time order; naive datetimes are refused."""

    field_type = "DATETIME"

    def db_value(self, value: Any) -> str | None:
        """Return the text.

        Raises:
            ValidationError: it is no datetime, or a naive one.
        """
        if value is None:
            return None
        if not isinstance(value, datetime):
            raise ValidationError(_name(self), f"{value!r} is no datetime")
        try:
            return _text(value)
        except ValueError as error:
            raise ValidationError(_name(self), str(error)) from error

    def python_value(self, value: Any) -> datetime | None:
        """Return the aware UTC datetime that the text stands for."""
        if value is None:
            return None
        if not isinstance(value, str):
            raise ValidationError(_name(self), f"{value!r} is no stored moment")
        try:
            return from_text(value)
        except ValueError as error:
            raise ValidationError(_name(self), str(error)) from error

    def to_json(self, value: Any) -> str | None:
        """Return ISO 8601 text."""
        text = self.db_value(value)
        return None if text is None else text.replace(" ", "T")

    def from_json(self, value: Any) -> datetime | None:
        """Read ISO 8601 text that carries an offset."""
        return self.python_value(value)


class EmojiListField(JsonCodec, TextField):
    """Emoji in order, each once: a tuple of strings, kept as a JSON array."""

    def db_value(self, value: Any) -> str | None:
        """Return the JSON text.

        Raises:
            ValidationError: it is no list or tuple of different emoji texts of 1 to 64 characters.
        """
        if value is None:
            return None
        if not isinstance(value, list | tuple):
            raise ValidationError(_name(self), f"{value!r} is no list of emoji")
        try:
            return _emoji_text(tuple(value))
        except TypeError as error:
            raise ValidationError(_name(self), f"{value!r} is no list of emoji") from error
        except ValueError as error:
            raise ValidationError(_name(self), str(error)) from error

    def python_value(self, value: Any) -> tuple[str, ...] | None:
        """Return the emoji."""
        if value is None:
            return None
        try:
            emojis = _emojis(value)
        except (TypeError, ValueError) as error:
            raise ValidationError(_name(self), f"{value!r} is no JSON") from error
        if emojis is None:
            raise ValidationError(_name(self), f"{value!r} is no list of emoji")
        return emojis

    def to_json(self, value: Any) -> list[str] | None:
        """Return a list."""
        return None if value is None else list(value)

    def from_json(self, value: Any) -> tuple[str, ...] | None:
        """Read a list."""
        return self.python_value(self.db_value(value))


class JsonObjectField(JsonCodec, TextField):
    """A JSON object: a ``dict`` with string keys, kept as text."""

    def db_value(self, value: Any) -> str | None:
        """Return the JSON text.

        Raises:
            ValidationError: it is no ``dict``, or holds what JSON cannot.
        """
        if value is None:
            return None
        if not isinstance(value, dict):
            raise ValidationError(_name(self), f"{value!r} is no JSON object")
        try:
            return json.dumps(value, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise ValidationError(_name(self), str(error)) from error

    def python_value(self, value: Any) -> dict[str, Any] | None:
        """Return the object."""
        if value is None:
            return None
        parsed = _parsed(self, value)
        if not isinstance(parsed, dict):
            raise ValidationError(_name(self), f"{value!r} is no JSON object")
        return parsed

    def to_json(self, value: Any) -> dict[str, Any] | None:
        """Return a copy that shares nothing with the row."""
        return self.python_value(self.db_value(value))

    def from_json(self, value: Any) -> dict[str, Any] | None:
        """Take a copy that shares nothing with its source."""
        return self.python_value(self.db_value(value))


class EnumField(JsonCodec, CharField):
    """One of the values of a ``StrEnum``, kept as its text."""

    def __init__(self, enum: type[StrEnum], *args: Any, **kwargs: Any) -> None:
        self.enum = enum
        super().__init__(*args, **kwargs)

    def db_value(self, value: Any) -> str | None:
        """Return the text.

        Raises:
            ValidationError: the enumeration has no such value.
        """
        member = self.python_value(value)
        return None if member is None else member.value

    def python_value(self, value: Any) -> StrEnum | None:
        """Return the member of the enumeration."""
        if value is None:
            return None
        try:
            return self.enum(value)
        except ValueError as error:
            allowed = ", ".join(self.enum)
            raise ValidationError(_name(self), f"{value!r} is none of {allowed}") from error

    def to_json(self, value: Any) -> str | None:
        """Return the text."""
        return self.db_value(value)

    def from_json(self, value: Any) -> StrEnum | None:
        """Read the text."""
        return self.python_value(value)


# Made once: ``json.dumps`` with an option builds an encoder per call.
_encode = json.JSONEncoder(ensure_ascii=False).encode

# One moment is written many times: as created_at, updated_at and last_seen of all that one frame changes.
_text = lru_cache(maxsize=64)(to_text)


# Nearly all events ask for the same few emoji: they share one tuple, which a start with many of them reads once.
@lru_cache(maxsize=1_024)
def _emoji_text(emojis: tuple[str, ...]) -> str:
    if not all(isinstance(emoji, str) for emoji in emojis):
        raise TypeError("every emoji is a text")
    if not all(0 < len(emoji) <= EMOJI_LENGTH for emoji in emojis) or len(set(emojis)) != len(emojis):
        raise ValueError("every emoji is 1 to 64 characters long and named once")
    return _encode(emojis)


@lru_cache(maxsize=1_024)
def _emojis(text: str) -> tuple[str, ...] | None:
    emojis = json.loads(text)
    is_list = isinstance(emojis, list) and all(isinstance(emoji, str) for emoji in emojis)
    return tuple(emojis) if is_list else None


def _parsed(field: Any, text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError) as error:
        raise ValidationError(_name(field), f"{text!r} is no JSON") from error


def _name(field: Any) -> str:
    return str(getattr(field, "name", None) or type(field).__name__)
