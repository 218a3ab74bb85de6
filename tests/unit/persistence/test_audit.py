"""Who changed what: recorded with the change, or not at all."""

from datetime import timedelta
from typing import Any

import pytest

from models.database_models import Event
from models.records import EventState
from models.sql import run_sql
from persistence import audit, events
from persistence.database import DatabaseHandle
from persistence.writer import DatabaseWriter
from tests.unit.persistence.factories import CHANNEL, EVENT, GUILD, NOW, ORGANISER, OTHER_GUILD, later, new_event, watch

SOMEBODY = 77


def changes(event_id: int | None = None) -> list[tuple[int | None, dict[str, tuple[Any, Any]]]]:
    """Who changed what in the guild, oldest first."""
    return [(entry.actor_id, dict(entry.changes)) for entry in reversed(audit.list_entries(GUILD, 100, event_id))]


def test_watching_is_recorded_with_who_made_the_event(store: DatabaseHandle) -> None:
    watch()
    (entry,) = audit.list_entries(GUILD, 10)
    assert (entry.actor_id, entry.event_id, entry.channel_id, entry.at) == (ORGANISER, EVENT, CHANNEL, NOW)
    assert entry.title == "Raid night"
    assert entry.changes["state"] == (None, "active")
    assert entry.changes["interval_minutes"] == (None, 60.0)
    assert "state_reason" not in entry.changes, "nothing became of nothing"


def test_what_people_change_is_recorded_from_what_to_what(store: DatabaseHandle) -> None:
    watch()
    events.pause(GUILD, EVENT, later(1), SOMEBODY)
    events.resume(GUILD, EVENT, later(60), later(2), SOMEBODY + 1)
    events.set_interval(GUILD, EVENT, 5.0, later(5), later(3), SOMEBODY)
    events.set_state(GUILD, EVENT, EventState.COMPLETED, "unwatched", later(4), actor_id=SOMEBODY)
    assert changes()[1:] == [
        (SOMEBODY, {"is_paused": (False, True)}),
        (SOMEBODY + 1, {"is_paused": (True, False)}),
        (SOMEBODY, {"interval_minutes": (60.0, 5.0)}),
        (SOMEBODY, {"state": ("active", "completed"), "state_reason": (None, "unwatched")}),
    ]


def test_what_the_bot_does_by_itself_has_no_actor(store: DatabaseHandle) -> None:
    watch()
    events.set_state(GUILD, EVENT, EventState.BLOCKED, "403", later(1))
    assert changes()[1:] == [(None, {"state": ("active", "blocked"), "state_reason": (None, "403")})]


def test_change_that_changes_nothing_is_not_recorded(store: DatabaseHandle) -> None:
    watch()
    events.set_interval(GUILD, EVENT, 60.0, later(5), later(1), SOMEBODY)
    events.resume(GUILD, EVENT, later(60), later(2), SOMEBODY)
    events.set_state(GUILD, EVENT, EventState.BLOCKED, "403", later(3), only_from=(EventState.ARCHIVED,))
    events.pause(GUILD, EVENT + 1, later(4), SOMEBODY)
    assert len(changes()) == 1


def test_what_the_bot_plans_and_what_authors_edit_is_not_recorded(store: DatabaseHandle) -> None:
    watch()
    events.go_quiet(GUILD, EVENT, later(60), later(1))
    events.arm_if_quiet(GUILD, EVENT, later(70), later(2))
    events.set_text(GUILD, EVENT, "Edited", None, later(3))
    assert len(changes()) == 1
    assert audit.list_entries(GUILD, 1)[0].title == "Edited"


def test_watching_again_records_what_became_different(store: DatabaseHandle) -> None:
    watch()
    events.set_state(GUILD, EVENT, EventState.COMPLETED, "unwatched", later(1), actor_id=SOMEBODY)
    events.watch_event(new_event(title="Raid, moved"), later(2))
    actor, changed = changes()[-1]
    assert actor == ORGANISER
    assert changed == {
        "state": ("completed", "active"),
        "state_reason": ("unwatched", None),
        "title": ("Raid night", "Raid, moved"),
    }


def test_setting_of_a_guild_is_recorded_without_an_event(store: DatabaseHandle) -> None:
    watch()
    assert audit.record_setting(GUILD, "time_zone", None, "Europe/Berlin", later(1), SOMEBODY)
    assert not audit.record_setting(GUILD, "time_zone", "UTC", "UTC", later(2), SOMEBODY)
    entry = audit.list_entries(GUILD, 10)[0]
    assert (entry.event_id, entry.channel_id, entry.title, entry.actor_id) == (None, None, None, SOMEBODY)
    assert entry.changes == {"time_zone": (None, "Europe/Berlin")}


def test_entries_are_the_newest_first_of_one_guild_and_of_one_event_when_asked(store: DatabaseHandle) -> None:
    for number in range(3):
        watch(message_id=EVENT + number)
    watch(message_id=EVENT + 9, guild_id=OTHER_GUILD)
    events.pause(GUILD, EVENT + 1, later(1), SOMEBODY)
    assert [entry.event_id for entry in audit.list_entries(GUILD, 3)] == [EVENT + 1, EVENT + 2, EVENT + 1]
    assert [dict(entry.changes) for entry in audit.list_entries(GUILD, 1, EVENT + 1)] == [{"is_paused": (False, True)}]


def test_entry_outlives_its_event(store: DatabaseHandle) -> None:
    watch()
    Event.delete().where(Event.message_id == EVENT).execute()
    (entry,) = audit.list_entries(GUILD, 10, EVENT)
    assert (entry.title, entry.channel_id) == (None, CHANNEL)


def test_pruning_takes_the_oldest_in_bounded_steps_and_no_others(store: DatabaseHandle) -> None:
    for number in range(5):
        watch(message_id=EVENT + number, at=NOW + timedelta(days=number))
    before = NOW + timedelta(days=3)
    assert [audit.prune(before, 2) for _ in range(3)] == [2, 1, 0]
    assert [entry.at for entry in audit.list_entries(GUILD, 10)] == [NOW + timedelta(days=day) for day in (4, 3)]


@pytest.mark.parametrize("listed", ["guild_id = 1", "guild_id = 1 AND event_id = 2"], ids=["of a guild", "of an event"])
def test_listing_searches_an_index_and_sorts_nothing(store: DatabaseHandle, listed: str) -> None:
    query = f"EXPLAIN QUERY PLAN SELECT * FROM audit_log WHERE {listed} ORDER BY id DESC LIMIT 10"
    plan = " ".join(row[3] for row in run_sql(store.database, query))
    assert "USING INDEX audit_log_" in plan
    assert "TEMP B-TREE" not in plan


async def test_change_that_fails_leaves_no_entry(handle: DatabaseHandle) -> None:
    handle.database.close()
    writer = DatabaseWriter(handle)
    await writer.start()

    def pause_and_fail() -> None:
        events.pause(GUILD, EVENT, later(1), SOMEBODY)
        raise ZeroDivisionError

    await writer.run(watch)
    with pytest.raises(ZeroDivisionError):
        await writer.run(pause_and_fail)
    assert len(await writer.run(changes)) == 1
    await writer.close()
    handle.database.connect()
