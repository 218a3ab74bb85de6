"""What the tables refuse, what they keep by themselves, and how rows become JSON and rows again."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import peewee
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.bot_state_model import BotState
from models.database_models import BaseModel, Event, Guild, Reaction, ReminderLog, ReminderRecipient, User
from models.records import EventState, ReminderStatus
from models.sql import run_sql
from models.tables import MODELS
from persistence.database import DatabaseHandle
from utils.errors import ValidationError

NOW = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)
NAIVE = NOW.replace(tzinfo=None)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("handle")
snowflakes = st.integers(1, 2**63 - 1)


@pytest.fixture
def event() -> Event:
    Guild.create(guild_id=5, name="Guild")
    return Event.create(message_id=1, channel_id=2, guild=5, title="Raid")


def _log(**values: Any) -> ReminderLog:
    return ReminderLog.create(**{"event": 1, "scheduled_at": NOW, "nonce": "n", **values})


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (Event, {"interval_minutes": 0}),
        (Event, {"interval_minutes": -1}),
        (Event, {"title": "x" * 201}),
        (Event, {"is_paused": 2}),
        (Event, {"state": "asleep"}),
        (Event, {"required_reactions": "no json"}),
        (Event, {"next_reminder_at": "2026-01-01 00:00:00.000+00:00", "is_paused": 1}),
        (Event, {"next_reminder_at": "2026-01-01 00:00:00.000+00:00", "state": "blocked"}),
        (Guild, {"settings": "no json"}),
        (User, {"is_bot": 2}),
        (Reaction, {"held": "no json"}),
        (ReminderLog, {"users_notified": -1}),
        (ReminderLog, {"attempt": -1}),
        (ReminderLog, {"batch": 0}),
        (ReminderLog, {"batch": 2}),
        (ReminderLog, {"status": "lost"}),
        (ReminderLog, {"status": "sent"}),
        (ReminderLog, {"status": "sent", "message_id": 7}),
        (ReminderRecipient, {"outcome": "lost"}),
    ],
    ids=repr,
)
def test_check_refuses_what_must_never_be(
    model: type[BaseModel], changes: dict[str, Any], event: Event, handle: DatabaseHandle
) -> None:
    User.create(guild=5, user_id=9)
    Reaction.create(event=1, user_id=9, emoji="✅", held=("✅",))
    ReminderRecipient.create(log=_log(), user_id=9)
    columns = ", ".join(f'"{column}" = ?' for column in changes)
    with pytest.raises(peewee.IntegrityError):
        run_sql(handle.database, f'UPDATE "{model._meta.table_name}" SET {columns}', list(changes.values()))


def test_unique_keys_refuse_a_second_row(event: Event) -> None:
    _log()
    User.create(guild=5, user_id=9)
    Reaction.create(event=1, user_id=9, emoji="✅", held=("✅",))
    second: list[Callable[[], Any]] = [
        _log,
        lambda: User.create(guild=5, user_id=9),
        lambda: Reaction.create(event=1, user_id=9, emoji="❌", held=("❌",)),
    ]
    for create in second:
        with pytest.raises(peewee.IntegrityError):
            create()


def test_guild_with_events_cannot_be_deleted(event: Event) -> None:
    with pytest.raises(peewee.IntegrityError):
        Guild.delete().where(Guild.guild_id == 5).execute()


def test_deleting_an_event_takes_its_answers_log_and_recipients_along(event: Event) -> None:
    Reaction.create(event=1, user_id=9, emoji="✅", held=("✅",))
    ReminderRecipient.create(log=_log(), user_id=9)
    Event.delete().where(Event.message_id == 1).execute()
    assert [model.select().count() for model in (Reaction, ReminderLog, ReminderRecipient)] == [0, 0, 0]


def test_deleting_a_guild_takes_its_people_along() -> None:
    Guild.create(guild_id=5)
    User.create(guild=5, user_id=9)
    Guild.delete().where(Guild.guild_id == 5).execute()
    assert User.select().count() == 0


def _touched_by(change: Callable[[], Any]) -> datetime:
    Guild.create(guild_id=5, name="Old", created_at=LONG_AGO, updated_at=LONG_AGO)
    change()
    guild = Guild.get()
    assert guild.name == "New"
    assert guild.created_at == LONG_AGO
    updated: datetime = guild.updated_at
    return updated


def _save() -> None:
    guild = Guild.get()
    guild.name = "New"
    guild.save()


def _save_only_name() -> None:
    guild = Guild.get()
    guild.name = "New"
    guild.save(only=[Guild.name])


CHANGES: dict[str, Callable[[], Any]] = {
    "save": _save,
    "save only": _save_only_name,
    "update": lambda: Guild.update(name="New").execute(),
    "upsert, preserve": lambda: (
        Guild.insert(guild_id=5, name="New")
        .on_conflict(conflict_target=[Guild.guild_id], preserve=[Guild.name])
        .execute()
    ),
    "upsert, update": lambda: (
        Guild.insert(guild_id=5, name="x")
        .on_conflict(conflict_target=[Guild.guild_id], update={Guild.name: "New"})
        .execute()
    ),
    "upsert of many": lambda: (
        Guild.insert_many([{"guild_id": 5, "name": "New"}])
        .on_conflict(conflict_target=[Guild.guild_id], preserve=Guild.name)
        .execute()
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_updated_at_is_kept_by_every_way_to_change_a_row(change: Callable[[], Any]) -> None:
    assert datetime.now(UTC) - _touched_by(change) < timedelta(minutes=1)


def test_updated_at_that_is_named_is_obeyed() -> None:
    assert _touched_by(lambda: Guild.update(name="New", updated_at=NOW).execute()) == NOW


def test_insert_without_conflict_clause_for_updates_ignores_the_second() -> None:
    for name in ("first", "second"):
        Guild.insert(guild_id=5, name=name).on_conflict(action="IGNORE").execute()
    assert Guild.get().name == "first"


def test_save_of_a_row_that_is_not_there_is_refused_instead_of_lost() -> None:
    with pytest.raises(ValidationError, match="no such row"):
        Guild(guild_id=5, name="x").save()


WRONG: list[tuple[Callable[[], BaseModel], str]] = [
    (lambda: Guild(guild_id=5, name="x" * 101), "name"),
    (lambda: Guild(guild_id="x"), "guild_id"),
    (lambda: User(user_id=5), "guild"),
    (lambda: Event(message_id=1, channel_id=2, guild=5, title="t", interval_minutes=0), "interval_minutes"),
    (lambda: Event(message_id=1, channel_id=2, guild=5), "title"),
    (lambda: Event(message_id=1, channel_id=2, guild=5, title="t", state="blocked", next_reminder_at=NOW), "next_"),
    (lambda: Event(message_id=1, channel_id=2, guild=5, title="t", last_reminder=NAIVE), "last_reminder"),
    (lambda: Reaction(event=1, user_id=9, emoji="✅", held=("❌",)), "emoji"),
    (lambda: ReminderLog(event=1, scheduled_at=NOW, nonce="n", batch=2), "batch"),
    (lambda: ReminderLog(event=1, scheduled_at=NOW, nonce="n", status=ReminderStatus.SENT), "message_id"),
    (lambda: ReminderLog(event=1, scheduled_at=NOW, nonce="n" * 26), "nonce"),
]


@pytest.mark.parametrize(("row", "field"), WRONG, ids=[field for _, field in WRONG])
def test_validate_data_names_the_field_that_is_wrong(row: Callable[[], BaseModel], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        row().validate_data()
    assert caught.value.field.startswith(field)


@given(
    event_id=snowflakes,
    guild_id=snowflakes,
    title=st.text(max_size=200),
    moment=st.datetimes(NAIVE, NAIVE.replace(year=2100), timezones=st.just(UTC)),
    state=st.sampled_from(EventState),
)
def test_row_survives_json(event_id: int, guild_id: int, title: str, moment: datetime, state: EventState) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    row = Event(message_id=event_id, channel_id=2, guild=guild_id, title=title, last_reminder=moment, state=state)
    data = json.loads(json.dumps(row.to_dict()))
    assert data["guild_id"] == str(guild_id)
    read = Event.from_dict(data)
    assert read.__data__ == {**dict.fromkeys(read.__data__), **row.__data__}
    assert read.to_dict() == row.to_dict()


def test_row_from_the_database_equals_its_json(event: Event) -> None:
    stored = Event.get()
    assert Event.from_dict(stored.to_dict()).__data__ == stored.__data__
    assert stored.required_reactions == ("✅", "❌", "❓")
    assert stored.state is EventState.ACTIVE


def test_from_dict_unknown_column_is_refused() -> None:
    with pytest.raises(ValidationError, match="guild"):
        Guild.from_dict({"guild_id": "5", "nmae": "x"})


def test_tables_are_named_as_designed() -> None:
    names = {model._meta.table_name for model in MODELS}
    designed = {"guild", "user", "event", "reaction", "reminder_log", "reminder_recipient", "bot_state"}
    designed |= {"member", "event_opt_out", "held_reminder", "gathered_message", "escalation"}
    assert names == designed | {"audit_log", "forgotten_person", "imported_event", "unresolved_event", "plan_entry"}


def test_database_defaults_serve_rows_written_by_hand(handle: DatabaseHandle) -> None:
    text = "2026-01-01 00:00:00.000+00:00"
    run_sql(handle.database, "INSERT INTO guild (guild_id, created_at, updated_at) VALUES (5, ?, ?)", [text, text])
    run_sql(
        handle.database,
        "INSERT INTO event (message_id, channel_id, guild_id, title, state_changed_at, created_at, updated_at)"
        " VALUES (1, 2, 5, 't', ?, ?, ?)",
        [text, text, text],
    )
    stored = Event.get()
    assert (stored.interval_minutes, stored.is_paused, stored.required_reactions) == (60.0, False, ("✅", "❌", "❓"))
    assert (stored.guild.settings, stored.state) == ({}, EventState.ACTIVE)


def test_bot_state_holds_text_by_key() -> None:
    BotState.create(key="hash", value="abc")
    assert BotState.get_by_id("hash").value == "abc"
