"""The index over events' titles and descriptions, kept in step with them by triggers.

It holds no text of its own: FTS5 reads that from ``event``. So it is no table in the sense of `models.tables`: it is
neither exported nor imported, and can always be written anew. SQLite drops the triggers when a migration rebuilds
``event``: such a step has to call for them again, and `search_problems` tells when one has not.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from peewee import SqliteDatabase
from playhouse.sqlite_ext import FTS5Model, SearchField  # type: ignore[import-untyped]  # playhouse ships no types

from models.database_models import database_proxy
from models.sql import run_sql
from utils.errors import StorageError
from utils.formatting import plural

MODULE = "fts5"
TABLE = "event_text"

# An update names the columns it sets: one that names neither costs nothing, one that changes neither next to nothing.
TRIGGERS = {
    "event_text_insert": """CREATE TRIGGER event_text_insert AFTER INSERT ON event BEGIN
    INSERT INTO event_text (rowid, title, description) VALUES (new.message_id, new.title, new.description);
END""",
    "event_text_delete": """CREATE TRIGGER event_text_delete AFTER DELETE ON event BEGIN
    INSERT INTO event_text (event_text, rowid, title, description)
        VALUES ('delete', old.message_id, old.title, old.description);
END""",
    "event_text_update": """CREATE TRIGGER event_text_update AFTER UPDATE OF message_id, title, description ON event
WHEN new.message_id IS NOT old.message_id OR new.title IS NOT old.title OR new.description IS NOT old.description BEGIN
    INSERT INTO event_text (event_text, rowid, title, description)
        VALUES ('delete', old.message_id, old.title, old.description);
    INSERT INTO event_text (rowid, title, description) VALUES (new.message_id, new.title, new.description);
END""",
}
"""By name; `models.migrations.0005_event_text` makes the same."""

_MISSING = "SELECT count(*) FROM event WHERE message_id NOT IN (SELECT id FROM event_text_docsize)"
_LEFT_OVER = "SELECT count(*) FROM event_text_docsize WHERE id NOT IN (SELECT message_id FROM event)"
_MADE_OF = "SELECT name FROM sqlite_master WHERE name = ?1 OR (type = 'table' AND name GLOB ?1 || '_*')"


class EventText(FTS5Model):  # type: ignore[misc]  # untyped base, as above
    """What is searched: words in any case, with or without their accents; ``rowid`` is the event's ``message_id``."""

    title = SearchField()
    description = SearchField()

    class Meta:
        """The table; prefixes of two and three letters have an index of their own."""

        database = database_proxy
        table_name = TABLE
        legacy_table_names = False
        options = {  # noqa: RUF012 - peewee's form
            "content": "event",
            "content_rowid": "message_id",
            "prefix": [2, 3],
            "tokenize": "unicode61 remove_diacritics 2",
        }


def create_event_text(database: SqliteDatabase) -> None:
    """Create the index and its triggers in a connected database that has ``event``."""
    with database.bind_ctx((EventText,)):
        EventText.create_table(safe=False)
    for sql in TRIGGERS.values():
        run_sql(database, sql)


def rebuild_event_text(database: SqliteDatabase) -> None:
    """Write the whole index anew from the events; within the caller's transaction."""
    run_sql(database, f"INSERT INTO {TABLE} ({TABLE}) VALUES ('rebuild')")


@contextmanager
def postponed_indexing(database: SqliteDatabase) -> Iterator[None]:
    """Leave the index aside while a great many events are written, then write it anew; within one transaction.

    FTS5 writes out what it holds with every statement: event by event, 10,000 took 250 ms, at once they take 30.
    """
    for name in TRIGGERS:
        run_sql(database, f"DROP TRIGGER {name}")
    yield
    rebuild_event_text(database)
    for sql in TRIGGERS.values():
        run_sql(database, sql)


def require_module(database: SqliteDatabase, module: str = MODULE) -> None:
    """Make sure that the connected SQLite can search.

    Raises:
        StorageError: it was built without the module: the database could then not even take a new event.
    """
    if module in {str(name) for (name,) in run_sql(database, "PRAGMA module_list")}:
        return
    raise StorageError(
        f"This Python's SQLite was built without {module.upper()}, which searching needs. "
        "Run the bot with a Python from python.org, Debian or Docker, whose SQLite has it."
    )


def search_tables(database: SqliteDatabase) -> frozenset[str]:
    """Return the names of the tables that the index consists of, FTS5's own included; empty before there is one."""
    return frozenset(str(name) for (name,) in run_sql(database, _MADE_OF, [TABLE]))


def search_problems(database: SqliteDatabase) -> Iterator[str]:
    """Yield what is wrong with the index of a connected database, a sentence each; read-only."""
    if TABLE not in search_tables(database):
        yield f"{TABLE}: the search index is missing"
        return
    found = dict(run_sql(database, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    yield from (
        f"{TABLE}: the trigger {name} is not as it should be" for name in TRIGGERS if TRIGGERS[name] != found.get(name)
    )
    (missing,), (left_over,) = run_sql(database, _MISSING).fetchone(), run_sql(database, _LEFT_OVER).fetchone()
    if missing or left_over:
        events = plural(missing, "event is", "events are")
        yield f"{TABLE}: {events} not in it, {left_over} in it no more; `db indexes --rebuild` mends it"
