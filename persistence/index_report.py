"""Each index: its size, and which of the bot's statements SQLite would use it for in this very file."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peewee import Database, DatabaseError, SqliteDatabase

from models.event_text import rebuild_event_text
from models.sql import run_sql
from persistence.rehearsal import PlayedStatement

_USED = re.compile(r"\bUSING (?:COVERING )?INDEX (\S+)")


@dataclass(frozen=True, slots=True)
class IndexUse:
    """One index. ``size_bytes`` is None where this SQLite cannot tell; ``functions`` are the store functions using it.

    ``duty`` says what an index is for besides searching: keeping a key unique, or finding what refers to a row.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    size_bytes: int | None
    functions: tuple[str, ...]
    duty: str | None

    @property
    def is_unused(self) -> bool:
        """Whether nothing would miss it."""
        return not self.functions and self.duty is None


@dataclass(frozen=True, slots=True)
class _Index:
    name: str
    columns: tuple[str, ...]
    is_unique: bool
    is_partial: bool


def report_indexes(database: Database, statements: Iterable[PlayedStatement]) -> list[IndexUse]:
    """Describe every index of a connected database, by table and name. Read-only; nothing is executed, only planned.

    SQLite's plan hangs on the statistics in the file: without `db optimize` it may be another one.
    """
    users: dict[str, dict[str, None]] = {}
    for statement in statements:
        for name in _planned(database, statement):
            users.setdefault(name, {})[statement.function] = None
    sizes = _sizes(database)
    tables = [row[0] for row in run_sql(database, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    found = []
    for table in tables:
        indexes = _indexes_of(database, table)
        for index in indexes:
            size = None if sizes is None else sizes.get(index.name, 0)
            duty = _duty(database, table, index, [other for other in indexes if other.is_unique or other.name in users])
            found.append(IndexUse(index.name, table, index.columns, size, tuple(users.get(index.name, ())), duty))
    return found


def rebuild_indexes(database: SqliteDatabase) -> None:
    """Write every index anew, that of `/search` included; one transaction, which nobody can write beside."""
    with database.atomic("IMMEDIATE"):
        run_sql(database, "REINDEX")
        rebuild_event_text(database)


def _planned(database: Database, statement: PlayedStatement) -> list[str]:
    plan = run_sql(database, f"EXPLAIN QUERY PLAN {statement.sql}", statement.values)
    return [name for *_, detail in plan for name in _USED.findall(str(detail))]


def _sizes(database: Database) -> dict[str, int] | None:
    try:
        return dict(run_sql(database, "SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE").fetchall())
    except DatabaseError:
        # A module that not every build of SQLite has.
        return None


def _indexes_of(database: Database, table: str) -> list[_Index]:
    found = []
    for _, name, is_unique, origin, is_partial in run_sql(database, f'PRAGMA index_list("{table}")'):
        if origin == "pk" and _is_the_table_itself(database, table):
            continue
        columns = tuple(str(row[2]) for row in run_sql(database, f'PRAGMA index_info("{name}")'))
        found.append(_Index(str(name), columns, bool(is_unique), bool(is_partial)))
    return sorted(found, key=lambda index: index.name)


def _is_the_table_itself(database: Database, table: str) -> bool:
    (sql,) = run_sql(database, "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", [table]).fetchone()
    return "WITHOUT ROWID" in str(sql).upper()


def _duty(database: Database, table: str, index: _Index, needed: Sequence[_Index]) -> str | None:
    if index.is_unique:
        return "keeps the key unique"
    # To remove a row, SQLite looks for those that refer to it, which no plan shows; any index that begins with the
    # column will do.
    references = {str(row[3]) for row in run_sql(database, f'PRAGMA foreign_key_list("{table}")')}
    first = index.columns[0]
    others = any(other.columns[0] == first and not other.is_partial for other in needed if other.name != index.name)
    is_for_references = first in references and not index.is_partial and not others
    return "finds what refers to a row" if is_for_references else None
