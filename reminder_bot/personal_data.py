"""What is stored of a person: given to them, removed for them, and kept from coming back until they ask for it."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from persistence import personal_data
from persistence.forgotten import take_in_again
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot.care_jobs import CareJobs
from reminder_bot.event_manager import EventManager
from reminder_bot.member_book import MemberBook
from utils.time import Clock, to_text

SAFE_INTEGER = 2**53
"""Beyond it, readers of JSON that know only floating-point numbers round."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was removed of a person: rows by table, and rows in archives."""

    rows: dict[str, int]
    archived: int


class PersonalData:
    """Reads, removes and keeps out what is stored of a person, in the database and in its archives."""

    def __init__(
        self,
        *,
        clock: Clock,
        writer: DatabaseWriter,
        reader: DatabaseReader,
        jobs: CareJobs,
        members: MemberBook,
        manager: EventManager,
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._reader = reader
        self._jobs = jobs
        self._members = members
        self._manager = manager

    async def file_of(self, user_id: int) -> bytes:
        """Return all that is stored of a person, in all servers, as JSON in UTF-8; ids are texts there.

        Raises:
            StorageError: it could not be read.
        """
        tables = await self._reader.run(personal_data.rows_of_person, user_id)
        async with self._jobs.resting_archives() as archives:
            archived = await asyncio.to_thread(archives.about, user_id)
        told = {"user_id": str(user_id), "made_at": to_text(self._clock.now()), "tables": tables, "archives": archived}
        return await asyncio.to_thread(_written, told)

    async def forget(self, guild_id: int, user_id: int) -> Receipt:
        """Remove all that is stored of a person, and neither store nor ask them from now on.

        Archives first: were the process to end in between, the person would not be taken for forgotten while rows of
        theirs are left, and would ask again.

        Raises:
            StorageError: they are not forgotten; archives may have been cleaned of them already.
        """
        async with self._jobs.resting_archives() as archives:
            touched = await asyncio.to_thread(archives.forget, [user_id])
            rows = await self._writer.run(personal_data.forget_person, guild_id, user_id, self._clock.now())
        self._members.forget(user_id)
        # Whatever is on its way is decided again, by a list of the forgotten that has them.
        for guild in {watched.guild_id for watched in self._manager.index}:
            self._manager.choices_changed(guild, user_id)
        return Receipt(rows, sum(touched.values()))

    async def remember(self, user_id: int, guild_ids: Iterable[int]) -> bool:
        """Store and ask a person again, a member of these guilds; False when they were not forgotten.

        Their reactions are still there on Discord: they are read before anybody is reminded of the events again.

        Raises:
            StorageError: nothing was changed.
        """
        watched = [each for guild_id in guild_ids for each in self._manager.index.in_guild(guild_id)]
        for each in watched:
            self._manager.session.distrust(each.message_id)
        try:
            return await self._writer.run(take_in_again, user_id)
        finally:
            for each in watched:
                self._manager.restoration.restore_soon(each.guild_id, each.message_id)


def _written(told: Any) -> bytes:
    return json.dumps(_readable(told), ensure_ascii=False, indent=1).encode()


def _readable(value: Any) -> Any:
    """Write whole numbers that JSON's readers would round, which here are ids, as text."""
    if isinstance(value, dict):
        return {name: _readable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_readable(each) for each in value]
    is_large = isinstance(value, int) and not isinstance(value, bool) and abs(value) > SAFE_INTEGER
    return str(value) if is_large else value
