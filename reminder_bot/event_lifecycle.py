"""What ends, blocks and unblocks an event; answers and log are kept in every case."""

import logging

from models.records import EventState, TrackedEvent
from persistence import events
from persistence.writer import DatabaseWriter
from reminder_bot.event_index import EventIndex, Watched
from reminder_bot.ledger import Ledger
from reminder_bot.notices import Notices
from reminder_bot.reaction_source import ReactionSource
from reminder_bot.session import GatewaySession
from utils.errors import DiscordError, GoneError
from utils.time import Clock

log = logging.getLogger(__name__)


class EventLifecycle:
    """Moves events between active, blocked, completed and archived, in the store and in the index together."""

    def __init__(
        self,
        *,
        clock: Clock,
        writer: DatabaseWriter,
        index: EventIndex,
        session: GatewaySession,
        source: ReactionSource,
        notices: Notices,
        ledger: Ledger,
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._index = index
        self._session = session
        self._source = source
        self._notices = notices
        self._ledger = ledger

    async def blocked(self, event: TrackedEvent, reason: str) -> None:
        """Stop reminding because the bot may not, and tell the organisers, once.

        A later session, a change of permissions or the hourly look tries again.
        """
        self._session.distrust(event.message_id)
        if await self._block(event.guild_id, event.message_id, reason):
            self._notices.blocked(event, reason)

    async def gone(self, event: TrackedEvent, reason: str) -> None:
        """Archive an event whose message Discord says is not there, once Discord has said so a second time."""
        try:
            await self._source.read(event)
        except GoneError:
            await self.archive(event.guild_id, event.message_id, reason)
        except DiscordError as error:
            log.info("event kept, its end is not confirmed event_id=%s error=%s", event.message_id, error)

    async def archive(self, guild_id: int, message_id: int, reason: str) -> None:
        """End an event whose message was deleted."""
        ended = await self._end(guild_id, message_id, EventState.ARCHIVED, reason)
        if ended is not None:
            self._ledger.events_archived += 1
            self._notices.archived(ended, reason)
            log.info("event archived event_id=%s guild_id=%s reason=%s", message_id, guild_id, reason)

    async def archive_all(self, watched: list[Watched], reason: str) -> None:
        """End every event of a channel or message list that was deleted."""
        for item in watched:
            await self.archive(item.guild_id, item.message_id, reason)

    async def complete(self, event: TrackedEvent, reason: str, *, by: int) -> TrackedEvent | None:
        """End an event because a person said so: the one with the id ``by``."""
        return await self._end(event.guild_id, event.message_id, EventState.COMPLETED, reason, by)

    async def unblock(self, event: TrackedEvent) -> TrackedEvent | None:
        """Go on with an event that could be read: a blocked one's next reminder is one interval away.

        Returns None when it is over meanwhile, and the event as it was when it was not blocked.
        """
        if event.state is not EventState.BLOCKED:
            return event
        now = self._clock.now()
        next_at = None if event.is_paused else event.next_silent_at(now)
        stored = await self._writer.run(
            events.set_state, event.guild_id, event.message_id, EventState.ACTIVE, None, now, next_at,
            only_from=(EventState.BLOCKED,),
        )  # fmt: skip
        if stored is not None:
            self._index.put(stored)
            self._notices.unblocked(stored)
            log.info("event unblocked event_id=%s guild_id=%s", event.message_id, event.guild_id)
        return stored

    async def block_guild(self, guild_id: int, reason: str) -> None:
        """Block everything of a guild the bot was removed from; an invitation brings it back."""
        for item in self._index.in_guild(guild_id):
            self._session.distrust(item.message_id)
            await self._block(guild_id, item.message_id, reason)

    async def _block(self, guild_id: int, message_id: int, reason: str) -> bool:
        """Block an active event; False when it was blocked already, or is over: two who find out together tell once."""
        now = self._clock.now()
        stored = await self._writer.run(
            events.set_state, guild_id, message_id, EventState.BLOCKED, reason, now, only_from=(EventState.ACTIVE,)
        )
        if stored is None:
            return False
        self._index.put(stored)
        self._ledger.events_blocked += 1
        log.warning("event blocked event_id=%s guild_id=%s reason=%s", message_id, guild_id, reason)
        return True

    async def _end(
        self, guild_id: int, message_id: int, state: EventState, reason: str, actor_id: int | None = None
    ) -> TrackedEvent | None:
        """Move an event that is not over to an end; None when it is over already."""
        now = self._clock.now()
        stored = await self._writer.run(
            events.set_state, guild_id, message_id, state, reason, now,
            only_from=(EventState.ACTIVE, EventState.BLOCKED), actor_id=actor_id,
        )  # fmt: skip
        if stored is not None:
            self._index.put(stored)
        return stored
