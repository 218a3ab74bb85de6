"""After a start or a new session: read every event's answers from Discord again, and only then let its reminders go."""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable

from models.records import EventState, TrackedEvent
from persistence import events
from persistence.reader import DatabaseReader
from reminder_bot import reminder_policy as policy
from reminder_bot.attention import Attention
from reminder_bot.event_index import EventIndex
from reminder_bot.event_lifecycle import EventLifecycle
from reminder_bot.ledger import Ledger
from reminder_bot.reaction_sync import ReactionSync
from reminder_bot.session import GatewaySession
from utils.errors import BlockedError, DiscordError, GoneError, StorageError
from utils.time import Clock

log = logging.getLogger(__name__)

CONCURRENT_READS = 4


class Restoration:
    """Reconciles events, most recent first, and goes on trying those that Discord could not answer for."""

    def __init__(
        self,
        *,
        clock: Clock,
        reader: DatabaseReader,
        index: EventIndex,
        sync: ReactionSync,
        attention: Attention,
        lifecycle: EventLifecycle,
        session: GatewaySession,
        ledger: Ledger,
        on_restored: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._reader = reader
        self._index = index
        self._sync = sync
        self._attention = attention
        self._lifecycle = lifecycle
        self._session = session
        self._ledger = ledger
        self._on_restored = on_restored
        self._places = asyncio.Semaphore(CONCURRENT_READS)
        self._again: dict[int, asyncio.Task[None]] = {}
        self._once_more: set[int] = set()

    async def restore_all(self) -> None:
        """Reconcile every active and blocked event in the present session; returns when each was tried once."""
        generation = self._session.generation
        # An id is as old as its message.
        waiting = deque(sorted((each.message_id for each in self._index), reverse=True))
        log.info("reconciling events=%s", len(waiting))
        # A few workers, not a task for each event: ten thousand tasks with their records cost tens of megabytes.
        await asyncio.gather(*(self._work_off(waiting, generation) for _ in range(CONCURRENT_READS)))

    async def _work_off(self, waiting: deque[int], generation: int) -> None:
        """Reconcile one event after another, until none waits or a newer session begins, which reads them all."""
        while waiting and generation == self._session.generation:
            watched = self._index.get(waiting.popleft())
            if watched is None:
                continue
            try:
                await self._reload_and_restore(watched.guild_id, watched.message_id, generation)
            except (DiscordError, StorageError) as error:
                log.warning("event not reconciled yet event_id=%s error=%s", watched.message_id, error)
                self.restore_soon(watched.guild_id, watched.message_id)
            except Exception:
                # The wrapper of the job: one event's trouble must not keep all others waiting for ever.
                log.exception("event not reconciled event_id=%s", watched.message_id)

    async def restore_once(self, event: TrackedEvent) -> None:
        """Reconcile one event now.

        An event that Discord says is gone is archived, one the bot may not read is blocked, one it may read again is
        unblocked.

        Raises:
            DiscordError: a passing failure; nothing was changed.
            StorageError: nothing was stored.
        """
        generation = self._session.generation
        try:
            result = await self._sync.reconcile(event)
        except GoneError as error:
            await self._lifecycle.archive(event.guild_id, event.message_id, str(error))
            return
        except BlockedError as error:
            await self._lifecycle.blocked(event, str(error))
            return
        self._ledger.count_answers(result)
        if result.total:
            log.info(
                "answers caught up event_id=%s added=%s withdrawn=%s changed=%s",
                event.message_id, result.added, result.withdrawn, result.changed,
            )  # fmt: skip
        unblocked = await self._lifecycle.unblock(event)
        if unblocked is not None and self._session.mark_reconciled(event.message_id, self._clock.now(), generation):
            self._attention.mark(event.guild_id, event.message_id)
            self._on_restored()

    def restore_soon(self, guild_id: int, message_id: int) -> None:
        """Reconcile an event in the background, with growing pauses, until it works or is not watched any more.

        Asked for again while it is under way, it is done once more: what was read by then may be too old.
        """
        if message_id in self._again:
            self._once_more.add(message_id)
            return
        task = asyncio.create_task(self._try_again(guild_id, message_id))
        self._again[message_id] = task
        task.add_done_callback(lambda ended: self._forget(message_id, ended))

    def _forget(self, message_id: int, ended: asyncio.Task[None]) -> None:
        if self._again.get(message_id) is ended:
            del self._again[message_id]

    async def close(self) -> None:
        """Stop trying."""
        tasks = list(self._again.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _try_again(self, guild_id: int, message_id: int) -> None:
        failures = 0
        while True:
            failures += 1
            await asyncio.sleep(policy.retry_delay(failures, random.random()).total_seconds())
            if await self._succeeds(lambda: self._reload_and_restore(guild_id, message_id)):
                if message_id not in self._once_more:
                    # At once, not when the loop gets to it: whoever asks in between must not be taken for asked.
                    del self._again[message_id]
                    return
                failures = 0
                self._once_more.discard(message_id)

    async def _reload_and_restore(self, guild_id: int, message_id: int, generation: int | None = None) -> None:
        """Reconcile an event as the store has it now; nothing when it is over, or a session newer than named began."""
        async with self._places:
            if generation not in (None, self._session.generation):
                return
            event = await self._reader.run(events.get_event, guild_id, message_id)
            if event is not None and event.state in (EventState.ACTIVE, EventState.BLOCKED):
                await self.restore_once(event)

    async def _succeeds(self, attempt: Callable[[], Awaitable[None]]) -> bool:
        try:
            await attempt()
        except (DiscordError, StorageError) as error:
            log.info("event still not reconciled error=%s", error)
            return False
        return True
