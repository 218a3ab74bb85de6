"""Tables for what an import leaves behind; the models here are frozen copies, as in the first step."""

from typing import Any

from peewee import (
    SQL,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    SqliteDatabase,
    TextField,
)


class _Event(Model):
    message_id = BigIntegerField(primary_key=True)

    class Meta:
        table_name = "event"


class _Row(Model):
    created_at = DateTimeField()
    updated_at = DateTimeField()

    class Meta:
        legacy_table_names = False


class _ImportedEvent(_Row):
    event = ForeignKeyField(_Event, primary_key=True, on_delete="CASCADE")
    last_reminder = DateTimeField(null=True)
    field_count = IntegerField()
    variant = IntegerField()
    fingerprint = CharField(max_length=32)
    is_dormant = BooleanField(constraints=[SQL("DEFAULT 0")])
    told_at = DateTimeField(null=True)

    class Meta:
        table_name = "imported_event"
        constraints = (Check("is_dormant IN (0, 1)", name="imported_event_is_dormant_boolean"),)


_ImportedEvent.add_index(
    _ImportedEvent.index(
        _ImportedEvent.event, where=SQL("is_dormant = 1 AND told_at IS NULL"), name="imported_event_untold"
    )
)


class _UnresolvedEvent(_Row):
    message_id = BigIntegerField(primary_key=True)
    channel_id = BigIntegerField()
    entry = TextField()

    class Meta:
        table_name = "unresolved_event"
        constraints = (Check("json_valid(entry)", name="unresolved_event_entry_json"),)


_TABLES = (_ImportedEvent, _UnresolvedEvent)


def up(migrator: Any, db: SqliteDatabase) -> None:
    """Create the tables and the index."""
    with db.bind_ctx((_Event, *_TABLES)):
        db.create_tables(_TABLES, safe=False)


def down(migrator: Any, db: SqliteDatabase) -> None:
    """Drop the tables, and with them the events that still wait for their server."""
    with db.bind_ctx((_Event, *_TABLES)):
        db.drop_tables(_TABLES, safe=False)
