"""The first schema: every table as version 0.1.0 knows it.

The models here are frozen copies, independent of the application's, so that this step means the same for ever.
"""

from typing import Any

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    CompositeKey,
    DateTimeField,
    FloatField,
    ForeignKeyField,
    IntegerField,
    Model,
    SqliteDatabase,
    TextField,
)


class _Row(Model):
    created_at = DateTimeField()
    updated_at = DateTimeField()

    class Meta:
        legacy_table_names = False


class _Guild(_Row):
    guild_id = BigIntegerField(primary_key=True)
    name = CharField(max_length=100, null=True)
    settings = TextField(constraints=[SQL("DEFAULT '{}'")])

    class Meta:
        table_name = "guild"
        constraints = (Check("json_valid(settings)", name="guild_settings_json"),)


class _User(_Row):
    guild = ForeignKeyField(_Guild, on_delete="CASCADE", index=False)
    user_id = BigIntegerField()
    username = CharField(max_length=100, null=True)
    is_bot = BooleanField(constraints=[SQL("DEFAULT 0")])
    last_seen = DateTimeField()

    class Meta:
        table_name = "user"
        primary_key = CompositeKey("guild", "user_id")
        without_rowid = True
        constraints = (Check("is_bot IN (0, 1)", name="user_is_bot_boolean"),)


class _Event(_Row):
    message_id = BigIntegerField(primary_key=True)
    channel_id = BigIntegerField()
    guild = ForeignKeyField(_Guild, on_delete="RESTRICT", index=False)
    title = CharField(max_length=200)
    description = TextField(null=True)
    interval_minutes = FloatField(constraints=[SQL("DEFAULT 60.0")])
    is_paused = BooleanField(constraints=[SQL("DEFAULT 0")])
    last_reminder = DateTimeField(null=True)
    next_reminder_at = DateTimeField(null=True)
    required_reactions = TextField(constraints=[SQL("""DEFAULT '["✅", "❌", "❓"]'""")])
    state = CharField(max_length=20, constraints=[SQL("DEFAULT 'active'")])
    state_reason = TextField(null=True)
    state_changed_at = DateTimeField()
    created_by = BigIntegerField(null=True)

    class Meta:
        table_name = "event"
        indexes = ((("guild", "is_paused"), False), (("guild", "created_at"), False))
        constraints = (
            Check("interval_minutes > 0", name="event_interval_positive"),
            Check("length(title) <= 200", name="event_title_length"),
            Check("is_paused IN (0, 1)", name="event_is_paused_boolean"),
            Check("state IN ('active', 'completed', 'archived', 'blocked')", name="event_state_known"),
            Check("json_valid(required_reactions)", name="event_required_reactions_json"),
            Check(
                "next_reminder_at IS NULL OR (state = 'active' AND is_paused = 0)", name="event_next_only_when_running"
            ),
        )


_Event.add_index(
    _Event.index(
        _Event.next_reminder_at, where=_Event.next_reminder_at.is_null(is_null=False), name="event_next_reminder_at"
    )
)


class _Reaction(_Row):
    id = AutoField()
    event = ForeignKeyField(_Event, on_delete="CASCADE", index=False)
    user_id = BigIntegerField()
    emoji = CharField(max_length=64)
    held = TextField()
    reacted_at = DateTimeField(null=True)

    class Meta:
        table_name = "reaction"
        indexes = ((("event", "user_id"), True), (("event", "emoji"), False))
        constraints = (Check("json_valid(held)", name="reaction_held_json"),)


class _ReminderLog(_Row):
    id = AutoField()
    event = ForeignKeyField(_Event, on_delete="CASCADE", index=False)
    scheduled_at = DateTimeField()
    batch = IntegerField(constraints=[SQL("DEFAULT 1")])
    batch_count = IntegerField(constraints=[SQL("DEFAULT 1")])
    nonce = CharField(max_length=25)
    attempt = IntegerField(constraints=[SQL("DEFAULT 0")])
    sent_at = DateTimeField(null=True)
    message_id = BigIntegerField(null=True)
    users_notified = IntegerField(constraints=[SQL("DEFAULT 0")])
    status = CharField(max_length=20, constraints=[SQL("DEFAULT 'pending'")])
    error_message = TextField(null=True)

    class Meta:
        table_name = "reminder_log"
        indexes = ((("event", "scheduled_at", "batch"), True), (("status", "scheduled_at"), False))
        constraints = (
            Check("users_notified >= 0", name="reminder_log_users_notified_count"),
            Check("attempt >= 0", name="reminder_log_attempt_count"),
            Check("batch >= 1 AND batch_count >= batch", name="reminder_log_batch_in_count"),
            Check("status IN ('pending', 'sent', 'failed', 'skipped')", name="reminder_log_status_known"),
            Check(
                "status <> 'sent' OR (message_id IS NOT NULL AND sent_at IS NOT NULL)",
                name="reminder_log_sent_is_known",
            ),
        )


_ReminderLog.add_index(
    _ReminderLog.index(
        _ReminderLog.event,
        _ReminderLog.scheduled_at,
        _ReminderLog.batch,
        where=SQL("status = 'pending'"),
        name="reminder_log_pending",
    )
)


class _ReminderRecipient(_Row):
    log = ForeignKeyField(_ReminderLog, on_delete="CASCADE", index=False)
    user_id = BigIntegerField()
    outcome = CharField(max_length=20, constraints=[SQL("DEFAULT 'pending'")])

    class Meta:
        table_name = "reminder_recipient"
        primary_key = CompositeKey("log", "user_id")
        without_rowid = True
        constraints = (
            Check("outcome IN ('pending', 'pinged', 'narrowed', 'unsent')", name="reminder_recipient_outcome_known"),
        )


class _BotState(_Row):
    key = CharField(max_length=64, primary_key=True)
    value = TextField()

    class Meta:
        table_name = "bot_state"


_TABLES = (_Guild, _User, _Event, _Reaction, _ReminderLog, _ReminderRecipient, _BotState)


def up(migrator: Any, db: SqliteDatabase) -> None:
    """Create every table and index."""
    with db.bind_ctx(_TABLES):
        db.create_tables(_TABLES, safe=False)


def down(migrator: Any, db: SqliteDatabase) -> None:
    """Drop every table, and with them everything that was stored."""
    with db.bind_ctx(_TABLES):
        db.drop_tables(_TABLES, safe=False)
