"""Statistics for the planner, and pages given back."""

from models.sql import run_sql
from persistence import bot_state, optimisation
from persistence.database import DatabaseHandle
from tests.unit.persistence.factories import NOW, watch


def test_free_pages_are_given_back_in_slices_within_a_transaction(handle: DatabaseHandle) -> None:
    bot_state.set_value("filler", "x" * 2_000_000, NOW)
    run_sql(handle.database, "DELETE FROM bot_state")
    before = optimisation.room()
    assert before.free_bytes >= 1_990_000
    calls = 0
    with handle.database.transaction("IMMEDIATE"):
        while optimisation.release_pages(100):
            calls += 1
    after = optimisation.room()
    assert calls == before.free_bytes // 4096 // 100
    assert after.free_bytes == 0
    assert before.size_bytes - after.size_bytes >= 1_990_000
    assert not optimisation.release_pages()


def test_statistics_are_gathered_and_the_schema_stays_what_it_is(handle: DatabaseHandle) -> None:
    watch()
    assert optimisation.gather_statistics() >= 2


def test_file_that_cannot_give_pages_back_is_left(handle: DatabaseHandle) -> None:
    bot_state.set_value("filler", "x" * 100_000, NOW)
    run_sql(handle.database, "PRAGMA auto_vacuum = 0")
    run_sql(handle.database, "VACUUM")
    run_sql(handle.database, "DELETE FROM bot_state")
    assert not optimisation.release_pages()
    assert optimisation.room().free_bytes > 0
