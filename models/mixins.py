"""What the tables have in common: rows as JSON (ids as strings, moments as ISO 8601 text) and validation."""

from typing import Any, Self, cast

from peewee import AutoField, CharField, Field, ForeignKeyField

from models.fields import JsonCodec
from utils.errors import ValidationError


class SerializationMixin:
    """Turns a row of a model into a dictionary that ``json.dumps`` takes, and back into an equal row."""

    _meta: Any
    __data__: Any

    def to_dict(self) -> dict[str, Any]:
        """Return every column by its column name."""
        return {field.column_name: _to_json(field, self.__data__.get(field.name)) for field in self._meta.sorted_fields}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Build an unsaved row from what `to_dict` returned; columns that are not named get their defaults.

        Raises:
            ValidationError: a name is no column of this table, or a value is none of that column's.
        """
        columns = cls._meta.columns
        unknown = sorted(set(data) - set(columns))
        if unknown:
            raise ValidationError(unknown[0], f"no column of {cls._meta.table_name}")
        values = {columns[name].name: _from_json(columns[name], value) for name, value in data.items()}
        return cast(Self, cast(Any, cls)(**values))


class ValidationMixin:
    """Checks a row before the database does, with an error that names the field."""

    _meta: Any
    __data__: Any

    def validate_data(self) -> None:
        """Check every value as its column would; tables add the rules of their CHECKs.

        Raises:
            ValidationError: names the first field that is wrong.
        """
        for field in self._meta.sorted_fields:
            value = self.__data__.get(field.name)
            if value is None:
                if not field.null and not isinstance(field, AutoField):
                    raise ValidationError(field.name, "is missing")
                continue
            stored = field.db_value(value)
            limit = field.max_length if isinstance(field, CharField) else None
            if limit is not None and len(stored) > limit:
                raise ValidationError(field.name, f"is longer than {limit} characters")

    def _require(self, **rules: bool) -> None:
        for name, holds in rules.items():
            if not holds:
                raise ValidationError(name, f"{getattr(self, name)!r} is not possible here")


def _codec(field: "Field[Any]") -> JsonCodec | None:
    target = field.rel_field if isinstance(field, ForeignKeyField) else field
    return target if isinstance(target, JsonCodec) else None


def _to_json(field: "Field[Any]", value: Any) -> Any:
    codec = _codec(field)
    return value if codec is None else codec.to_json(value)


def _from_json(field: "Field[Any]", value: Any) -> Any:
    codec = _codec(field)
    return value if codec is None else codec.from_json(value)
