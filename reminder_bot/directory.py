"""Names of guilds and texts of events, kept up as the bot meets them."""

import logging
from collections.abc import Iterable

from persistence import events, guilds
from persistence.writer import DatabaseWriter
from reminder_bot.event_index import Watched
from utils.errors import StorageError
from utils.time import Clock

log = logging.getLogger(__name__)


class Directory:
    """Stores what things are called; when that fails it is no reason to fail anything else."""

    def __init__(self, *, clock: Clock, writer: DatabaseWriter) -> None:
        self._clock = clock
        self._writer = writer

    async def meet_guilds(self, names: Iterable[tuple[int, str]]) -> None:
        """Store the names of guilds by id."""
        now = self._clock.now()
        try:
            for guild_id, name in names:
                await self._writer.run(guilds.upsert_guild, guild_id, name, now)
        except StorageError as error:
            log.warning("guild name not stored error=%s", error)

    async def meet_text(self, watched: Watched, title: str, description: str | None) -> None:
        """Store an event's title and description anew, after its message was edited; no title leaves both."""
        if not title:
            return
        now = self._clock.now()
        try:
            await self._writer.run(events.set_text, watched.guild_id, watched.message_id, title, description, now)
        except StorageError as error:
            log.warning("event text not stored event_id=%s error=%s", watched.message_id, error)
