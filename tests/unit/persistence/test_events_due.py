"""What is due, what is next, and that both are searched in the index."""

import pytest

from models.sql import run_sql
from persistence import due_events, events
from persistence.database import DatabaseHandle
from persistence.statements import Statement
from tests.unit.persistence.factories import GUILD, NOW, OTHER_GUILD, later, watch

pytestmark = pytest.mark.usefixtures("store")


def test_due_events_of_all_guilds_come_longest_overdue_first() -> None:
    for number, (guild_id, due) in enumerate([(GUILD, 30), (OTHER_GUILD, 10), (GUILD, 20), (GUILD, 31)], start=1):
        watch(message_id=number, guild_id=guild_id, due=due)
    watch(message_id=5, due=5)
    events.pause(GUILD, 5, NOW)
    assert [event.message_id for event in due_events.list_due(later(30), 10)] == [2, 3, 1]
    assert [event.message_id for event in due_events.list_due(later(30), 2)] == [2, 3]
    assert due_events.list_due(later(9), 10) == []


def test_next_due_is_the_first_strictly_later() -> None:
    assert due_events.next_due_after(NOW) is None
    for number, due in enumerate([20, 10, 30], start=1):
        watch(message_id=number, due=due)
    assert due_events.next_due_after(NOW) == later(10)
    assert due_events.next_due_after(later(10)) == later(20)
    assert due_events.next_due_after(later(30)) is None


@pytest.mark.parametrize("statement", [due_events._select_due, due_events._select_next_due], ids=["due", "next"])
def test_partial_index_is_searched_and_nothing_sorted(handle: DatabaseHandle, statement: "object") -> None:
    assert callable(statement)
    query = statement()
    assert isinstance(query, Statement)
    values = ["2026"] + ([1] if query.sql.count("?") == 2 else [])
    plan = [row[3] for row in run_sql(handle.database, f"EXPLAIN QUERY PLAN {query.sql}", values)]
    assert len(plan) == 1
    assert "SEARCH" in plan[0]
    assert "INDEX event_next_reminder_at (next_reminder_at" in plan[0]
