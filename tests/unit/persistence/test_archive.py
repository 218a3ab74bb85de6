"""What has grown old goes into archives: nothing twice, nothing lost, and nothing that is still needed."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models.database_models import Event, Reaction, ReminderLog, ReminderRecipient
from models.event_options import NOBODY, AudienceRule, EventOptions
from models.records import EventState, ReminderStatus, Schedule
from persistence import events, outdated, reminder_log
from persistence.archive import Archives
from persistence.database import DatabaseHandle
from persistence.outdated import next_slice, remove_slice
from tests.unit.persistence.factories import (
    EVENT,
    GUILD,
    NOW,
    ORGANISER,
    YES,
    add,
    apply_signal,
    later,
    watch,
)
from utils.errors import StorageError

ANNA, BEN = 41, 42
CUTOFF = NOW + timedelta(days=100)


def remind(minutes: float = 60) -> None:
    """One reminder of the one event, sent to Anna and Ben."""
    (claim,) = reminder_log.claim(GUILD, EVENT, later(minutes), [(ANNA, BEN)], later(minutes), due_only=False)
    reminder_log.complete(GUILD, claim.log_id, int(minutes), later(minutes), {ANNA, BEN}, later(minutes))


def clean_up(archives: Archives, crash_after: int | None = None) -> int:
    """Do it as the bot does; with ``crash_after``, end after so many slices were archived and before one is removed."""
    done = 0
    while old := next_slice(CUTOFF):
        archives.store(old)
        if crash_after is not None and done >= crash_after:
            return done
        done += remove_slice(old, CUTOFF)
    return done


def archived(archives: Archives, sql: str) -> list[Any]:
    rows = []
    for path in archives.paths():
        with closing(sqlite3.connect(path)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
            if sql.split(" FROM ")[1].split()[0] in tables:
                rows += connection.execute(sql).fetchall()
    return rows


@pytest.fixture
def archives(handle: DatabaseHandle, tmp_path: Path) -> Archives:
    return Archives(tmp_path / "backups", handle.path)


def test_old_log_goes_into_the_archive_of_its_month(archives: Archives) -> None:
    watch()
    for days in (0, 20, 40):
        remind(days * 1440 + 60)
    remind(200 * 1440)
    assert clean_up(archives) == 3
    assert [path.name for path in archives.paths()] == ["bot-archive-2026-03.db", "bot-archive-2026-04.db"]
    assert [path.stat().st_mode & 0o777 for path in archives.paths()] == [0o600, 0o600]
    assert len(archived(archives, "SELECT * FROM reminder_log")) == 3
    assert sorted(archived(archives, "SELECT user_id, outcome FROM reminder_recipient")) == sorted(
        [(ANNA, "pinged"), (BEN, "pinged")] * 3
    )
    assert (ReminderLog.select().count(), ReminderRecipient.select().count()) == (1, 2)
    assert clean_up(archives) == 0


def test_event_that_was_archived_long_ago_goes_with_all_that_is_its_own(archives: Archives) -> None:
    watch()
    watch(EVENT + 1)
    apply_signal(add(ANNA, YES), NOW)
    remind()
    events.set_state(GUILD, EVENT, EventState.ARCHIVED, "The message was deleted.", later(61))
    assert clean_up(archives) == 3
    assert [event.message_id for event in Event.select()] == [EVENT + 1]
    assert (Reaction.select().count(), ReminderLog.select().count()) == (0, 0)
    assert archived(archives, "SELECT message_id, title, state FROM event") == [(EVENT, "Raid night", "archived")]
    assert archived(archives, "SELECT user_id, emoji FROM reaction") == [(ANNA, YES)]


@pytest.mark.parametrize("state", [EventState.ACTIVE, EventState.COMPLETED, EventState.BLOCKED])
def test_event_in_any_other_state_stays(archives: Archives, state: EventState) -> None:
    watch()
    apply_signal(add(ANNA, YES), NOW)
    events.set_state(GUILD, EVENT, state, None, later(1))
    assert clean_up(archives) == 0
    assert Reaction.select().count() == 1


def test_reminder_that_is_being_sent_keeps_its_event_and_log(archives: Archives) -> None:
    watch()
    remind()
    reminder_log.claim(GUILD, EVENT, later(90), [(ANNA,)], later(90), due_only=False)
    Event.update(state=EventState.ARCHIVED, state_changed_at=NOW).execute()
    assert clean_up(archives) == 0
    reminder_log.close_pending(GUILD, EVENT, ReminderStatus.SKIPPED, "archived", later(91))
    assert clean_up(archives) == 3


@pytest.mark.parametrize("crash_after", [0, 1, 2])
def test_crash_between_copy_and_removal_copies_nothing_twice_and_loses_nothing(
    archives: Archives, crash_after: int
) -> None:
    watch()
    apply_signal(add(ANNA, YES), NOW)
    remind()
    events.set_state(GUILD, EVENT, EventState.ARCHIVED, None, later(61))
    clean_up(archives, crash_after)
    clean_up(archives)
    counts = [len(archived(archives, f"SELECT * FROM {table}")) for table in ("reminder_log", "reaction", "event")]
    assert counts == [1, 1, 1]
    assert len(archived(archives, "SELECT * FROM reminder_recipient")) == 2
    assert Event.select().count() == 0


def test_row_number_that_is_used_again_replaces_nothing(archives: Archives) -> None:
    watch()
    remind(60)
    clean_up(archives)
    remind(61)
    assert ReminderLog.get().id == 1, "SQLite gave the number again"
    clean_up(archives)
    assert len(archived(archives, "SELECT * FROM reminder_log")) == 2
    assert len(archived(archives, "SELECT * FROM reminder_recipient")) == 4


def test_event_that_is_watched_again_meanwhile_stays(archives: Archives) -> None:
    watch()
    events.set_state(GUILD, EVENT, EventState.ARCHIVED, None, later(1))
    old = next_slice(CUTOFF)
    assert old is not None
    watch()
    assert remove_slice(old, CUTOFF) == 0
    assert Event.select().count() == 1


def test_batch_that_was_claimed_under_the_number_of_one_removed_meanwhile_stays(archives: Archives) -> None:
    watch()
    remind()
    old = next_slice(CUTOFF)
    assert old is not None
    ReminderLog.delete().execute()
    (claim,) = reminder_log.claim(GUILD, EVENT, later(90), [(ANNA,)], later(90), due_only=False)
    assert old.ids == (claim.log_id,)
    assert remove_slice(old, CUTOFF) == 0


def test_slices_are_bounded(archives: Archives, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outdated, "BATCHES_PER_SLICE", 2)
    watch()
    for minutes in range(5):
        remind(60 + minutes)
    sizes = []
    while old := next_slice(CUTOFF):
        archives.store(old)
        sizes.append(remove_slice(old, CUTOFF))
    assert sizes == [2, 2, 1]


def test_column_that_a_later_version_adds_is_added_to_the_archive(archives: Archives, handle: DatabaseHandle) -> None:
    watch()
    remind(60)
    clean_up(archives)
    handle.connection().execute("ALTER TABLE reminder_log ADD COLUMN mood TEXT DEFAULT 'good'")
    remind(61)
    clean_up(archives)
    assert sorted(archived(archives, "SELECT mood FROM reminder_log"), key=str) == [("good",), (None,)]


def test_person_is_removed_from_archives_too(archives: Archives) -> None:
    watch()
    apply_signal(add(ANNA, YES), NOW)
    remind()
    events.set_state(GUILD, EVENT, EventState.ARCHIVED, None, later(61))
    clean_up(archives)
    assert archives.forget([ANNA, ORGANISER]) == {archives.paths()[0]: 3}
    assert archives.forget([ANNA]) == {}
    assert archived(archives, "SELECT user_id FROM reminder_recipient") == [(BEN,)]
    assert archived(archives, "SELECT user_id FROM reaction") == []
    assert archived(archives, "SELECT created_by FROM event") == [(None,)]


def test_person_is_removed_from_whom_archived_events_asked(archives: Archives) -> None:
    watch()
    rule = AudienceRule(members=(ANNA,), excluded_members=(BEN,))
    events.set_schedule(GUILD, EVENT, Schedule(None, None, EventOptions(audience=rule)), NOW)
    events.set_state(GUILD, EVENT, EventState.ARCHIVED, None, later(61))
    clean_up(archives)
    assert archives.forget([ANNA]) == {archives.paths()[0]: 1}
    assert archives.forget([ANNA]) == {}
    [(options,)] = archived(archives, "SELECT options FROM event")
    assert json.loads(options) == {"audience": {"members": [str(NOBODY)], "excluded_members": [str(BEN)]}}


def test_archive_from_before_there_were_options_is_searched_too(archives: Archives) -> None:
    watch()
    events.set_state(GUILD, EVENT, EventState.ARCHIVED, None, later(61))
    clean_up(archives)
    with closing(sqlite3.connect(archives.paths()[0])) as connection:
        connection.execute("ALTER TABLE event DROP COLUMN options")
    assert archives.forget([ORGANISER]) == {archives.paths()[0]: 1}


def test_archive_that_cannot_be_written_is_told_and_nothing_is_removed(archives: Archives, tmp_path: Path) -> None:
    watch()
    remind()
    (tmp_path / "backups").write_text("in the way")
    old = next_slice(CUTOFF)
    assert old is not None
    with pytest.raises(StorageError, match="a file is in its place"):
        archives.store(old)
    (tmp_path / "backups").unlink()
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "bot-archive-2026-03.db").write_text("no database")
    with pytest.raises(StorageError, match="cannot be written: file is not a database"):
        archives.store(old)
    assert ReminderLog.select().count() == 1
