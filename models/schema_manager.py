"""The schema's life: create, upgrade, roll back, describe."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from peewee import CharField, SqliteDatabase
from playhouse.migrations import MigrationError, Runner  # type: ignore[import-untyped]  # playhouse ships no types

from models.event_text import create_event_text, require_module, search_tables
from models.fields import UtcDateTimeField
from models.integrity import IntegrityReport, check_integrity
from models.sql import DATABASE_ERRORS, first_cause, run_sql
from models.tables import MODELS
from utils.errors import DatabaseTooNewError, StorageError
from utils.time import Clock, SystemClock

MIGRATIONS = Path(__file__).parent / "migrations"
"""The folder of the numbered steps; they are found by file, so this works in a checkout and in an installed package."""

_AUTO_VACUUM = ("none", "full", "incremental")


@dataclass(frozen=True, slots=True)
class DatabaseStatus:
    """What a database file is and how far its schema has come; ``version`` is the newest applied step."""

    path: str
    version: str | None
    applied: tuple[str, ...]
    pending: tuple[str, ...]
    unknown: tuple[str, ...]
    size_bytes: int
    free_bytes: int
    journal_mode: str
    auto_vacuum: str


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """One column as SQLite describes it; ``default`` is SQL text."""

    name: str
    type: str
    is_nullable: bool
    is_primary_key: bool
    default: str | None


@dataclass(frozen=True, slots=True)
class TableInfo:
    """One table: how many rows, which columns, which indexes."""

    name: str
    rows: int
    columns: tuple[ColumnInfo, ...]
    indexes: tuple[str, ...]


class SchemaManager:
    """Brings one database to the schema of this program, and tells about it.

    Every method uses the calling thread's connection, or opens one for itself and closes it again. Steps are applied
    and reverted together with their record in one transaction each, so a crash leaves a step done or not begun. An
    empty file is given at once what all steps come to.
    """

    def __init__(self, database: SqliteDatabase, *, directory: Path = MIGRATIONS, clock: Clock | None = None) -> None:
        self._database = database
        self._has_own_steps = directory == MIGRATIONS
        self._runner = _UtcRunner(database, directory, clock or SystemClock())

    def initialize_database(self) -> DatabaseStatus:
        """Create the schema in an empty file, or upgrade an older one to the newest step; return what it is now.

        Raises:
            DatabaseTooNewError: a newer version wrote the file; nothing was changed.
            StorageError: a step failed; it was taken back as a whole.
        """
        self.upgrade()
        return self.get_database_status()

    def upgrade(self, target: str | None = None) -> list[str]:
        """Apply the pending steps, up to ``target`` or all of them; return their names, oldest first.

        Raises:
            DatabaseTooNewError: a newer version wrote the file; nothing was changed.
            StorageError: this Python's SQLite lacks what the schema needs; or there is no such step, or one failed: it
                was taken back as a whole.
        """
        with _translated("The database could not be upgraded"), self._connected():
            self.refuse_newer()
            require_module(self._database)
            if self._has_own_steps and target is None and not self._database.get_tables():
                return self._make_newest()
            return list(self._runner.up(target)) if self._pending() else []

    def rollback(self, target: str | None = None) -> list[str]:
        """Revert the last step, or every step back through ``target``; return their names, newest first.

        Reverting a step that made a table drops it with all its rows.

        Raises:
            DatabaseTooNewError: a newer version wrote the file; nothing was changed.
            StorageError: the step is not applied, or could not be reverted; it was left as a whole.
        """
        with _translated("The database could not be rolled back"), self._connected():
            self.refuse_newer()
            return list(self._runner.down(target))

    def is_foreign(self) -> bool:
        """Whether the file has tables, but not the record of steps that every file of this program has. Read-only."""
        with self._connected():
            tables = self._database.get_tables()
        return bool(tables) and self._runner.table_name not in tables

    def refuse_newer(self) -> None:
        """Make sure that every step in the file is known to this program. Read-only.

        Raises:
            DatabaseTooNewError: some are not.
        """
        with self._connected():
            unknown = [step.name for step in self._runner.status() if step.path is None]
        if unknown:
            raise DatabaseTooNewError(str(self._database.database), unknown)

    def get_database_status(self) -> DatabaseStatus:
        """Describe the file and its schema. Read-only.

        Raises:
            StorageError: the file cannot be read.
        """
        with _translated("The database could not be described"), self._connected():
            steps = self._runner.status()
            applied = tuple(step.name for step in steps if step.applied)
            page_size = int(self._pragma("page_size"))
            return DatabaseStatus(
                path=str(self._database.database),
                version=applied[-1] if applied else None,
                applied=applied,
                pending=tuple(self._pending()),
                unknown=tuple(step.name for step in steps if step.path is None),
                size_bytes=page_size * int(self._pragma("page_count")),
                free_bytes=page_size * int(self._pragma("freelist_count")),
                journal_mode=str(self._pragma("journal_mode")),
                auto_vacuum=_AUTO_VACUUM[int(self._pragma("auto_vacuum"))],
            )

    def get_table_info(self) -> list[TableInfo]:
        """Describe every table, by name, but not those of the search index. Read-only; counts every row.

        Raises:
            StorageError: the file cannot be read.
        """
        with _translated("The tables could not be described"), self._connected():
            hidden = search_tables(self._database)
            return [self._table(name) for name in self._database.get_tables() if name not in hidden]

    def verify_database_integrity(self) -> IntegrityReport:
        """Check pages, references, schema and every stored value. Read-only; reads the whole file.

        Raises:
            StorageError: the file cannot be read at all.
        """
        with _translated("The database could not be checked"), self._connected():
            return check_integrity(self._database)

    def applied_at(self) -> dict[str, datetime]:
        """Return when each applied step was applied. Read-only.

        Raises:
            StorageError: the file cannot be read.
        """
        with _translated("The record of steps could not be read"), self._connected():
            return dict(self._runner.applied())

    def _make_newest(self) -> list[str]:
        """Make what all steps come to from the models, in less than half the time that the steps take."""
        steps = self._pending()
        with self._database.atomic(), self._database.bind_ctx(MODELS):
            self._database.create_tables(MODELS)
            create_event_text(self._database)
            self._runner.record(steps)
        return steps

    def _pending(self) -> list[str]:
        return [step.name for step in self._runner.status() if not step.applied]

    def _pragma(self, name: str) -> Any:
        return self._database.pragma(name)

    def _table(self, name: str) -> TableInfo:
        (rows,) = run_sql(self._database, f'SELECT count(*) FROM "{name}"').fetchone()
        columns = tuple(
            ColumnInfo(column.name, column.data_type, column.null, column.primary_key, column.default)
            for column in self._database.get_columns(name)
        )
        return TableInfo(name, rows, columns, tuple(index.name for index in self._database.get_indexes(name)))

    @contextmanager
    def _connected(self) -> Iterator[None]:
        opened = self._database.connect(reuse_if_open=True)
        try:
            yield
        finally:
            if opened:
                self._database.close()


class _UtcRunner(Runner):  # type: ignore[misc]  # as above
    """A runner whose history is in UTC: playhouse records the local time of the machine, without its zone."""

    def __init__(self, database: SqliteDatabase, directory: Path, clock: Clock) -> None:
        super().__init__(database, str(directory))
        table = self.table_name

        class History(database.Model):  # type: ignore[name-defined, misc]  # a class made at run time
            name = CharField(unique=True)
            applied = UtcDateTimeField(default=clock.now)

            class Meta:
                table_name = table

        self.History = History

    def record(self, steps: list[str]) -> None:
        """Note that steps are applied, in a file that has no record yet."""
        self.History.create_table()
        for step in steps:
            self.History.create(name=step)


@contextmanager
def _translated(failure: str) -> Iterator[None]:
    try:
        yield
    except (MigrationError, OSError, *DATABASE_ERRORS) as error:
        raise StorageError(f"{failure}: {str(first_cause(error)).rstrip('.')}.") from error
