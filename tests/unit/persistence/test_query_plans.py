"""No statement of the store reads a whole table, but those whose answer is about all of it."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import persistence
from models.sql import run_sql
from persistence import events
from persistence.database import DatabaseHandle, open_database
from persistence.statements import Statement
from tests.bench.filling import FIRST_GUILD, add_answers, event_ids, fill, many_events
from tests.bench.store_calls import GROUPS

READS_ALL = {
    "persistence.events._select_tracked",
    "persistence.forgotten._select_all",
    "persistence.forgotten._select_keys",
}
"""A start loads all events; the forgotten are few, and known by their hashes only."""

SHORT = "forgotten_person"
NO_TABLE = ("CONSTANT ROW", "json_each")


def compiled() -> Iterator[tuple[str, Callable[[], Statement]]]:
    """Every function of the store that builds a statement once."""
    for module in iter_modules(persistence.__path__, "persistence."):
        for name, made in vars(import_module(module.name)).items():
            if getattr(made, "__module__", "") == module.name and _is_compiled_once(made):
                yield f"{module.name}.{name}", made


def _is_compiled_once(made: object) -> bool:
    return hasattr(made, "cache_parameters") and made.cache_parameters()["maxsize"] is None


STATEMENTS = dict(compiled())


def plan(handle: DatabaseHandle, sql: str, values: int) -> list[str]:
    return [row[3] for row in run_sql(handle.database, f"EXPLAIN QUERY PLAN {sql}", [None] * values)]


def scans(handle: DatabaseHandle, sql: str, values: int = 0) -> list[str]:
    if SHORT in sql:
        return []
    steps = plan(handle, sql, values)
    # The rows of a query within this one: how those are found is a step of its own.
    found_before = {f"SCAN {step.split()[1]}" for step in steps if step.startswith(("CO-ROUTINE", "MATERIALIZE"))}
    return [
        step
        for step in steps
        if step.startswith("SCAN") and step not in found_before and not any(part in step for part in NO_TABLE)
    ]


def is_of_search_index(sql: str) -> bool:
    """Whether a trigger runs it, which is traced as a comment, or FTS5 itself, on tables of its own."""
    return sql.startswith("--") or "'event_text_" in sql


@pytest.mark.parametrize("name", sorted(STATEMENTS.keys() - READS_ALL))
def test_compiled_statement_searches(handle: DatabaseHandle, name: str) -> None:
    sql = STATEMENTS[name]().sql
    assert scans(handle, sql, sql.count("?")) == []


@pytest.mark.parametrize("name", sorted(READS_ALL))
def test_statement_about_everything_is_known_to_scan(handle: DatabaseHandle, name: str) -> None:
    sql = STATEMENTS[name]().sql
    assert any(step.startswith("SCAN") for step in plan(handle, sql, sql.count("?")))


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[DatabaseHandle]:
    fill(tmp_path / "full.db", many_events(3), people=3)
    add_answers(tmp_path / "full.db", event_ids(3), 3)
    handle = open_database(tmp_path / "full.db")
    handle.connect()
    yield handle
    handle.database.close()
    handle.close()


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_store_functions_run_nothing_that_scans(filled: DatabaseHandle, group: str) -> None:
    ran: set[str] = set()
    for call in GROUPS[group].values():
        with filled.database.transaction("IMMEDIATE") as transaction:
            filled.connection().set_trace_callback(ran.add)
            call(FIRST_GUILD, event_ids(3)[1])
            filled.connection().set_trace_callback(None)
            transaction.rollback()
    found = {sql: steps for sql in ran if not is_of_search_index(sql) and (steps := scans(filled, sql))}
    assert found == {}


def test_a_scan_is_seen(filled: DatabaseHandle) -> None:
    ran: list[str] = []
    filled.connection().set_trace_callback(ran.append)
    events.list_tracked()
    filled.connection().set_trace_callback(None)
    assert [scans(filled, sql) for sql in ran] == [["SCAN t1"]]
