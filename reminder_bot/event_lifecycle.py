"""What ends, blocks and unblocks an event; answers and log are kept in every case."""

import logging
from datetime import datetime

from models.records import EventState, TrackedEvent
from persistence import events
from persistence.writer import DatabaseWriter
from reminder_bot import reminder_policy as policy
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
        if not await self._block(event.guild_id, event.message_id, reason):
            return
        self._notices.blocked(event, reason)
        log.warning("event blocked event_id=%s guild_id=%s reason=%s", event.message_id, event.guild_id, reason)

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
        await self._set(guild_id, message_id, EventState.ARCHIVED, reason)
        self._ledger.events_archived += 1
        log.info("event archived event_id=%s guild_id=%s reason=%s", message_id, guild_id, reason)

    async def archive_all(self, watched: list[Watched], reason: str) -> None:
        """End every event of a channel or message list that was deleted."""
        for item in watched:
            await self.archive(item.guild_id, item.message_id, reason)

    async def complete(self, event: TrackedEvent, reason: str) -> TrackedEvent | None:
        """End an event because a person said so."""
        return await self._set(event.guild_id, event.message_id, EventState.COMPLETED, reason)

    async def unblock(self, event: TrackedEvent) -> TrackedEvent:
        """Go on with a blocked event that could be read again: its next reminder is one interval away."""
        if event.state is not EventState.BLOCKED:
            return event
        now = self._clock.now()
        next_at = None if event.is_paused else policy.next_due_at(now, event.interval)
        stored = await self._writer.run(
            events.set_state, event.guild_id, event.message_id, EventState.ACTIVE, None, now, next_at
        )
        log.info("event unblocked event_id=%s guild_id=%s", event.message_id, event.guild_id)
        return stored or event

    async def block_guild(self, guild_id: int, reason: str) -> None:
        """Block everything of a guild the bot was removed from; an invitation brings it back."""
        for item in self._index.in_guild(guild_id):
            self._session.distrust(item.message_id)
            await self._block(guild_id, item.message_id, reason)

    async def _block(self, guild_id: int, message_id: int, reason: str) -> bool:
        """Block an event; False when it was blocked already."""
        was_blocked, stored = await self._writer.run(_store_block, guild_id, message_id, reason, self._clock.now())
        if stored is not None:
            self._index.put(stored)
        if was_blocked or stored is None:
            return False
        self._ledger.events_blocked += 1
        return True

    async def _set(self, guild_id: int, message_id: int, state: EventState, reason: str) -> TrackedEvent | None:
        stored = await self._writer.run(events.set_state, guild_id, message_id, state, reason, self._clock.now())
        if stored is not None:
            self._index.put(stored)
        return stored


def _store_block(guild_id: int, message_id: int, reason: str, now: datetime) -> tuple[bool, TrackedEvent | None]:
    """Block an event and tell whether it was before, in one transaction: two who find out together tell once."""
    before = events.get_event(guild_id, message_id)
    was_blocked = before is not None and before.state is EventState.BLOCKED
    return was_blocked, events.set_state(guild_id, message_id, EventState.BLOCKED, reason, now)
