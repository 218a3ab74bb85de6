"""Reads beside the writer, which cannot write."""

import asyncio
import threading
from collections.abc import Callable
from functools import partial

import pytest
from peewee import DoesNotExist

from models.database_models import Guild
from persistence import guilds
from persistence.database import DatabaseHandle
from persistence.reader import DatabaseReader
from tests.unit.persistence.factories import GUILD, NOW
from utils.errors import StorageClosedError, StorageError


async def test_reader_sees_what_is_committed_and_cannot_write(handle: DatabaseHandle) -> None:
    reader = DatabaseReader(handle)
    await reader.start()
    await reader.start()
    guilds.upsert_guild(GUILD, "Guild", NOW)
    assert await reader.run(guilds.get_guild_name, GUILD) == "Guild"
    with pytest.raises(StorageError, match="readonly"):
        await reader.run(guilds.upsert_guild, GUILD, "Other", now=NOW)
    assert await reader.run(guilds.get_guild_name, GUILD) == "Guild"
    await reader.close()


async def test_one_function_sees_one_state_of_the_database(handle: DatabaseHandle) -> None:
    guilds.upsert_guild(GUILD, "before", NOW)
    reader = DatabaseReader(handle)
    await reader.start()

    has_read, has_written = threading.Event(), threading.Event()

    def read_twice() -> tuple[str | None, str | None]:
        first = guilds.get_guild_name(GUILD)
        has_read.set()
        has_written.wait(timeout=5)
        return first, guilds.get_guild_name(GUILD)

    reading = asyncio.create_task(reader.run(read_twice))
    await asyncio.to_thread(has_read.wait, 5)
    guilds.upsert_guild(GUILD, "after", NOW)
    has_written.set()
    assert await reading == ("before", "before")
    assert await reader.run(guilds.get_guild_name, GUILD) == "after"
    await reader.close()


async def test_what_waits_is_read_together_and_each_gets_its_own_answer(handle: DatabaseHandle) -> None:
    guilds.upsert_guild(GUILD, "before", NOW)
    reader = DatabaseReader(handle)
    await reader.start()
    is_reading, may_go_on = threading.Event(), threading.Event()

    statements: list[str] = []

    def hold_the_thread() -> None:
        handle.connection().set_trace_callback(statements.append)
        is_reading.set()
        may_go_on.wait(timeout=5)

    first = asyncio.create_task(reader.run(hold_the_thread))
    await asyncio.to_thread(is_reading.wait, 5)
    # Asked for after this commit: the transaction of the first read does not serve them.
    guilds.upsert_guild(GUILD, "after", NOW)
    get_name = partial(guilds.get_guild_name, GUILD)
    calls: list[Callable[[], object]] = [
        get_name, get_name, lambda: 1 // 0, partial(guilds.upsert_guild, GUILD, "Other", NOW), get_name
    ]  # fmt: skip
    waiting = [asyncio.create_task(reader.run(call)) for call in calls]
    await asyncio.sleep(0)
    waiting[1].cancel()
    may_go_on.set()
    await first
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    kinds = [type(answer) for answer in answers]
    assert kinds == [str, asyncio.CancelledError, ZeroDivisionError, StorageError, str]
    assert (answers[0], answers[-1]) == ("after", "after")
    assert [text for text in statements if text.startswith("BEGIN")] == ["BEGIN DEFERRED"]
    await reader.close()


async def test_bug_in_a_function_reaches_its_caller_as_it_is(handle: DatabaseHandle) -> None:
    reader = DatabaseReader(handle)
    await reader.start()
    with pytest.raises(ZeroDivisionError):
        await reader.run(lambda: 1 // 0)
    with pytest.raises(DoesNotExist):
        await reader.run(Guild.get)
    await reader.close()


async def test_closed_reader_says_so(handle: DatabaseHandle) -> None:
    reader = DatabaseReader(handle)
    with pytest.raises(StorageClosedError):
        await reader.run(guilds.get_people, GUILD)
    await reader.start()
    await reader.close()
    await reader.close()
    with pytest.raises(StorageClosedError):
        await reader.run(guilds.get_people, GUILD)
