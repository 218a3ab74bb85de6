"""How a database's errors are told: what came first, in one short line."""

import sqlite3

import peewee
import pytest

from models.sql import run_sql
from persistence.failures import as_storage_error, detail_of, is_trouble_with_the_file, short_line
from utils.errors import StorageError


def _refused_by_a_full_disk() -> Exception:
    """What peewee raises when SQLite has ended the transaction before peewee can."""
    database = peewee.SqliteDatabase(":memory:")
    run_sql(database, "CREATE TABLE t (a)")
    run_sql(database, "PRAGMA max_page_count = 2")
    try:
        with database.atomic():
            run_sql(database, "INSERT INTO t VALUES (zeroblob(100000))")
    except peewee.OperationalError as error:
        return error
    finally:
        database.close()
    raise AssertionError("it was stored")


def test_first_error_of_a_chain_is_told() -> None:
    error = as_storage_error(_refused_by_a_full_disk())
    assert str(error) == "The database could not do what was asked: database or disk is full."
    assert isinstance(error, StorageError)
    assert isinstance(error.__cause__, peewee.OperationalError)


def test_chain_that_bites_its_tail_ends() -> None:
    first, second = sqlite3.OperationalError("first"), sqlite3.OperationalError("second")
    first.__cause__, second.__cause__ = second, first
    assert "second" in str(as_storage_error(first))


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("a"), peewee.ProgrammingError("b"), sqlite3.ProgrammingError("c")], ids=repr
)
def test_bug_stays_what_it_is(error: Exception) -> None:
    assert as_storage_error(error) is error


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "*** in database main ***\nTree 5 page 5: broken\nPage 6: never used",
            "Tree 5 page 5: broken; Page 6: never used",
        ),
        ("disk is full.", "disk is full"),
        ("*** odd", "*** odd"),
        ("x" * 500, "x" * 99 + "…"),
    ],
    ids=["heading", "full stop", "only a heading", "long"],
)
def test_short_line(text: str, line: str) -> None:
    assert short_line(text) == line


def test_sentence_of_our_own_is_kept_whole() -> None:
    assert detail_of(StorageError(f"The database file /{'long/' * 50}bot.db is gone.")).endswith("bot.db is gone")


def test_refused_value_is_no_trouble_with_the_file() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a UNIQUE CHECK (a > 0))")
    with pytest.raises(sqlite3.IntegrityError) as refused:
        connection.execute("INSERT INTO t VALUES (0)")
    assert not is_trouble_with_the_file(refused.value)
    connection.execute("PRAGMA query_only = 1")
    with pytest.raises(sqlite3.OperationalError) as read_only:
        connection.execute("INSERT INTO t VALUES (1)")
    assert is_trouble_with_the_file(read_only.value)
    connection.close()
