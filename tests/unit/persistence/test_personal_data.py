"""What a person is told is stored of them, and that none of it is left when they are forgotten."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from models.event_options import AudienceRule, EventOptions
from models.held_records import HeldKind, HeldReason, Way
from models.member_models import Escalation, GatheredMessage, HeldReminder
from models.records import EventState, RecipientOutcome, ReminderStatus, Schedule
from models.sql import run_sql
from models.tables import MODELS
from persistence import audit, events, forgotten, members, personal_data, reminder_log
from persistence.archive import Archives
from persistence.database import DatabaseHandle
from persistence.outdated import next_slice, remove_slice
from tests.unit.persistence.factories import EVENT, GUILD, NOW, YES, add, apply_signal, claimed, later, met, watch

ANNA, BEN = 700_000_000_000_000_041, 700_000_000_000_000_042


def fill() -> None:
    """Something of Anna's in every table that can hold any."""
    watch()
    apply_signal(met(add(ANNA, YES), "Anna"), NOW)
    apply_signal(met(add(BEN, YES), "Ben"), NOW)
    claimed((ANNA, BEN))
    members.change_choices(GUILD, ANNA, {"away_reason": "sea"}, NOW)
    members.opt_out(GUILD, EVENT, ANNA, NOW)
    gathered = GatheredMessage.insert(guild=GUILD, user_id=ANNA, scheduled_at=NOW, nonce="n").execute()
    HeldReminder.insert(
        event=EVENT, user_id=ANNA, kind=HeldKind.SILENT, due_at=NOW, way=Way.DIRECT, why=HeldReason.DIRECT,
        gathered=gathered, outcome=RecipientOutcome.PINGED,
    ).execute()  # fmt: skip
    Escalation.insert(event=EVENT, user_id=ANNA, told_at=NOW).execute()
    schedule = Schedule(None, None, EventOptions(audience=AudienceRule(members=(ANNA, BEN))))
    events.set_schedule(GUILD, EVENT, schedule, NOW, ANNA)


def everything(handle: DatabaseHandle) -> str:
    tables = [model._meta.table_name for model in MODELS]
    return repr([run_sql(handle.database, f'SELECT * FROM "{table}"').fetchall() for table in tables])


def test_every_table_that_names_a_person_is_told_and_nobody_else_is_named(store: DatabaseHandle) -> None:
    fill()
    told = personal_data.rows_of_person(ANNA)
    named = {
        "reaction", "reminder_recipient", "user", "member", "event_opt_out", "held_reminder", "gathered_message",
        "escalation", "event", "audit_log",
    }  # fmt: skip
    assert told.keys() == named
    assert str(BEN) not in json.dumps(told)
    assert told["member"][0]["choices"] == {"away_reason": "sea"}
    assert len(told["held_reminder"]) == 1


def test_forgetting_leaves_no_trace_and_the_audit_says_that_it_happened(handle: DatabaseHandle) -> None:
    fill()
    removed = personal_data.forget_person(GUILD, ANNA, later(1))
    assert personal_data.rows_of_person(ANNA) == {}
    assert str(ANNA) not in everything(handle)
    assert str(BEN) in everything(handle)
    assert removed["held_reminder"] == 1
    newest = audit.list_entries(GUILD, 1)[0]
    assert (newest.actor_id, newest.event_id, list(newest.changes)) == (None, None, ["person_forgotten"])


def test_nothing_of_a_forgotten_person_is_stored_by_what_members_do(handle: DatabaseHandle) -> None:
    fill()
    forgotten.forget(ANNA, NOW)
    members.change_choices(GUILD, ANNA, {"zone": "Europe/Paris"}, NOW)
    assert not members.opt_out(GUILD, EVENT, ANNA, NOW)
    assert str(ANNA) not in everything(handle)


@pytest.fixture
def archives(handle: DatabaseHandle, tmp_path: Path) -> Archives:
    """Archives that hold all that `fill` has made."""
    fill()
    reminder_log.close_pending(GUILD, EVENT, ReminderStatus.SKIPPED, "over", later(2))
    events.set_state(GUILD, EVENT, EventState.ARCHIVED, "gone", later(2))
    archives = Archives(tmp_path / "archives", handle.path)
    cutoff = NOW + timedelta(days=100)
    while old := next_slice(cutoff):
        archives.store(old)
        remove_slice(old, cutoff)
    return archives


def test_archives_tell_what_they_hold_of_a_person_and_forget_it(archives: Archives) -> None:
    told = archives.about(ANNA)
    tables = {table for rows in told.values() for table in rows}
    assert tables == {"reaction", "reminder_recipient", "held_reminder", "event"}
    assert str(BEN) not in json.dumps(told)
    archives.forget([ANNA])
    assert archives.about(ANNA) == {}
    assert archives.about(BEN) != {}
    assert all(str(ANNA).encode() not in path.read_bytes() for path in archives.paths())
