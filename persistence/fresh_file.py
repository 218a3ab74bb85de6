"""A database that is not there yet: written beside its place, and put there when it is whole."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peewee import SqliteDatabase

from models.sql import run_sql
from persistence.database_file import sync_folder
from persistence.lock import DatabaseLock
from utils.errors import StorageError

_FILES = ("", "-journal", "-wal", "-shm")


def is_free(path: Path) -> bool:
    """Whether nothing of a database lies there: no file, and none of those that SQLite keeps beside one."""
    target = path.resolve()
    return not any(target.with_name(f"{target.name}{suffix}").exists() for suffix in _FILES)


@contextmanager
def made_beside(path: Path) -> Iterator[Path]:
    """Yield where to make a database, which is then moved to ``path``; after an error nothing is left of it.

    Close it, and give back the lock of ``path``, before the end. A crash leaves a folder that is in nobody's way,
    and that the next time removes.

    Raises:
        StorageError: somebody has made the database meanwhile, or it could not be moved.
    """
    target = path.resolve()
    folder = target.with_name(f"{target.name}.new")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700)
        yield folder / target.name
        with DatabaseLock(path):
            if not is_free(path):
                raise StorageError(f"Meanwhile somebody else has made the database {path}; it was left as it is.")
            (folder / target.name).replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise StorageError(f"The database {path} could not be made: {error.strerror}.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def without_journal(database: SqliteDatabase) -> Iterator[None]:
    """Write each page once, and nothing that could take a change back: for a file that counts only when it is whole.

    With a write-ahead log, every page is written to that first. The connection must be the file's only one.
    """
    run_sql(database, "PRAGMA journal_mode = OFF")
    yield
    run_sql(database, "PRAGMA journal_mode = WAL")
