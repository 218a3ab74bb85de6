"""Reads beside the writer, which cannot write."""

import asyncio
import threading

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
