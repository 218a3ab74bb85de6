"""The index that `/search` searches, filled from the events that are there, and what keeps it in step with them."""

from typing import Any

from peewee import SqliteDatabase
from playhouse.sqlite_ext import FTS5Model, SearchField  # type: ignore[import-untyped]  # playhouse ships no types

_TRIGGERS = (
    """CREATE TRIGGER event_text_insert AFTER INSERT ON event BEGIN
    INSERT INTO event_text (rowid, title, description) VALUES (new.message_id, new.title, new.description);
END""",
    """CREATE TRIGGER event_text_delete AFTER DELETE ON event BEGIN
    INSERT INTO event_text (event_text, rowid, title, description)
        VALUES ('delete', old.message_id, old.title, old.description);
END""",
    """CREATE TRIGGER event_text_update AFTER UPDATE OF message_id, title, description ON event
WHEN new.message_id IS NOT old.message_id OR new.title IS NOT old.title OR new.description IS NOT old.description BEGIN
    INSERT INTO event_text (event_text, rowid, title, description)
        VALUES ('delete', old.message_id, old.title, old.description);
    INSERT INTO event_text (rowid, title, description) VALUES (new.message_id, new.title, new.description);
END""",
)


class _EventText(FTS5Model):  # type: ignore[misc]  # untyped base, as above
    title = SearchField()
    description = SearchField()

    class Meta:
        legacy_table_names = False
        table_name = "event_text"
        options = {  # noqa: RUF012 - peewee's form
            "content": "event",
            "content_rowid": "message_id",
            "prefix": [2, 3],
            "tokenize": "unicode61 remove_diacritics 2",
        }


def up(migrator: Any, db: SqliteDatabase) -> None:
    """Create the index and its triggers, and fill it."""
    with db.bind_ctx((_EventText,)):
        _EventText.create_table(safe=False)
        _EventText.rebuild()
    for sql in _TRIGGERS:
        db.execute_sql(sql)  # type: ignore[no-untyped-call]  # peewee's stubs


def down(migrator: Any, db: SqliteDatabase) -> None:
    """Drop the index and its triggers; the events keep their texts."""
    for name in ("event_text_insert", "event_text_delete", "event_text_update"):
        db.execute_sql(f"DROP TRIGGER {name}")  # type: ignore[no-untyped-call]  # as above
    with db.bind_ctx((_EventText,)):
        _EventText.drop_table(safe=False)
