"""What is planned for an event besides its silent reminders."""

from peewee import AutoField, Check, ForeignKeyField

from models.database_models import BaseModel, Event
from models.fields import EnumField, JsonObjectField, UtcDateTimeField
from models.records import PlanKind
from models.rules import one_of


class PlanEntry(BaseModel):
    """Something that falls due once: the row is gone as soon as it is claimed, in the transaction that claims it."""

    id = AutoField()
    event = ForeignKeyField(Event, on_delete="CASCADE", index=False)
    kind = EnumField(PlanKind, max_length=20)
    due_at = UtcDateTimeField(index=True)
    detail = JsonObjectField(null=True)

    class Meta:
        """The table and its rules."""

        table_name = "plan_entry"
        indexes = ((("event", "kind", "due_at"), True),)
        constraints = (
            Check(one_of("kind", PlanKind), name="plan_entry_kind_known"),
            Check("detail IS NULL OR json_valid(detail)", name="plan_entry_detail_json"),
        )
