"""What an import leaves behind: what each event was made of, and events whose server nobody knows yet."""

from peewee import SQL, BooleanField, CharField, Check, ForeignKeyField, IntegerField

from models.database_models import BaseModel, Event
from models.fields import JsonObjectField, SnowflakeField, UtcDateTimeField
from models.rules import sql_default


class ImportedEvent(BaseModel):
    """Which version of an event was imported last, so that the same files change nothing, and newer ones what is newer.

    ``is_dormant`` marks events that the import has paused for their age; ``told_at`` is when organisers were told.
    """

    event = ForeignKeyField(Event, primary_key=True, on_delete="CASCADE")
    last_reminder = UtcDateTimeField(null=True)
    field_count = IntegerField()
    variant = IntegerField()
    fingerprint = CharField(max_length=32)
    is_dormant = BooleanField(default=False, constraints=sql_default("0"))
    told_at = UtcDateTimeField(null=True)

    class Meta:
        """The table and its rules."""

        table_name = "imported_event"
        constraints = (Check("is_dormant IN (0, 1)", name="imported_event_is_dormant_boolean"),)


# Only what organisers are still to be told is in it.
ImportedEvent.add_index(
    ImportedEvent.index(
        ImportedEvent.event, where=SQL("is_dormant = 1 AND told_at IS NULL"), name="imported_event_untold"
    )
)


class UnresolvedEvent(BaseModel):
    """An imported event whose guild is in none of the files; ``entry`` is all of it, as `ImportedEntry.to_dict`.

    The bot finds the guild by the channel at its next start, and moves the event to its own tables.
    """

    message_id = SnowflakeField(primary_key=True)
    channel_id = SnowflakeField()
    entry = JsonObjectField()

    class Meta:
        """The table and its rules."""

        table_name = "unresolved_event"
        constraints = (Check("json_valid(entry)", name="unresolved_event_entry_json"),)
