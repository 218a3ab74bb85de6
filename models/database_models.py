"""The tables. What must never be is refused by the database itself, in CHECK and ON DELETE rules.

A foreign key has no index of its own where another index begins with its column; the data design's index
(event_id, scheduled_at) of ``reminder_log`` is the beginning of its unique key.
"""

import json
from datetime import datetime
from typing import Any

from peewee import (
    SQL,
    AutoField,
    BooleanField,
    CharField,
    Check,
    CompositeKey,
    DatabaseProxy,
    FloatField,
    ForeignKeyField,
    IntegerField,
    Model,
    ModelInsert,
    ModelUpdate,
    TextField,
)

from models.event_options import NO_OPTIONS
from models.fields import EMOJI_LENGTH, EmojiListField, EnumField, JsonObjectField, SnowflakeField, UtcDateTimeField
from models.mixins import SerializationMixin, ValidationMixin
from models.option_fields import EventOptionsField
from models.records import EventState, RecipientOutcome, ReminderKind, ReminderStatus
from models.rules import one_of, sql_default
from models.upserts import TouchingInsert
from utils.errors import ValidationError
from utils.time import SystemClock

database_proxy = DatabaseProxy()
"""Stands for the database that `persistence.database.open_database` binds."""

_DEFAULT_EMOJIS = ("✅", "❌", "❓")


def _now() -> datetime:
    return SystemClock().now()


class BaseModel(SerializationMixin, ValidationMixin, Model):
    """What every table has: when a row was made and when it was last changed.

    ``updated_at`` is kept in Python, by `update`, `insert` with a conflict clause and `save`, and not by a trigger:
    SQLite drops triggers whenever a migration rebuilds a table. A caller that names ``updated_at`` is obeyed.
    """

    created_at = UtcDateTimeField(default=_now)
    updated_at = UtcDateTimeField(default=_now)

    class Meta:
        """Settings that every table inherits."""

        database = database_proxy
        legacy_table_names = False

    @classmethod
    def update(cls, data: Any = None, /, **update: Any) -> ModelUpdate:
        """Build an UPDATE that also sets ``updated_at``."""
        values = cls._normalize_data(data, update)  # type: ignore[attr-defined]  # missing from peewee's stubs
        values.setdefault(cls.updated_at, _now())
        return ModelUpdate(cls, values)

    @classmethod
    def insert(cls, data: Any = None, /, **insert: Any) -> ModelInsert:
        """Build an INSERT whose conflict clause, when it gets one, also sets ``updated_at``."""
        return TouchingInsert(cls, cls._normalize_data(data, insert))  # type: ignore[attr-defined]  # as in update

    @classmethod
    def insert_many(cls, rows: Any, fields: Any = None) -> ModelInsert:
        """Build an INSERT of several rows; conflicts as in `insert`."""
        return TouchingInsert(cls, insert=rows, columns=fields)

    def save(self, force_insert: bool = False, only: Any = None) -> Any:  # noqa: FBT001, FBT002 - peewee's signature
        """Validate and store this row.

        Raises:
            ValidationError: a value is refused, or there is no such row to update (peewee updates a row whose key is
                set, and says nothing when none matches; `create` is for new rows).
        """
        self.validate_data()
        if not force_insert:
            self.updated_at = _now()
            only = only if only is None else [*only, type(self).updated_at]
        changed = super().save(force_insert=force_insert, only=only)
        if changed == 0:
            raise ValidationError(type(self)._meta.table_name, "there is no such row to update")
        return changed


class Guild(BaseModel):
    """A Discord server; ``name`` is None until the bot has met it."""

    guild_id = SnowflakeField(primary_key=True)
    name = CharField(max_length=100, null=True)
    settings = JsonObjectField(default=dict, constraints=sql_default("'{}'"))

    class Meta:
        """The table and its rules."""

        table_name = "guild"
        constraints = (Check("json_valid(settings)", name="guild_settings_json"),)


class User(BaseModel):
    """A user as the bot met them in one guild; ``username`` is the display name there."""

    guild = ForeignKeyField(Guild, on_delete="CASCADE", index=False)
    user_id = SnowflakeField()
    username = CharField(max_length=100, null=True)
    is_bot = BooleanField(default=False, constraints=sql_default("0"))
    last_seen = UtcDateTimeField(default=_now)

    class Meta:
        """The table and its rules: one row per user and guild."""

        table_name = "user"
        primary_key = CompositeKey("guild", "user_id")
        without_rowid = True
        constraints = (Check("is_bot IN (0, 1)", name="user_is_bot_boolean"),)


class Event(BaseModel):
    """A watched message. ``next_reminder_at`` is None when paused, over, quiet, or while a reminder is being sent."""

    message_id = SnowflakeField(primary_key=True)
    channel_id = SnowflakeField()
    guild = ForeignKeyField(Guild, on_delete="RESTRICT", index=False)
    title = CharField(max_length=200)
    description = TextField(null=True)
    interval_minutes = FloatField(default=60.0, constraints=sql_default("60.0"))
    is_paused = BooleanField(default=False, constraints=sql_default("0"))
    last_reminder = UtcDateTimeField(null=True)
    next_reminder_at = UtcDateTimeField(null=True)
    required_reactions = EmojiListField(
        default=_DEFAULT_EMOJIS, constraints=sql_default(f"'{json.dumps(_DEFAULT_EMOJIS, ensure_ascii=False)}'")
    )
    state = EnumField(EventState, max_length=20, default=EventState.ACTIVE, constraints=sql_default("'active'"))
    state_reason = TextField(null=True)
    state_changed_at = UtcDateTimeField(default=_now)
    created_by = SnowflakeField(null=True)
    starts_at = UtcDateTimeField(null=True)
    answer_until = UtcDateTimeField(null=True, constraints=[Check("answer_until <= starts_at")])
    options = EventOptionsField(default=NO_OPTIONS, constraints=[*sql_default("'{}'"), Check("json_valid(options)")])

    class Meta:
        """The table and its rules."""

        table_name = "event"
        indexes = ((("guild", "is_paused"), False), (("guild", "created_at"), False))
        constraints = (
            Check("interval_minutes > 0", name="event_interval_positive"),
            Check("length(title) <= 200", name="event_title_length"),
            Check("is_paused IN (0, 1)", name="event_is_paused_boolean"),
            Check(one_of("state", EventState), name="event_state_known"),
            Check("json_valid(required_reactions)", name="event_required_reactions_json"),
            Check(
                "next_reminder_at IS NULL OR (state = 'active' AND is_paused = 0)", name="event_next_only_when_running"
            ),
        )

    def validate_data(self) -> None:
        """Check as `ValidationMixin.validate_data`, and that only a running event has a next reminder."""
        super().validate_data()
        running = self.state == EventState.ACTIVE and not self.is_paused
        in_order = self.answer_until is None or self.starts_at is None or self.answer_until <= self.starts_at
        self._require(
            interval_minutes=self.interval_minutes > 0,
            next_reminder_at=self.next_reminder_at is None or running,
            answer_until=in_order,
        )


# Small and exact: only events that are waiting for a reminder are in it.
Event.add_index(
    Event.index(
        Event.next_reminder_at, where=Event.next_reminder_at.is_null(is_null=False), name="event_next_reminder_at"
    )
)


class Reaction(BaseModel):
    """The one answer of one person to one event: ``emoji``; ``held`` is all they hold on the message, oldest first."""

    id = AutoField()
    event = ForeignKeyField(Event, on_delete="CASCADE", index=False)
    user_id = SnowflakeField()
    emoji = CharField(max_length=EMOJI_LENGTH)
    held = EmojiListField()
    reacted_at = UtcDateTimeField(null=True)

    class Meta:
        """The table and its rules."""

        table_name = "reaction"
        indexes = ((("event", "user_id"), True), (("event", "emoji"), False))
        constraints = (Check("json_valid(held)", name="reaction_held_json"),)

    def validate_data(self) -> None:
        """Check as `ValidationMixin.validate_data`, and that the answer is one of the emoji held."""
        super().validate_data()
        self._require(emoji=self.emoji in self.held)


_KIND_RULES = [*sql_default("'silent'"), Check(one_of("kind", ReminderKind))]


class ReminderLog(BaseModel):
    """One batch of one reminder; ``scheduled_at`` is the moment it fell due, ``channel_id`` is None for the event's.

    ``delete_at`` is when its message is to be deleted, ``deletion_ended_at`` when it was, or could not be for good.
    """

    id = AutoField()
    event = ForeignKeyField(Event, on_delete="CASCADE", index=False)
    scheduled_at = UtcDateTimeField()
    batch = IntegerField(default=1, constraints=sql_default("1"))
    batch_count = IntegerField(default=1, constraints=sql_default("1"))
    nonce = CharField(max_length=25)
    attempt = IntegerField(default=0, constraints=sql_default("0"))
    sent_at = UtcDateTimeField(null=True)
    message_id = SnowflakeField(null=True)
    users_notified = IntegerField(default=0, constraints=sql_default("0"))
    status = EnumField(
        ReminderStatus, max_length=20, default=ReminderStatus.PENDING, constraints=sql_default("'pending'")
    )
    error_message = TextField(null=True)
    kind = EnumField(ReminderKind, max_length=20, default=ReminderKind.SILENT, constraints=_KIND_RULES)
    channel_id = SnowflakeField(null=True)
    detail = JsonObjectField(null=True, constraints=[Check("detail IS NULL OR json_valid(detail)")])
    delete_at = UtcDateTimeField(null=True)
    deletion_ended_at = UtcDateTimeField(null=True)

    class Meta:
        """The table and its rules."""

        table_name = "reminder_log"
        indexes = ((("event", "scheduled_at", "kind", "batch"), True), (("status", "scheduled_at"), False))
        constraints = (
            Check("users_notified >= 0", name="reminder_log_users_notified_count"),
            Check("attempt >= 0", name="reminder_log_attempt_count"),
            Check("batch >= 1 AND batch_count >= batch", name="reminder_log_batch_in_count"),
            Check(one_of("status", ReminderStatus), name="reminder_log_status_known"),
            Check(
                "status <> 'sent' OR (message_id IS NOT NULL AND sent_at IS NOT NULL)",
                name="reminder_log_sent_is_known",
            ),
        )

    def validate_data(self) -> None:
        """Check as `ValidationMixin.validate_data`, the counts, and that a sent batch knows its message."""
        super().validate_data()
        sent = self.status == ReminderStatus.SENT
        self._require(
            users_notified=self.users_notified >= 0,
            attempt=self.attempt >= 0,
            batch=1 <= self.batch <= self.batch_count,
            message_id=self.message_id is not None or not sent,
            sent_at=self.sent_at is not None or not sent,
        )


# An event gathers thousands of log rows; whether one of them is pending is asked for every batch.
ReminderLog.add_index(
    ReminderLog.index(
        ReminderLog.event,
        ReminderLog.scheduled_at,
        ReminderLog.batch,
        where=SQL("status = 'pending'"),
        name="reminder_log_pending",
    )
)

_TO_DELETE = ReminderLog.delete_at.is_null(is_null=False)
ReminderLog.add_index(ReminderLog.index(ReminderLog.delete_at, where=_TO_DELETE, name="reminder_log_delete_at"))


class ReminderRecipient(BaseModel):
    """What became of one person in one batch: for ever known who was pinged by which message."""

    log = ForeignKeyField(ReminderLog, on_delete="CASCADE", index=False)
    user_id = SnowflakeField()
    outcome = EnumField(
        RecipientOutcome, max_length=20, default=RecipientOutcome.PENDING, constraints=sql_default("'pending'")
    )

    class Meta:
        """The table and its rules."""

        table_name = "reminder_recipient"
        primary_key = CompositeKey("log", "user_id")
        without_rowid = True
        constraints = (Check(one_of("outcome", RecipientOutcome), name="reminder_recipient_outcome_known"),)
