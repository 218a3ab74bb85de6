"""Statements that are built once and bound per call: building a peewee query costs four times what running it does."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import SQL, Field, ForeignKeyField, Function, Query, Select, SqliteDatabase, Value, fn

from models.database_models import database_proxy

# Not escaped: text that is no Unicode must fail when it is bound, as any value does. SQLite would store something else.
_to_json = json.JSONEncoder(ensure_ascii=False).encode


def rows_of(query: Query) -> list[Any]:
    """Run a SELECT that is built for this one call; return its rows as tuples, in Python's types."""
    return list(query.tuples())


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str
    convert: Callable[[Any], Any]


def param(field: "Field[Any]", name: str | None = None) -> Value:
    """Stand in a query for a value of ``field`` that is named at each call; the name is the column's by default."""
    return Value(_Slot(name or field.column_name, _converter(field)), converter=False)


def number(name: str) -> Value:
    """Stand in a query for a plain number that is named at each call, such as a limit."""
    return Value(_Slot(name, int), converter=False)


def value_list(field: "Field[Any]", name: str) -> Function:
    """Stand in a query for a table of values of ``field``, in a column ``value``; a collection is named at each call.

    One statement then does for all of them what would take one for each.
    """
    convert = _converter(field)

    def encode(values: Iterable[Any]) -> str:
        return _to_json([convert(value) for value in values])

    table: Function = fn.json_each(Value(_Slot(name, encode), converter=False))
    return table


def row_list(name: str, *fields: "Field[Any]") -> Select:
    """Stand in a query for a table of rows that is named at each call, with columns named as those of ``fields``."""
    converters = [_converter(field) for field in fields]

    def encode(rows: Iterable[Sequence[Any]]) -> str:
        # By columns, without a loop of our own over each row's values.
        columns = list(zip(*rows, strict=True)) or [()] * len(converters)
        converted = (map(convert, column) for convert, column in zip(converters, columns, strict=True))
        return _to_json(list(zip(*converted, strict=True)))

    table = fn.json_each(Value(_Slot(name, encode), converter=False))
    columns = [SQL(f"json_extract(value, '$[{at}]')").alias(field.column_name) for at, field in enumerate(fields)]
    return Select([table], columns)


def _converter(field: "Field[Any]") -> Callable[[Any], Any]:
    target = field.rel_field if isinstance(field, ForeignKeyField) else field
    convert: Callable[[Any], Any] = target.db_value
    return convert


class Statement:
    """One compiled query. It runs on the calling thread's connection; values are converted as their columns do."""

    __slots__ = ("_params", "_readers", "_sql")

    def __init__(self, query: Query) -> None:
        # Any SQLite database speaks the dialect; this one is never connected.
        context: Any = SqliteDatabase(None).get_sql_context()
        self._sql, self._params = context.sql(query).query()
        columns: Iterable[Any] = getattr(query, "selected_columns", None) or ()
        self._readers: list[Any] = [column.python_value if isinstance(column, Field) else None for column in columns]

    @property
    def sql(self) -> str:
        """The SQL text, with a ``?`` for each value."""
        return str(self._sql)

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Run a SELECT and return its rows, in Python's types."""
        return list(self.each_row(**values))

    def each_row(self, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Run a SELECT and yield its rows: for a great many that become something else."""
        return map(self._read, self._run(values))

    def row(self, **values: Any) -> tuple[Any, ...] | None:
        """Run a SELECT and return its first row, if any."""
        row = self._run(values).fetchone()
        return None if row is None else self._read(row)

    def change(self, **values: Any) -> int:
        """Run an INSERT, UPDATE or DELETE and return how many rows it touched."""
        return self._run(values).rowcount

    def insert(self, **values: Any) -> int:
        """Run an INSERT of one row and return the number SQLite has given it."""
        row_id = self._run(values).lastrowid
        assert row_id is not None, "an INSERT has a row number"
        return row_id

    def change_many(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run an INSERT, UPDATE or DELETE once for each row of values."""
        connection: sqlite3.Connection = database_proxy.connection()
        connection.executemany(self._sql, (self._bind(values) for values in rows))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the values, in the order in which `change_stored` takes them; one may come twice."""
        return tuple(slot.name for slot in self._params if type(slot) is _Slot)

    def change_stored(self, rows: Iterable[Sequence[Any]]) -> None:
        """Run as `change_many`, with values that are already as the columns keep them: for a great many rows.

        The statement must have no values of its own.
        """
        connection: sqlite3.Connection = database_proxy.connection()
        connection.executemany(self._sql, rows)

    def _run(self, values: Mapping[str, Any]) -> sqlite3.Cursor:
        # Not through peewee's execute_sql: its logging and wrapping cost as much as the statement itself.
        connection: sqlite3.Connection = database_proxy.connection()
        return connection.execute(self._sql, self._bind(values))

    def _bind(self, values: Mapping[str, Any]) -> list[Any]:
        return [slot.convert(values[slot.name]) if type(slot) is _Slot else slot for slot in self._params]

    def _read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            value if reader is None else reader(value) for reader, value in zip(self._readers, row, strict=True)
        )
