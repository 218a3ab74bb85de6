"""Whether a database is whole: its pages, its references, its schema, and every value in it."""

from collections.abc import Iterator
from dataclasses import dataclass

from peewee import SqliteDatabase
from playhouse.schema_diff import diff_models  # type: ignore[import-untyped]  # playhouse ships no types

from models.database_models import BaseModel
from models.event_text import search_problems
from models.sql import DATABASE_ERRORS, run_sql
from models.tables import MODELS
from utils.errors import ValidationError

_SHOWN_PER_TABLE = 20


@dataclass(frozen=True, slots=True)
class IntegrityReport:
    """What is wrong, one sentence for each finding, by kind of check; everything empty means whole."""

    damaged_pages: tuple[str, ...]
    orphans: tuple[str, ...]
    schema_differences: tuple[str, ...]
    unreadable_values: tuple[str, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """All findings together."""
        return (*self.damaged_pages, *self.orphans, *self.schema_differences, *self.unreadable_values)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


def check_integrity(database: SqliteDatabase) -> IntegrityReport:
    """Check a connected database. Read-only; reads the whole file, and stops at damaged pages."""
    damaged = tuple(_damage(database))
    if damaged:
        return IntegrityReport(damaged_pages=damaged, orphans=(), schema_differences=(), unreadable_values=())
    differences = (*str(diff_models(database, MODELS)).splitlines(), *search_problems(database))
    return IntegrityReport(
        damaged_pages=(),
        orphans=tuple(_orphans(database)),
        schema_differences=differences,
        # Columns that are not there cannot be read.
        unreadable_values=() if differences else tuple(_unreadable(database)),
    )


def _damage(database: SqliteDatabase) -> Iterator[str]:
    try:
        for (finding,) in run_sql(database, "PRAGMA integrity_check"):
            if finding != "ok":
                # SQLite puts a heading and the finding into one value of several lines.
                yield from (line for line in str(finding).splitlines() if not line.startswith("***"))
    except DATABASE_ERRORS as error:
        yield str(error)


def _orphans(database: SqliteDatabase) -> Iterator[str]:
    # WITHOUT ROWID tables have no row number to show.
    for table, rowid, parent, _ in run_sql(database, "PRAGMA foreign_key_check"):
        row = "a row" if rowid is None else f"row {rowid}"
        yield f"{table}: {row} points to a missing {parent}"


def _unreadable(database: SqliteDatabase) -> Iterator[str]:
    for model in MODELS:
        yield from _unreadable_in(database, model)


def _unreadable_in(database: SqliteDatabase, model: type[BaseModel]) -> Iterator[str]:
    fields = list(model._meta.sorted_fields)
    columns = ", ".join(f'"{field.column_name}"' for field in fields)
    shown = 0
    for row in run_sql(database, f'SELECT {columns} FROM "{model._meta.table_name}"'):
        for field, value in zip(fields, row, strict=True):
            try:
                field.python_value(value)
            except ValidationError as error:
                yield f"{model._meta.table_name}: {error}"
                shown += 1
        if shown >= _SHOWN_PER_TABLE:
            yield f"{model._meta.table_name}: more, not shown"
            return
