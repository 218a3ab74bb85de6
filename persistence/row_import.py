"""An export read back into an empty database: every row as it was, or nothing."""

from collections.abc import Iterable
from itertools import islice
from typing import IO, Any

from models.database_models import BaseModel, database_proxy
from models.sql import DATABASE_ERRORS, run_sql
from models.tables import MODELS
from persistence.failures import storage_error
from persistence.json_reader import JsonReader
from persistence.row_export import FORMAT, VERSION
from utils.errors import StorageError, ValidationError

_ROWS_PER_STATEMENT = 100
_HEAD = {"format": FORMAT, "version": VERSION}
_SHOWN_ORPHANS = 5


def import_json(stream: IO[str]) -> dict[str, int]:
    """Read what `export_json` wrote, with this program's columns or fewer; return the number of rows by table.

    Call it within one transaction, which an error must take back.

    Raises:
        ValidationError: the file is no export, or a row in it is none of its table; names the table and the row.
        StorageError: the database is not empty, or its rules refuse a row.
    """
    _refuse_filled()
    # The tables of a file that another program has sorted come children first.
    run_sql(database_proxy, "PRAGMA defer_foreign_keys = ON")
    reader = JsonReader(stream)
    head: dict[str, Any] = {}
    counts: dict[str, int] | None = None
    for key in reader.keys():  # noqa: SIM118 - no dictionary: it walks the file
        if key != "tables":
            head[key] = reader.value()
        else:
            _refuse_other(head)
            counts = _import_tables(reader)
    reader.end()
    _refuse_other({**dict.fromkeys(_HEAD), **head})
    if counts is None:
        raise ValidationError("file", "it is no export of this program: it has no tables")
    _refuse_orphans()
    return counts


def _refuse_filled() -> None:
    filled = [model._meta.table_name for model in MODELS if model.select().exists()]
    if filled:
        raise StorageError(f"The database is not empty: there are rows in {', '.join(filled)}. Nothing was changed.")


def _refuse_other(head: dict[str, Any]) -> None:
    for key, expected in _HEAD.items():
        if key in head and head[key] != expected:
            raise ValidationError("file", f"it is no export of this program: its {key} is not {expected!r}")


def _refuse_orphans() -> None:
    orphans = run_sql(database_proxy, "PRAGMA foreign_key_check").fetchmany(_SHOWN_ORPHANS)
    if orphans:
        found = "; ".join(f"{table}: a row points to a missing {parent}" for table, _, parent, _ in orphans)
        raise StorageError(f"The rows do not fit together: {found}. Nothing was changed.")


def _import_tables(reader: JsonReader) -> dict[str, int]:
    models = {model._meta.table_name: model for model in MODELS}
    counts: dict[str, int] = {}
    for table in reader.keys():  # noqa: SIM118 - as above
        if table not in models:
            raise ValidationError(table, "this program has no such table; a newer one may have written the file")
        if table in counts:
            raise ValidationError(table, "the file holds this table twice")
        counts[table] = _import_rows(models[table], reader.items())
    return counts


def _import_rows(model: type[BaseModel], rows: Iterable[Any]) -> int:
    table, columns = model._meta.table_name, [f'"{field.column_name}"' for field in model._meta.sorted_fields]
    # Not through peewee: building its statements takes longer than SQLite needs for the rows.
    sql = f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({", ".join("?" * len(columns))})'
    values = (_values(model, row, number) for number, row in enumerate(rows, start=1))
    count = 0
    while some := list(islice(values, _ROWS_PER_STATEMENT)):
        try:
            database_proxy.connection().executemany(sql, some)
        except DATABASE_ERRORS as error:
            place = f"{table}, rows {count + 1} to {count + len(some)}"
            raise storage_error(f"The database refuses what the file holds ({place})", error) from error
        count += len(some)
    return count


def _values(model: type[BaseModel], row: Any, number: int) -> list[Any]:
    place = f"{model._meta.table_name}, row {number}"
    if not isinstance(row, dict):
        raise ValidationError(place, "it is no JSON object")
    try:
        built = model.from_dict(row)
        built.validate_data()
        return [field.db_value(built.__data__.get(field.name)) for field in model._meta.sorted_fields]
    except ValidationError as error:
        raise ValidationError(place, str(error)) from error
    except (TypeError, ValueError) as error:
        raise ValidationError(place, f"a value is none of its column's ({error})") from error
