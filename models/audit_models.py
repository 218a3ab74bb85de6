"""The table of what was changed, by whom: written in the same transaction as the change itself."""

from peewee import AutoField, Check, ForeignKeyField

from models.database_models import BaseModel, Guild
from models.fields import JsonObjectField, SnowflakeField


class AuditLog(BaseModel):
    """One change of an event, or of a guild's settings when ``event_id`` is None; ``created_at`` is when.

    No foreign key leads to the event: what was done to it stays known when its row has been cleaned away.
    ``channel_id`` is kept for the same reason: it decides who may be told. ``actor_id`` is None for what the bot did by
    itself. ``changes`` maps a field to ``[before, after]``.
    """

    id = AutoField()
    guild = ForeignKeyField(Guild, on_delete="CASCADE")
    event_id = SnowflakeField(null=True, index=True)
    channel_id = SnowflakeField(null=True)
    actor_id = SnowflakeField(null=True)
    changes = JsonObjectField()

    class Meta:
        """The table and its rules."""

        table_name = "audit_log"
        constraints = (Check("json_valid(changes)", name="audit_log_changes_json"),)
