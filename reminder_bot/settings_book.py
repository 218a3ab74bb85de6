"""What every guild has chosen, in memory: read without waiting, written through the writer."""

import asyncio
from datetime import timedelta
from typing import Any

from models.guild_settings import GuildSettings, default_of
from persistence import guild_settings, told
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot.config import Settings
from utils.time import Clock

NOTHING_CHOSEN = GuildSettings()


class SettingsBook:
    """The settings of all guilds, and the operator's where a guild has chosen nothing."""

    def __init__(self, *, operator: Settings, clock: Clock, writer: DatabaseWriter, reader: DatabaseReader) -> None:
        self._operator = operator
        self._clock = clock
        self._writer = writer
        self._reader = reader
        self._chosen: dict[int, GuildSettings] = {}
        self._offered: set[int] = set()
        self._one_at_a_time = asyncio.Lock()

    async def load(self) -> None:
        """Read what all guilds have chosen.

        Raises:
            StorageError: it could not be read.
        """
        self._chosen = await self._reader.run(guild_settings.list_settings)

    def of(self, guild_id: int) -> GuildSettings:
        """Return what a guild has chosen."""
        return self._chosen.get(guild_id, NOTHING_CHOSEN)

    async def change(self, guild_id: int, by: int, **changes: Any) -> GuildSettings:
        """Change some settings, by their names in `GuildSettings`; return all as they are then. One transaction.

        Raises:
            StorageError: nothing was changed.
        """
        async with self._one_at_a_time:
            after = await self._writer.run(
                guild_settings.change_settings, guild_id, changes, self._clock.now(), actor_id=by
            )
            self._chosen[guild_id] = after
        return after

    async def reset(self, guild_id: int, by: int, *names: str) -> GuildSettings:
        """Make settings what they are when nothing was chosen; as `change`."""
        return await self.change(guild_id, by, **{name: default_of(name) for name in names})

    async def take_setup_offer(self, guild_id: int) -> bool:
        """Tell whether a set-up is to be offered: once for each guild, if nothing was chosen there. One transaction.

        Raises:
            StorageError: it is not known; nothing was changed.
        """
        if guild_id in self._offered or self.of(guild_id) != NOTHING_CHOSEN:
            return False
        is_first = await self._writer.run(told.note_told, "setup", guild_id, "offered", self._clock.now())
        self._offered.add(guild_id)
        return is_first

    def organiser_roles(self, guild_id: int) -> tuple[str, ...]:
        """Return the names and ids of the roles whose members organise there: the operator's and the guild's own."""
        return (*self._operator.admin_roles, *map(str, self.of(guild_id).organiser_roles))

    def default_interval(self, guild_id: int) -> timedelta:
        """Return the interval of an event for which none was named, within the operator's bounds."""
        minutes = self.of(guild_id).default_interval_minutes
        if minutes is None:
            return self._operator.default_interval
        # The operator may have moved the bounds after the guild has chosen.
        return min(max(timedelta(minutes=minutes), self._operator.min_interval), self._operator.max_interval)

    def default_reactions(self, guild_id: int) -> tuple[str, ...]:
        """Return the emoji that an event begins with."""
        return self.of(guild_id).emoji or self._operator.default_reactions
