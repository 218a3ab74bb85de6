"""Which indexes the bot's statements use, found out by playing them."""

import inspect
import sys
from types import FrameType, ModuleType
from typing import Any

from models.database_models import database_proxy
from models.sql import run_sql
from persistence import (
    bot_state,
    delivery_log,
    dormant_events,
    escalations,
    event_search,
    events,
    forgotten,
    guilds,
    held,
    person_answers,
    reactions,
    reminder_log,
)
from persistence.database import DatabaseHandle, read_only_database
from persistence.index_report import rebuild_indexes, report_indexes
from persistence.rehearsal import play_statements
from tests.unit.persistence.factories import watch

STORES = (
    bot_state,
    delivery_log,
    dormant_events,
    escalations,
    event_search,
    events,
    forgotten,
    guilds,
    held,
    person_answers,
    reactions,
    reminder_log,
)


def public_functions(module: ModuleType) -> set[str]:
    return {
        name
        for name, found in vars(module).items()
        if inspect.isfunction(found) and found.__module__ == module.__name__ and not name.startswith("_")
    }


def test_every_store_function_is_played() -> None:
    called: set[tuple[str, str]] = set()

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call":
            called.add((frame.f_code.co_filename, frame.f_code.co_name))

    sys.setprofile(note)
    try:
        play_statements()
    finally:
        sys.setprofile(None)
    missed = [
        f"{store.__name__}.{name}"
        for store in STORES
        for name in sorted(public_functions(store))
        if (store.__file__, name) not in called
    ]
    assert missed == []


def test_rehearsal_leaves_the_models_bound_as_they_were(handle: DatabaseHandle) -> None:
    watch()
    assert len(play_statements()) > 50
    assert database_proxy.obj is handle.database
    assert len(events.list_tracked()) == 1


def test_report_names_users_sizes_and_what_nothing_uses(handle: DatabaseHandle) -> None:
    watch()
    run_sql(handle.database, "CREATE INDEX nobody ON event (title)")
    database = read_only_database(handle.path)
    with database.connection_context():
        report = {index.name: index for index in report_indexes(database, play_statements())}
    assert report["event_next_reminder_at"].functions == (
        "due_events.look", "due_events.list_due", "due_events.next_due_after",
    )  # fmt: skip
    assert "reactions.answered_user_ids" in report["reaction_event_id_user_id"].functions
    assert report["reaction_event_id_user_id"].duty == "keeps the key unique"
    assert report["event_guild_id_created_at"].duty == "finds what refers to a row"
    assert "events.list_events" in report["event_guild_id_created_at"].functions
    assert report["nobody"].columns == ("title",)
    assert {name for name, index in report.items() if index.is_unused} == {
        "event_guild_id_is_paused",
        "nobody",
    }
    assert all(index.size_bytes == 4096 for index in report.values())


def test_only_index_for_a_reference_has_that_duty(handle: DatabaseHandle) -> None:
    run_sql(handle.database, "DROP INDEX event_guild_id_created_at")
    report = {index.name: index for index in report_indexes(handle.database, [])}
    assert report["event_guild_id_is_paused"].duty == "finds what refers to a row"


def test_rebuilt_indexes_are_whole(handle: DatabaseHandle) -> None:
    watch()
    rebuild_indexes(handle.database)
    assert run_sql(handle.database, "PRAGMA integrity_check").fetchall() == [("ok",)]
