"""The database as the operator's commands reach it: beside a running bot to read, instead of one to write."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click
from peewee import SqliteDatabase

from models.database_models import database_proxy
from models.schema_manager import SchemaManager
from models.sql import DATABASE_ERRORS, run_sql
from persistence.database import DatabaseHandle, open_database, read_only_database
from persistence.failures import storage_error
from persistence.lock import DatabaseLock
from reminder_bot.command_output import MisusedError
from reminder_bot.config import Settings
from utils.errors import DatabaseInUseError, StorageError

F = TypeVar("F", bound=Callable[..., Any])

DOTENV = Path(".env")


@dataclass(frozen=True, slots=True)
class DatabaseAccess:
    """Which database a command is about, and the settings that hold for it."""

    settings: Settings

    @property
    def path(self) -> Path:
        """The database file."""
        return self.settings.database_path

    @property
    def backups(self) -> Path:
        """The folder of its backups and archives."""
        return self.settings.backups

    def require(self) -> None:
        """Make sure that the file is there.

        Raises:
            MisusedError: it is not.
        """
        if not self.path.is_file():
            raise MisusedError(
                f"There is no database {self.path}. Set DATABASE_PATH, or name the file with --database."
            )

    def owner(self) -> str | None:
        """Say who holds the database: ``process 123``; None when nobody does."""
        try:
            DatabaseLock(self.path).refuse_if_held()
        except DatabaseInUseError as error:
            return "another process" if error.pid is None else f"process {error.pid}"
        return None

    @contextmanager
    def described(self) -> Iterator[SqliteDatabase]:
        """Connect read-only, whatever the schema of the file may be; a bot may run meanwhile.

        Raises:
            StorageError: the file cannot be read.
        """
        self.require()
        database = read_only_database(self.path)
        bound = database_proxy.obj
        try:
            with database.connection_context():
                # Only the first statement opens the file; what it is not is told with its name.
                run_sql(database, "SELECT count(*) FROM sqlite_master").fetchone()
                database_proxy.initialize(database)
                yield database
        except DATABASE_ERRORS as error:
            raise storage_error(f"The database {self.path} cannot be read", error) from error
        finally:
            database_proxy.initialize(bound)

    @contextmanager
    def reading(self) -> Iterator[SqliteDatabase]:
        """Connect read-only, within one transaction: everything that is read is of one moment.

        Raises:
            StorageError: the file cannot be read, or its schema is not this program's.
        """
        with self.described() as database:
            _require_current(SchemaManager(database), self.path)
            with database.atomic():
                yield database

    @contextmanager
    def writing(self, *, is_new: bool = False, is_current: bool = True) -> Iterator[DatabaseHandle]:
        """Take the database for this process and connect to it; with ``is_new``, make it when it is missing.

        Raises:
            DatabaseInUseError: a bot, or another command, holds it; names the process.
            StorageError: the file cannot be used, or, with ``is_current``, its schema is not this program's.
        """
        if not is_new:
            self.require()
        handle = open_database(self.path, self.settings.database_profile)
        try:
            handle.connect()
            if is_new and not handle.database.get_tables():
                SchemaManager(handle.database).initialize_database()
            if is_current:
                _require_current(SchemaManager(handle.database), self.path)
            yield handle
        except DATABASE_ERRORS as error:
            raise storage_error(f"The database {self.path} could not do what was asked", error) from error
        finally:
            handle.database.close()
            handle.close()


def database_option(command: F) -> F:
    """Add ``--database``; it and the settings are handed over as ``access``."""

    def resolve(_context: click.Context, _option: click.Parameter, path: Path | None) -> DatabaseAccess:
        settings = Settings.from_environment(os.environ, DOTENV)
        return DatabaseAccess(settings if path is None else replace(settings, database_path=path))

    return click.option(
        "--database",
        "access",
        type=click.Path(path_type=Path, dir_okay=False),
        callback=resolve,
        help="The database file, instead of DATABASE_PATH.",
    )(command)


def _require_current(schema: SchemaManager, path: Path) -> None:
    schema.refuse_newer()
    pending = schema.get_database_status().pending
    if pending:
        raise StorageError(
            f"The schema of {path} is older than this program: {', '.join(pending)} must be applied. "
            "Start the bot, or run `reminder-bot db upgrade`."
        )
