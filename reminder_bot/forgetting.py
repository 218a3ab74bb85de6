"""Who asked to be forgotten is asked no more."""

import asyncio
from collections.abc import Set

from models.records import TrackedEvent
from persistence.forgotten import ForgottenPeople, forgotten_people, is_forgotten
from persistence.reader import DatabaseReader
from reminder_bot.delivery_seams import Audience


class AudienceWithoutForgotten:
    """An audience without the people who asked to be forgotten.

    An id must be hashed to be recognised. Whoever was found not to be among them is remembered as long as the list
    stays what it is, so that an event of thousands is hashed once, and off the event loop.
    """

    def __init__(self, audience: Audience, reader: DatabaseReader) -> None:
        self._audience = audience
        self._reader = reader
        self._people = ForgottenPeople({})
        self._cleared: set[int] = set()

    async def asked(self, event: TrackedEvent) -> Set[int]:
        """Return the ids of all people who can see the event's channel, bots and forgotten people aside.

        Raises:
            DiscordError: as the audience itself.
            StorageError: who is forgotten cannot be read: then nobody may be asked.
        """
        return await self._without_forgotten(await self._audience.asked(event))

    async def reachable(self, event: TrackedEvent, user_ids: Set[int]) -> Set[int]:
        """Return those of some people who can see the event's channel and are not forgotten.

        Raises:
            DiscordError: as the audience itself.
            StorageError: as `asked`.
        """
        return await self._without_forgotten(await self._audience.reachable(event, user_ids))

    async def _without_forgotten(self, asked: Set[int]) -> Set[int]:
        people = await self._reader.run(forgotten_people)
        if not people:
            return asked
        if people != self._people:
            self._people, self._cleared = people, set()
        unknown = asked - self._cleared
        forgotten = await asyncio.to_thread(_held_by, people, unknown) if unknown else frozenset()
        if people == self._people:
            self._cleared |= unknown - forgotten
        return asked - forgotten

    async def asks(self, event: TrackedEvent, user_id: int) -> bool:
        """Return whether one person is among them.

        Raises:
            DiscordError: as the audience itself.
            StorageError: whether they are forgotten cannot be read.
        """
        return await self._audience.asks(event, user_id) and not await self._reader.run(is_forgotten, user_id)


def _held_by(people: ForgottenPeople, user_ids: Set[int]) -> frozenset[int]:
    return frozenset(user_id for user_id in user_ids if people.hold(user_id))
