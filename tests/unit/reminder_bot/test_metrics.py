"""What Prometheus is told is what happened; nothing in it names a person, a message or a server."""

import asyncio
import math
import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from models.records import SignalKind
from reminder_bot import metrics
from reminder_bot.metrics import Metrics, Sources
from reminder_bot.pulse import Pulse
from tests.unit.reminder_bot.conftest import House
from utils.errors import BlockedError

Told = dict[tuple[str, frozenset[tuple[str, str]]], float]


def metrics_of(
    house: House, latency: float = 0.05, last_backup_at: Callable[[], datetime | None] = lambda: None
) -> Metrics:
    sources = Sources(
        clock=house.clock, manager=house.manager, handle=house.handle, writer=house.writer, reader=house.reader,
        pulse=Pulse(lambda: True), latency=lambda: latency, last_backup_at=last_backup_at,
    )  # fmt: skip
    return Metrics(sources)


async def told(source: Metrics) -> Told:
    families = list(text_string_to_metric_families((await source.render()).decode()))
    return {
        (sample.name.removeprefix("reminder_bot_"), frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(told: Told, name: str, **labels: str) -> float:
    return told[name, frozenset(labels.items())]


async def test_answers_and_reminders_are_counted_by_what_became_of_them(house: House) -> None:
    await house.watch(minutes=10)
    await house.tick(minutes=10, seconds=3)
    for person in (1, 2):
        await house.react(person, "✅")
    await house.react(2, "✅", SignalKind.REMOVE)
    house.sender.failures.append(BlockedError("Missing Permissions"))
    await house.tick(minutes=11)
    found = await told(metrics_of(house))
    assert value(found, "answers_stored_total", source="gateway") == 3
    assert value(found, "reminders_total", outcome="sent") == 1
    assert value(found, "reminders_total", outcome="failed") == 1
    assert value(found, "people_pinged_total") == 3
    assert value(found, "reminder_lateness_seconds_bucket", le="2.5") == 0
    assert value(found, "reminder_lateness_seconds_bucket", le="5") == 1
    assert value(found, "reminder_lateness_seconds_sum") == 3
    assert value(found, "events", state="blocked") == 1


async def test_answers_that_a_reconciliation_found_are_counted_apart(house: House) -> None:
    await house.watch()
    house.source.held = {1: frozenset({"✅"}), 2: frozenset({"❌"})}
    await house.connect()
    found = await told(metrics_of(house))
    assert value(found, "answers_stored_total", source="reconciliation") == 2
    assert value(found, "answers_stored_total", source="gateway") == 0
    assert value(found, "gateway_sessions_total") == 2


async def test_store_is_told_with_what_its_functions_cost(house: House) -> None:
    await house.watch()
    found = await told(metrics_of(house))
    assert value(found, "store_calls_total", thread="writer", function="events.watch_event") == 1
    assert value(found, "store_seconds_total", thread="writer", function="events.watch_event") > 0
    assert value(found, "store_longest_seconds", thread="reader", function="events.list_tracked") > 0
    assert value(found, "commit_seconds_count") >= 1
    assert value(found, "writer_queue_depth") == 0
    assert value(found, "database_bytes") > 0
    assert value(found, "database_wal_bytes") > 0


@pytest.mark.parametrize("latency", [math.nan, math.inf])
async def test_what_is_not_known_yet_is_left_out(house: House, latency: float) -> None:
    names = {name for name, _labels in await told(metrics_of(house, latency))}
    assert not names & {"gateway_latency_seconds", "last_backup_age_seconds"}
    assert "process_resident_memory_bytes" in names


async def test_age_of_the_last_backup_is_told_once_there_is_one(house: House) -> None:
    made = house.clock.now() - timedelta(hours=3)
    found = await told(metrics_of(house, last_backup_at=lambda: made))
    assert value(found, "last_backup_age_seconds") == 3 * 3600


async def test_lost_gateway_shows(house: House) -> None:
    assert value(await told(metrics_of(house)), "gateway_up") == 1
    house.manager.session.lost()
    assert value(await told(metrics_of(house)), "gateway_up") == 0


async def test_labels_are_few_and_nothing_names_anybody(house: House) -> None:
    await house.watch(minutes=10)
    await house.tick(minutes=10)
    await house.react(1, "✅")
    text = (await metrics_of(house).render()).decode()
    labels = {key for _name, pairs in await told(metrics_of(house)) for key, _value in pairs}
    assert labels == {"version", "source", "outcome", "thread", "function", "state", "le"}
    assert not [secret for secret in ("Raid", "✅", str(house.path)) if secret in text]


async def test_database_that_does_not_answer_keeps_nothing_else_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "READ_SECONDS", 0.05)
    held = threading.Event()
    waiting = asyncio.create_task(house.reader.run(held.wait, 5))
    await asyncio.sleep(0)
    found = await told(metrics_of(house))
    held.set()
    await waiting
    assert value(found, "gateway_up") == 1
    assert not [name for name, _labels in found if name.startswith("database")]


async def test_two_who_ask_at_once_both_get_everything(house: House) -> None:
    source = metrics_of(house)
    first, second = await asyncio.gather(source.render(), source.render())
    assert first.count(b"# HELP") == second.count(b"# HELP") > 20


async def test_operations_page_lists_every_metric_and_asks_for_no_other(house: House) -> None:
    page = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
    source = metrics_of(house, last_backup_at=house.clock.now)
    families = text_string_to_metric_families((await source.render()).decode())
    # A counter's family is named without the ending that its samples have.
    there = {f"{family.name}_total" if family.type == "counter" else family.name for family in families}
    ours = {name for name in there if name.startswith("reminder_bot_")}
    listed = set(re.findall(r"`(reminder_bot_\w+)`", page.partition("| metric |")[2].partition("Useful questions")[0]))
    assert listed == ours
    asked = {name.removesuffix("_bucket") for name in re.findall(r"reminder_bot_\w+", page.partition("```promql")[2])}
    assert asked <= ours
