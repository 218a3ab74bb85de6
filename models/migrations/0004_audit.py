"""The audit: who changed which event or setting, from what to what, and when."""

from typing import Any

from peewee import AutoField, BigIntegerField, Check, DateTimeField, ForeignKeyField, Model, SqliteDatabase, TextField


class _Guild(Model):
    guild_id = BigIntegerField(primary_key=True)

    class Meta:
        legacy_table_names = False
        table_name = "guild"


class _AuditLog(Model):
    created_at = DateTimeField()
    updated_at = DateTimeField()
    id = AutoField()
    guild = ForeignKeyField(_Guild, on_delete="CASCADE")
    event_id = BigIntegerField(null=True, index=True)
    channel_id = BigIntegerField(null=True)
    actor_id = BigIntegerField(null=True)
    changes = TextField()

    class Meta:
        legacy_table_names = False
        table_name = "audit_log"
        constraints = (Check("json_valid(changes)", name="audit_log_changes_json"),)


def up(migrator: Any, db: SqliteDatabase) -> None:
    """Create the table and its indexes."""
    with db.bind_ctx((_Guild, _AuditLog)):
        db.create_tables((_AuditLog,), safe=False)


def down(migrator: Any, db: SqliteDatabase) -> None:
    """Drop the table, and with it what was recorded."""
    with db.bind_ctx((_Guild, _AuditLog)):
        db.drop_tables((_AuditLog,), safe=False)
