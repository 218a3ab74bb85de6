"""The column that holds an event's choices."""

import json
from functools import lru_cache
from typing import Any

from peewee import TextField

from models.event_options import EventOptions
from models.fields import JsonCodec
from utils.errors import ValidationError


class EventOptionsField(JsonCodec, TextField):
    """`EventOptions`, kept as JSON text."""

    def db_value(self, value: Any) -> str | None:
        """Return the JSON text.

        Raises:
            ValidationError: it is something else.
        """
        if value is None:
            return None
        if not isinstance(value, EventOptions):
            raise ValidationError("options", f"{value!r} is no set of options")
        return json.dumps(value.to_json(), ensure_ascii=False)

    def python_value(self, value: Any) -> EventOptions | None:
        """Return the options."""
        return None if value is None else _options(value)

    def to_json(self, value: Any) -> dict[str, Any] | None:
        """Return what differs from the defaults."""
        return None if value is None else value.to_json()

    def from_json(self, value: Any) -> EventOptions | None:
        """Read what `to_json` has returned."""
        return None if value is None else EventOptions.from_json(value)


# Most events have the same few sets of options, and every look at an event reads its own.
@lru_cache(maxsize=256)
def _options(text: str) -> EventOptions:
    try:
        return EventOptions.from_json(json.loads(text))
    except ValueError as error:
        raise ValidationError("options", f"{text!r} is no JSON") from error
