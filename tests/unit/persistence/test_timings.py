"""What store functions cost is counted by name, on both threads, also when they fail."""

from functools import partial

import pytest

from persistence import events, guilds
from persistence.database import DatabaseHandle
from persistence.reader import DatabaseReader
from persistence.timings import FunctionTime, Timings
from persistence.writer import DatabaseWriter
from tests.unit.persistence.factories import EVENT, GUILD, NOW


class Store:
    def read(self) -> None: ...


def test_runs_of_a_function_are_added_up_and_the_dearest_comes_first() -> None:
    timings = Timings()
    for seconds in (1.0, 3.0, 2.0):
        timings.add(partial(events.get_event, GUILD, EVENT), seconds)
    timings.add(events.is_empty, 10.0)
    assert timings.slowest() == [
        FunctionTime("events.is_empty", 1, 10.0, 10.0),
        FunctionTime("events.get_event", 3, 6.0, 3.0),
    ]


def test_calls_made_anew_each_time_share_one_entry() -> None:
    timings = Timings()
    for _ in range(3):
        timings.add(partial(Store().read), 1.0)
        timings.add(lambda: None, 1.0)
    assert sorted((time.function.rpartition(".")[2], time.calls) for time in timings.slowest()) == [
        ("<lambda>", 3),
        ("read", 3),
    ]


async def test_both_threads_time_what_they_run_also_when_it_fails(handle: DatabaseHandle) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    handle.database.close()
    writer, reader = DatabaseWriter(handle), DatabaseReader(handle)
    await writer.start()
    await reader.start()
    await writer.run(guilds.upsert_guild, GUILD, "Guild", NOW)
    await reader.run(guilds.get_guild_name, GUILD)
    for thread in (writer, reader):
        with pytest.raises(ZeroDivisionError):
            await thread.run(fail)
    for thread, function in ((writer, "guilds.upsert_guild"), (reader, "guilds.get_guild_name")):
        timed = {time.function.rpartition("<locals>.")[2]: time for time in thread.timings.slowest()}
        assert set(timed) == {function, "fail"}
        assert timed[function].calls == 1
        assert 0 < timed[function].seconds == timed[function].longest_seconds
    await reader.close()
    await writer.close()
    handle.database.connect()


async def test_commit_times_hold_the_groups_that_tried_the_disk(handle: DatabaseHandle) -> None:
    handle.database.close()
    writer = DatabaseWriter(handle)
    await writer.start()
    await writer.run(events.is_empty)
    assert writer.commit_times.count == 0
    await writer.run(guilds.upsert_guild, GUILD, "Guild", NOW)
    assert writer.commit_times.count == 1
    assert writer.commit_times.sum > 0
    await writer.close()
    handle.database.connect()


def test_size_of_the_write_ahead_log_is_told_and_none_without_it(handle: DatabaseHandle) -> None:
    guilds.upsert_guild(GUILD, "Guild", NOW)
    assert handle.wal_bytes > 0
    handle.checkpoint()
    assert handle.wal_bytes == 0
    handle.database.close()
    assert handle.wal_bytes == 0
    handle.database.connect()
