"""What members choose for themselves, and what waits for one person or goes to them alone."""

from peewee import SQL, AutoField, CharField, Check, CompositeKey, ForeignKeyField, IntegerField, TextField

from models.database_models import BaseModel, Event, Guild
from models.fields import EnumField, JsonObjectField, SnowflakeField, UtcDateTimeField
from models.held_records import HeldKind, HeldReason, Way
from models.records import RecipientOutcome, ReminderStatus
from models.rules import one_of, sql_default


class Member(BaseModel):
    """What a member has chosen in a guild, as `MemberChoices` writes it; nobody who has chosen nothing has a row."""

    guild = ForeignKeyField(Guild, on_delete="CASCADE", index=False)
    user_id = SnowflakeField()
    choices = JsonObjectField(default=dict, constraints=sql_default("'{}'"))

    class Meta:
        """The table and its rules: one row per member and guild."""

        table_name = "member"
        primary_key = CompositeKey("guild", "user_id")
        without_rowid = True
        constraints = (Check("json_valid(choices)", name="member_choices_json"),)


class EventOptOut(BaseModel):
    """Somebody who does not want to be asked about one event."""

    event = ForeignKeyField(Event, on_delete="CASCADE", index=False)
    user_id = SnowflakeField()

    class Meta:
        """The table and its rules."""

        table_name = "event_opt_out"
        # With row numbers: quick_check of SQLite 3.40 calls a table without them damaged whose key comes last.
        primary_key = CompositeKey("event", "user_id")


class GatheredMessage(BaseModel):
    """One message made of held reminders: to a channel, or to one person (``user_id``) directly.

    ``scheduled_at`` is the moment it fell due; its states are those of a batch of a reminder.
    """

    id = AutoField()
    guild = ForeignKeyField(Guild, on_delete="CASCADE", index=False)
    channel_id = SnowflakeField(null=True)
    user_id = SnowflakeField(null=True, index=True)
    scheduled_at = UtcDateTimeField()
    nonce = CharField(max_length=25)
    attempt = IntegerField(default=0, constraints=sql_default("0"))
    status = EnumField(
        ReminderStatus, max_length=20, default=ReminderStatus.PENDING, constraints=sql_default("'pending'")
    )
    message_id = SnowflakeField(null=True)
    sent_at = UtcDateTimeField(null=True)
    error_message = TextField(null=True)

    class Meta:
        """The table and its rules."""

        table_name = "gathered_message"
        indexes = ((("guild", "scheduled_at"), False),)
        constraints = (
            Check("attempt >= 0", name="gathered_message_attempt_count"),
            Check("(channel_id IS NULL) <> (user_id IS NULL)", name="gathered_message_one_destination"),
            Check(one_of("status", ReminderStatus), name="gathered_message_status_known"),
            Check(
                "status <> 'sent' OR (message_id IS NOT NULL AND sent_at IS NOT NULL)",
                name="gathered_message_sent_is_known",
            ),
        )


_STILL_GOING = SQL("status = 'pending'")
GatheredMessage.add_index(
    GatheredMessage.index(GatheredMessage.id, where=_STILL_GOING, name="gathered_message_pending")
)


class HeldReminder(BaseModel):
    """Something for one person about one event; it waits while ``gathered`` is None, and stays as what became of it."""

    id = AutoField()
    event = ForeignKeyField(Event, on_delete="CASCADE", index=False)
    user_id = SnowflakeField(index=True)
    kind = EnumField(HeldKind, max_length=20)
    due_at = UtcDateTimeField()
    way = EnumField(Way, max_length=20)
    why = EnumField(HeldReason, max_length=20)
    detail = JsonObjectField(null=True)
    gathered = ForeignKeyField(GatheredMessage, on_delete="CASCADE", null=True, index=False)
    outcome = EnumField(
        RecipientOutcome, max_length=20, default=RecipientOutcome.PENDING, constraints=sql_default("'pending'")
    )

    class Meta:
        """The table and its rules."""

        table_name = "held_reminder"
        indexes = ((("event", "user_id", "kind"), False),)
        constraints = (
            Check(one_of("kind", HeldKind), name="held_reminder_kind_known"),
            Check(one_of("way", Way), name="held_reminder_way_known"),
            Check(one_of("why", HeldReason), name="held_reminder_why_known"),
            Check("detail IS NULL OR json_valid(detail)", name="held_reminder_detail_json"),
            Check(one_of("outcome", RecipientOutcome), name="held_reminder_outcome_known"),
        )


# What waits is little beside what is over: one of a kind for each person and event, and in the order it falls due.
_WAITS = SQL("gathered_id IS NULL AND outcome = 'pending'")
HeldReminder.add_index(
    HeldReminder.index(
        HeldReminder.event,
        HeldReminder.user_id,
        HeldReminder.kind,
        unique=True,
        where=_WAITS,
        name="held_reminder_waiting",
    )
)
HeldReminder.add_index(HeldReminder.index(HeldReminder.due_at, where=_WAITS, name="held_reminder_due_at"))
# Without those that no message has gathered: SQLite would look for what waits among them, lapsed ones included.
_IS_GATHERED = SQL("gathered_id IS NOT NULL")
HeldReminder.add_index(HeldReminder.index(HeldReminder.gathered, where=_IS_GATHERED, name="held_reminder_gathered"))

# What is in a message on its way counts as waiting, and is asked for before each reminder of an event.
_GOING_OUT = SQL("gathered_id IS NOT NULL AND outcome = 'pending'")
HeldReminder.add_index(HeldReminder.index(HeldReminder.event, where=_GOING_OUT, name="held_reminder_going_out"))


class Escalation(BaseModel):
    """Somebody of whom an event's organiser was told that all reminders went unanswered."""

    event = ForeignKeyField(Event, on_delete="CASCADE", index=False)
    user_id = SnowflakeField()
    told_at = UtcDateTimeField()

    class Meta:
        """The table and its rules."""

        table_name = "escalation"
        primary_key = CompositeKey("event", "user_id")
        without_rowid = True
