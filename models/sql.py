"""SQL text to a cursor, typed: peewee's own stubs leave this door untyped; and of what went wrong, what was first."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, cast

from peewee import Database, DatabaseError, DatabaseProxy, InterfaceError

DATABASE_ERRORS = (DatabaseError, InterfaceError, sqlite3.Error)
"""What peewee and sqlite3 raise."""


def run_sql(database: Database | DatabaseProxy, sql: str, params: Sequence[Any] = ()) -> sqlite3.Cursor:
    """Run one statement on the calling thread's connection and return its cursor.

    Raises:
        peewee.DatabaseError: SQLite refused it.
    """
    return cast(sqlite3.Cursor, database.execute_sql(sql, params))  # type: ignore[no-untyped-call, unused-ignore]


def errors_behind(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that led to it, the earliest last."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def first_cause(error: BaseException) -> BaseException:
    """Return the earliest database error that led to this one, or the error itself when there is none.

    A full disk makes SQLite end the transaction, so that rolling back, closing and the like then fail too: the last
    error speaks of no transaction, the first one of the disk.
    """
    return next((link for link in reversed([*errors_behind(error)]) if isinstance(link, DATABASE_ERRORS)), error)
