"""What members have chosen for themselves, in memory: read without waiting, written through the writer."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from models.member_choices import NOTHING_CHOSEN, MemberChoices
from persistence import members
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from utils.time import Clock

NOBODY: frozenset[int] = frozenset()
NO_CHOOSERS: Mapping[int, MemberChoices] = MappingProxyType({})


class MemberBook:
    """The choices of all members who have chosen something, and who does not want to be asked about which event."""

    def __init__(self, *, clock: Clock, writer: DatabaseWriter, reader: DatabaseReader) -> None:
        self._clock = clock
        self._writer = writer
        self._reader = reader
        self._choices: dict[int, dict[int, MemberChoices]] = {}
        self._opt_outs: dict[int, frozenset[int]] = {}
        self._one_at_a_time = asyncio.Lock()

    async def load(self) -> None:
        """Read what all members have chosen.

        Raises:
            StorageError: it could not be read.
        """
        self._choices = {}
        for (guild_id, user_id), chosen in (await self._reader.run(members.list_choices)).items():
            self._choices.setdefault(guild_id, {})[user_id] = chosen
        self._opt_outs = await self._reader.run(members.list_opt_outs)

    def of(self, guild_id: int, user_id: int) -> MemberChoices:
        """Return what a member has chosen."""
        return self.choosers(guild_id).get(user_id, NOTHING_CHOSEN)

    def choosers(self, guild_id: int) -> Mapping[int, MemberChoices]:
        """Return all members of a guild who have chosen something, with what they chose."""
        return self._choices.get(guild_id, NO_CHOOSERS)

    def opted_out(self, event_id: int) -> frozenset[int]:
        """Return who does not want to be asked about an event."""
        return self._opt_outs.get(event_id, NOBODY)

    async def change(self, guild_id: int, user_id: int, **changes: Any) -> MemberChoices:
        """Change some choices, by their names in `MemberChoices`; return all as they are then. One transaction.

        Raises:
            StorageError: nothing was changed.
        """
        async with self._one_at_a_time:
            after = await self._writer.run(members.change_choices, guild_id, user_id, changes, self._clock.now())
            theirs = self._choices.setdefault(guild_id, {})
            theirs.pop(user_id, None)
            if after != NOTHING_CHOSEN:
                theirs[user_id] = after
        return after

    async def opt_out(self, guild_id: int, event_id: int, user_id: int) -> bool:
        """Ask somebody no more about one event; False when the event is not this guild's.

        Raises:
            StorageError: nothing was changed.
        """
        async with self._one_at_a_time:
            done = await self._writer.run(members.opt_out, guild_id, event_id, user_id, self._clock.now())
            if done:
                self._opt_outs[event_id] = self.opted_out(event_id) | {user_id}
        return done

    async def opt_in(self, guild_id: int, event_id: int, user_id: int) -> bool:
        """Ask somebody about an event again; False when they had not opted out of it.

        Raises:
            StorageError: nothing was changed.
        """
        async with self._one_at_a_time:
            done = await self._writer.run(members.opt_in, guild_id, event_id, user_id)
            if done:
                self._opt_outs[event_id] = self.opted_out(event_id) - {user_id}
        return done

    def forget(self, user_id: int) -> None:
        """Drop everything of a person from memory, when their rows are gone."""
        for theirs in self._choices.values():
            theirs.pop(user_id, None)
        left = {event_id: people - {user_id} for event_id, people in self._opt_outs.items()}
        self._opt_outs = {event_id: people for event_id, people in left.items() if people}
