"""Imported events whose server no file names: found by their channel, they become events like any other."""

import logging

from models.import_records import ImportedEntry
from models.records import TrackedEvent
from persistence import imported_events
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot.event_index import EventIndex
from reminder_bot.guild_finder import GuildFinder
from utils.errors import BlockedError, DiscordError, GoneError
from utils.time import Clock

log = logging.getLogger(__name__)


class UnresolvedEvents:
    """Gives events their server. What cannot be found waits on; nothing is ever dropped."""

    def __init__(
        self, *, clock: Clock, writer: DatabaseWriter, reader: DatabaseReader, index: EventIndex, finder: GuildFinder
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._reader = reader
        self._index = index
        self._finder = finder
        self._told: set[int] = set()

    async def resolve_all(self) -> list[TrackedEvent]:
        """Try every event that waits, and return those that have found their server: watched, not yet reconciled.

        Raises:
            StorageError: the list could not be read, or an event not be moved; it waits on.
        """
        waiting = await self._reader.run(imported_events.list_unresolved)
        found = [event for entry in waiting if (event := await self._resolve(entry)) is not None]
        if waiting:
            log.info("servers of imported events looked for found=%s of=%s", len(found), len(waiting))
        return found

    async def _resolve(self, entry: ImportedEntry) -> TrackedEvent | None:
        try:
            guild_id = await self._finder.guild_of(entry.channel_id)
        except (GoneError, BlockedError) as error:
            self._tell_once(entry, str(error))
            return None
        except DiscordError as error:
            log.info("server of an imported event not found yet event_id=%s error=%s", entry.message_id, error)
            return None
        if guild_id is None:
            self._tell_once(entry, "the channel is in no server")
            return None
        event = await self._writer.run(imported_events.resolve, entry.message_id, guild_id, self._clock.now())
        if event is not None:
            self._index.put(event)
            log.info("server of an imported event found event_id=%s guild_id=%s", event.message_id, guild_id)
        return event

    def _tell_once(self, entry: ImportedEntry, reason: str) -> None:
        if entry.message_id not in self._told:
            self._told.add(entry.message_id)
            log.warning(
                "an imported event waits for its server event_id=%s channel_id=%s reason=%s",
                entry.message_id, entry.channel_id, reason,
            )  # fmt: skip
