"""Which errors are the database's, and how they are told."""

import sqlite3
import traceback

from peewee import DatabaseError, InterfaceError, ProgrammingError

from utils.errors import StorageError

DATABASE_ERRORS = (DatabaseError, InterfaceError, sqlite3.Error)
"""What peewee and sqlite3 raise."""


def as_storage_error(error: Exception) -> Exception:
    """Return the `StorageError` that stands for a database's error; any other error, a bug among them, as it is."""
    if not isinstance(error, DATABASE_ERRORS) or isinstance(error, ProgrammingError | sqlite3.ProgrammingError):
        return error
    # The frames hold cursors, and a connection stays open as long as one of them lives.
    traceback.clear_frames(error.__traceback__)
    translated = StorageError(f"The database could not do what was asked: {error}.")
    translated.__cause__ = error
    return translated
