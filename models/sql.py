"""SQL text to a cursor, typed: peewee's own stubs leave this door untyped."""

import sqlite3
from collections.abc import Sequence
from typing import Any, cast

from peewee import Database, DatabaseProxy


def run_sql(database: Database | DatabaseProxy, sql: str, params: Sequence[Any] = ()) -> sqlite3.Cursor:
    """Run one statement on the calling thread's connection and return its cursor.

    Raises:
        peewee.DatabaseError: SQLite refused it.
    """
    return cast(sqlite3.Cursor, database.execute_sql(sql, params))  # type: ignore[no-untyped-call, unused-ignore]
