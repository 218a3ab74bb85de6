"""What members choose for themselves, and what waits for one person or goes to them alone."""

from typing import Any

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    CharField,
    Check,
    CompositeKey,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    SqliteDatabase,
    TextField,
)


class _Table(Model):
    created_at = DateTimeField()
    updated_at = DateTimeField()

    class Meta:
        legacy_table_names = False


class _Guild(Model):
    guild_id = BigIntegerField(primary_key=True)

    class Meta:
        table_name = "guild"


class _Event(Model):
    message_id = BigIntegerField(primary_key=True)

    class Meta:
        table_name = "event"


class _Member(_Table):
    guild = ForeignKeyField(_Guild, on_delete="CASCADE", index=False)
    user_id = BigIntegerField()
    choices = TextField(constraints=[SQL("DEFAULT '{}'")])

    class Meta:
        table_name = "member"
        primary_key = CompositeKey("guild", "user_id")
        without_rowid = True
        constraints = (Check("json_valid(choices)", name="member_choices_json"),)


class _EventOptOut(_Table):
    event = ForeignKeyField(_Event, on_delete="CASCADE", index=False)
    user_id = BigIntegerField()

    class Meta:
        table_name = "event_opt_out"
        primary_key = CompositeKey("event", "user_id")


class _GatheredMessage(_Table):
    id = AutoField()
    guild = ForeignKeyField(_Guild, on_delete="CASCADE", index=False)
    channel_id = BigIntegerField(null=True)
    user_id = BigIntegerField(null=True, index=True)
    scheduled_at = DateTimeField()
    nonce = CharField(max_length=25)
    attempt = IntegerField(constraints=[SQL("DEFAULT 0")])
    status = CharField(max_length=20, constraints=[SQL("DEFAULT 'pending'")])
    message_id = BigIntegerField(null=True)
    sent_at = DateTimeField(null=True)
    error_message = TextField(null=True)

    class Meta:
        table_name = "gathered_message"
        indexes = ((("guild", "scheduled_at"), False),)
        constraints = (
            Check("attempt >= 0", name="gathered_message_attempt_count"),
            Check("(channel_id IS NULL) <> (user_id IS NULL)", name="gathered_message_one_destination"),
            Check("status IN ('pending', 'sent', 'failed', 'skipped')", name="gathered_message_status_known"),
            Check(
                "status <> 'sent' OR (message_id IS NOT NULL AND sent_at IS NOT NULL)",
                name="gathered_message_sent_is_known",
            ),
        )


_GatheredMessage.add_index(
    _GatheredMessage.index(_GatheredMessage.id, where=SQL("status = 'pending'"), name="gathered_message_pending")
)


class _HeldReminder(_Table):
    id = AutoField()
    event = ForeignKeyField(_Event, on_delete="CASCADE", index=False)
    user_id = BigIntegerField(index=True)
    kind = CharField(max_length=20)
    due_at = DateTimeField()
    way = CharField(max_length=20)
    why = CharField(max_length=20)
    detail = TextField(null=True)
    gathered = ForeignKeyField(_GatheredMessage, on_delete="CASCADE", null=True, index=False)
    outcome = CharField(max_length=20, constraints=[SQL("DEFAULT 'pending'")])

    class Meta:
        table_name = "held_reminder"
        indexes = ((("event", "user_id", "kind"), False),)
        constraints = (
            Check(
                "kind IN ('silent', 'before', 'decide', 'moved', 'cancelled', 'still_silent')",
                name="held_reminder_kind_known",
            ),
            Check("way IN ('channel', 'direct', 'log')", name="held_reminder_way_known"),
            Check("why IN ('quiet', 'snooze', 'direct', 'escalation', 'closed')", name="held_reminder_why_known"),
            Check("detail IS NULL OR json_valid(detail)", name="held_reminder_detail_json"),
            Check("outcome IN ('pending', 'pinged', 'narrowed', 'unsent')", name="held_reminder_outcome_known"),
        )


_WAITS = SQL("gathered_id IS NULL AND outcome = 'pending'")
_HeldReminder.add_index(
    _HeldReminder.index(
        _HeldReminder.event,
        _HeldReminder.user_id,
        _HeldReminder.kind,
        unique=True,
        where=_WAITS,
        name="held_reminder_waiting",
    )
)
_HeldReminder.add_index(_HeldReminder.index(_HeldReminder.due_at, where=_WAITS, name="held_reminder_due_at"))
_IS_GATHERED = SQL("gathered_id IS NOT NULL")
_HeldReminder.add_index(_HeldReminder.index(_HeldReminder.gathered, where=_IS_GATHERED, name="held_reminder_gathered"))
_GOING_OUT = SQL("gathered_id IS NOT NULL AND outcome = 'pending'")
_HeldReminder.add_index(_HeldReminder.index(_HeldReminder.event, where=_GOING_OUT, name="held_reminder_going_out"))


class _Escalation(_Table):
    event = ForeignKeyField(_Event, on_delete="CASCADE", index=False)
    user_id = BigIntegerField()
    told_at = DateTimeField()

    class Meta:
        table_name = "escalation"
        primary_key = CompositeKey("event", "user_id")
        without_rowid = True


_NEW = (_Member, _EventOptOut, _GatheredMessage, _HeldReminder, _Escalation)


def up(migrator: Any, db: SqliteDatabase) -> None:
    """Create the tables."""
    with db.bind_ctx((_Guild, _Event, *_NEW)):
        db.create_tables(_NEW, safe=False)


def down(migrator: Any, db: SqliteDatabase) -> None:
    """Take them away."""
    with db.bind_ctx((_Guild, _Event, *_NEW)):
        db.drop_tables(tuple(reversed(_NEW)), safe=False)
