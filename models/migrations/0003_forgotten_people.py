"""A table for those who asked to be forgotten.

The models here are frozen copies, independent of the application's, so that this step means the same for ever.
"""

from typing import Any

from peewee import CharField, DateTimeField, Model, SqliteDatabase


class _ForgottenPerson(Model):
    created_at = DateTimeField()
    updated_at = DateTimeField()
    digest = CharField(max_length=64, primary_key=True)
    key = CharField(max_length=64)

    class Meta:
        legacy_table_names = False
        table_name = "forgotten_person"
        without_rowid = True


def up(migrator: Any, db: SqliteDatabase) -> None:
    """Create the table."""
    with db.bind_ctx([_ForgottenPerson]):
        db.create_tables([_ForgottenPerson], safe=False)


def down(migrator: Any, db: SqliteDatabase) -> None:
    """Drop the table: who was forgotten may be stored and asked again."""
    with db.bind_ctx([_ForgottenPerson]):
        db.drop_tables([_ForgottenPerson], safe=False)
