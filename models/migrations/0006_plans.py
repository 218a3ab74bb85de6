"""A start, an answer-until and choices for events, a plan of what falls due once, and of messages what kind they were.

Of a message is also known where it was posted, and when it is to be deleted.

Columns are added and dropped by SQLite itself: rebuilding a table would drop the triggers of the search index.
"""

from typing import Any

from peewee import (
    AutoField,
    BigIntegerField,
    CharField,
    Check,
    DateTimeField,
    ForeignKeyField,
    Model,
    SqliteDatabase,
    TextField,
)

_KINDS = "'silent', 'before', 'decide', 'moved', 'cancelled', 'tally'"

# In the order in which they are added; taken away in the opposite one, as a column that a CHECK names cannot go first.
_COLUMNS = (
    ("event", "starts_at", "DATETIME"),
    ("event", "answer_until", "DATETIME CHECK (answer_until <= starts_at)"),
    ("event", "options", "TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(options))"),
    ("reminder_log", "kind", f"VARCHAR(20) NOT NULL DEFAULT 'silent' CHECK (kind IN ({_KINDS}))"),
    ("reminder_log", "channel_id", "INTEGER"),
    ("reminder_log", "detail", "TEXT CHECK (detail IS NULL OR json_valid(detail))"),
    ("reminder_log", "delete_at", "DATETIME"),
    ("reminder_log", "deletion_ended_at", "DATETIME"),
)

_DELETE_AT = "reminder_log_delete_at"

_INDEX_BEFORE = ("reminder_log_event_id_scheduled_at_batch", '"event_id", "scheduled_at", "batch"')
_INDEX_AFTER = ("reminder_log_event_id_scheduled_at_kind_batch", '"event_id", "scheduled_at", "kind", "batch"')


class _Event(Model):
    message_id = BigIntegerField(primary_key=True)

    class Meta:
        table_name = "event"


class _PlanEntry(Model):
    created_at = DateTimeField()
    updated_at = DateTimeField()
    id = AutoField()
    event = ForeignKeyField(_Event, on_delete="CASCADE", index=False)
    kind = CharField(max_length=20)
    due_at = DateTimeField(index=True)
    detail = TextField(null=True)

    class Meta:
        legacy_table_names = False
        table_name = "plan_entry"
        indexes = ((("event", "kind", "due_at"), True),)
        constraints = (
            Check("kind IN ('before', 'decide', 'moved', 'completion')", name="plan_entry_kind_known"),
            Check("detail IS NULL OR json_valid(detail)", name="plan_entry_detail_json"),
        )


def up(migrator: Any, db: SqliteDatabase) -> None:
    """Add the columns and the table."""
    for table, column, definition in _COLUMNS:
        _run(db, f'ALTER TABLE "{table}" ADD COLUMN "{column}" {definition}')
    _replace_index(db, _INDEX_BEFORE, _INDEX_AFTER)
    _run(db, f'CREATE INDEX "{_DELETE_AT}" ON "reminder_log" ("delete_at") WHERE ("delete_at" IS NOT NULL)')
    with db.bind_ctx((_Event, _PlanEntry)):
        db.create_tables((_PlanEntry,), safe=False)


def down(migrator: Any, db: SqliteDatabase) -> None:
    """Take them away; what was sent of another kind than the old one is taken out of the log, its key has no room."""
    with db.bind_ctx((_Event, _PlanEntry)):
        db.drop_tables((_PlanEntry,), safe=False)
    _run(db, "DELETE FROM \"reminder_log\" WHERE kind <> 'silent'")
    _replace_index(db, _INDEX_AFTER, _INDEX_BEFORE)
    _run(db, f'DROP INDEX "{_DELETE_AT}"')
    for table, column, _definition in reversed(_COLUMNS):
        _run(db, f'ALTER TABLE "{table}" DROP COLUMN "{column}"')


def _replace_index(db: SqliteDatabase, old: tuple[str, str], new: tuple[str, str]) -> None:
    _run(db, f'DROP INDEX "{old[0]}"')
    _run(db, f'CREATE UNIQUE INDEX "{new[0]}" ON "reminder_log" ({new[1]})')


def _run(db: SqliteDatabase, sql: str) -> None:
    db.execute_sql(sql)  # type: ignore[no-untyped-call]  # peewee's stubs
