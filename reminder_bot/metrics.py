"""What Prometheus reads: everything counted elsewhere, put into its words when it asks.

The only module that knows Prometheus. The parts count by themselves, in plain numbers, so that nothing waits for a
library where reactions come in. Nothing names a person, a message or a server.
"""

import asyncio
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector, CollectorRegistry

from persistence.database import DatabaseHandle
from persistence.reader import DatabaseReader
from persistence.timings import Timings
from persistence.writer import DatabaseWriter
from reminder_bot.event_manager import EventManager
from reminder_bot.pulse import Pulse
from reminder_bot.version import VERSION
from utils.errors import StorageError
from utils.histogram import Histogram
from utils.time import Clock

READ_SECONDS = 2.0
"""How long the database may take; without it, the rest is told."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the numbers come from.

    ``latency`` gives seconds, NaN or infinite before the first heartbeat was answered; ``last_backup_at`` None while
    there is no backup.
    """

    clock: Clock
    manager: EventManager
    handle: DatabaseHandle
    writer: DatabaseWriter
    reader: DatabaseReader
    pulse: Pulse
    latency: Callable[[], float]
    last_backup_at: Callable[[], datetime | None]


@dataclass(frozen=True, slots=True)
class _Stored:
    database_bytes: int
    wal_bytes: int


class Metrics:
    """Writes everything down in Prometheus's text format."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._process = ProcessCollector(registry=None)

    async def render(self) -> bytes:
        """Return the text; reads the database, and does without it when that does not answer."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                stored = await self._sources.reader.run(self._read)
        except (TimeoutError, StorageError):
            stored = None
        # One for each reading: two who ask at the same time must not mix.
        registry = CollectorRegistry()
        registry.register(_Reading(self._sources, stored))
        registry.register(self._process)
        # Some milliseconds of work for the processor: meanwhile the event loop gets its turns.
        return await asyncio.to_thread(generate_latest, registry)

    def _read(self) -> _Stored:
        handle = self._sources.handle
        return _Stored(handle.size_bytes, handle.wal_bytes)


class _Reading(Collector):
    def __init__(self, sources: Sources, stored: _Stored | None) -> None:
        self._from = sources
        self._stored = stored

    def collect(self) -> Iterator[Metric]:
        yield _gauge("build_info", "Always 1; the label is the version of the bot.", {VERSION: 1}, "version")
        yield from self._gateway()
        yield from self._answers_and_reminders()
        yield from self._writer()
        yield from self._functions()
        if self._stored is not None:
            yield from _database(self._stored)
        backup_at = self._from.last_backup_at()
        if backup_at is not None:
            age = (self._from.clock.now() - backup_at).total_seconds()
            yield _gauge("last_backup_age_seconds", "Time since the last good backup.", age)
        delays = self._from.pulse.delays
        yield _histogram("loop_delay_seconds", "By how much a timer of the event loop was late.", delays)

    def _gateway(self) -> Iterator[Metric]:
        session = self._from.manager.session
        yield _gauge("gateway_up", "Whether the gateway is up and the members are known.", session.is_online)
        yield _counter("gateway_sessions", "New sessions with the gateway; resumes do not count.", session.generation)
        latency = self._from.latency()
        if math.isfinite(latency):
            yield _gauge("gateway_latency_seconds", "Time a heartbeat took to be answered.", latency)

    def _answers_and_reminders(self) -> Iterator[Metric]:
        manager, ledger = self._from.manager, self._from.manager.ledger
        found = ledger.answers_added + ledger.answers_withdrawn + ledger.answers_changed
        answers = {"gateway": ledger.answers_stored, "reconciliation": found}
        yield _counter("answers_stored", "Answers given, changed or withdrawn, as stored.", answers, "source")
        reminders = {
            "sent": ledger.reminders_sent,
            "failed": ledger.reminders_failed,
            "skipped": ledger.reminders_skipped,
        }
        yield _counter("reminders", "Reminder messages by what became of them.", reminders, "outcome")
        yield _counter("people_pinged", "People pinged by reminders.", ledger.people_pinged)
        yield _histogram("reminder_lateness_seconds", "From being due to being sent.", ledger.lateness)
        counts = manager.index.counts
        events = {"active": counts.active, "paused": counts.paused, "blocked": counts.blocked}
        yield _gauge("events", "Watched events by what they do.", events, "state")
        yield _gauge("reminders_in_flight", "Reminders being sent.", manager.sending_count)

    def _writer(self) -> Iterator[Metric]:
        writer = self._from.writer
        yield _gauge("writer_queue_depth", "Store functions that wait to be committed.", writer.queue_depth)
        yield _gauge("writer_failing", "Whether the database cannot be written.", writer.is_failing)
        yield _histogram("commit_seconds", "Groups of writes, to the end of their commit.", writer.commit_times)

    def _functions(self) -> Iterator[Metric]:
        labels = ("thread", "function")
        calls = CounterMetricFamily(_named("store_calls"), "Calls of store functions.", labels=labels)
        seconds = CounterMetricFamily(_named("store_seconds"), "Time spent in store functions.", labels=labels)
        longest = GaugeMetricFamily(_named("store_longest_seconds"), "The slowest call so far.", labels=labels)
        threads: Mapping[str, Timings] = {"writer": self._from.writer.timings, "reader": self._from.reader.timings}
        for thread, timings in threads.items():
            for time in timings.slowest():
                calls.add_metric((thread, time.function), time.calls)
                seconds.add_metric((thread, time.function), time.seconds)
                longest.add_metric((thread, time.function), time.longest_seconds)
        yield from (calls, seconds, longest)


def _database(stored: _Stored) -> Iterator[Metric]:
    yield _gauge("database_bytes", "Size of the database file.", stored.database_bytes)
    yield _gauge("database_wal_bytes", "Size of the write-ahead log.", stored.wal_bytes)


def _named(name: str) -> str:
    return f"reminder_bot_{name}"


def _gauge(name: str, meaning: str, value: float | Mapping[str, float], label: str | None = None) -> Metric:
    return _filled(GaugeMetricFamily(_named(name), meaning, labels=[label] if label else None), value)


def _counter(name: str, meaning: str, value: float | Mapping[str, float], label: str | None = None) -> Metric:
    return _filled(CounterMetricFamily(_named(name), meaning, labels=[label] if label else None), value)


def _filled(
    family: GaugeMetricFamily | CounterMetricFamily, value: float | Mapping[str, float]
) -> GaugeMetricFamily | CounterMetricFamily:
    for key, number in value.items() if isinstance(value, Mapping) else [(None, value)]:
        family.add_metric([] if key is None else [key], number)
    return family


def _histogram(name: str, meaning: str, histogram: Histogram) -> Metric:
    buckets = [(f"{bound:g}" if math.isfinite(bound) else "+Inf", count) for bound, count in histogram.cumulative()]
    return HistogramMetricFamily(_named(name), meaning, buckets=buckets, sum_value=histogram.sum)
