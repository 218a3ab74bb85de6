"""Whether an event still needs reminding: it goes quiet when nobody is missing, and is armed again when somebody is."""

import asyncio
import logging
import random
from collections.abc import Callable

from models.records import TrackedEvent
from persistence import events
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot import reminder_policy as policy
from reminder_bot.event_index import EventIndex
from reminder_bot.reminder_delivery import ReminderDelivery
from reminder_bot.session import GatewaySession
from utils.errors import BlockedError, DiscordError, GoneError, StorageError
from utils.time import Clock

log = logging.getLogger(__name__)

SETTLE_SECONDS = 0.25
"""How long answers may go on changing before an event is looked at: a storm of them costs one look, not one each.

As long as more come, each look waits twice as long as the one before, up to four times this.
"""


class Attention:
    """Looks again at events whose answers or audience changed, each at most a few times a second.

    An armed event stays armed as long as anybody is missing. So it is enough to look at one, the witness, who was
    missing the last time; only when they are no more is everybody looked at, for another. What a look costs does
    not grow with the answers then, and a storm of them costs a few looks at everybody.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        writer: DatabaseWriter,
        reader: DatabaseReader,
        delivery: ReminderDelivery,
        session: GatewaySession,
        on_change: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._reader = reader
        self._delivery = delivery
        self._session = session
        self._on_change = on_change
        self._marked: dict[int, int] = {}
        self._held: dict[int, int] = {}
        self._witnesses: dict[int, int] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no event waits to be looked at."""
        return self._task is None or self._task.done()

    def mark(self, guild_id: int, event_id: int) -> None:
        """Have an event looked at shortly."""
        self._marked[event_id] = guild_id
        self._start()

    def marker(self, index: EventIndex) -> Callable[[int], None]:
        """Return a `mark` for events whose guild only the index knows."""

        def mark(event_id: int) -> None:
            if (watched := index.get(event_id)) is not None:
                self.mark(watched.guild_id, event_id)

        return mark

    async def review(self, event: TrackedEvent) -> TrackedEvent | None:
        """Let an event go quiet or arm it for one interval from now, whichever its answers ask for.

        One transaction at most. Nothing happens while the event is paused or being reminded about. One that is not
        reconciled, or whose connection is down, is looked at as soon as that has changed. Returns the event as it is
        afterwards.

        Raises:
            DiscordError: the audience cannot be told at the moment; nothing was changed.
        """
        if not event.is_running:
            return event
        if not self._session.can_send(event.message_id):
            # A reconciliation marks it again; after a resume, `look_again` does.
            self._held[event.message_id] = event.guild_id
            return event
        if event.next_reminder_at is not None and await self._has_witness(event):
            return event
        _, missing = await self._delivery.missing.tally(event)
        if missing:
            self._witnesses[event.message_id] = next(iter(missing))
        now = self._clock.now()
        key = (event.guild_id, event.message_id)
        next_at = event.next_silent_at(now)
        if missing and event.next_reminder_at is None and next_at is not None:
            await self._writer.run(events.arm_if_quiet, *key, next_at, now)
        elif not missing and event.next_reminder_at is not None:
            await self._writer.run(events.go_quiet, *key, event.next_reminder_at, now)
        else:
            return event
        self._on_change()
        return await self._reader.run(events.get_event, *key)

    async def _has_witness(self, event: TrackedEvent) -> bool:
        witness = self._witnesses.get(event.message_id)
        if witness is not None and await self._delivery.missing.holds(event, witness):
            return True
        self._witnesses.pop(event.message_id, None)
        return False

    def look_again(self) -> None:
        """Look at the events that could not be looked at while the connection was down."""
        self._marked |= self._held
        self._held.clear()
        if self._marked:
            self._start()

    async def close(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look_soon())

    async def _look_soon(self) -> None:
        failures, settling = 0, SETTLE_SECONDS
        while self._marked:
            pause = policy.retry_delay(failures, random.random()).total_seconds() if failures else 0.0
            await asyncio.sleep(max(settling, pause))
            settling = min(2 * settling, 4 * SETTLE_SECONDS)
            marked, self._marked = self._marked, {}
            looked = [await self._look(guild_id, event_id) for event_id, guild_id in marked.items()]
            failures = 0 if all(looked) else failures + 1

    async def _look(self, guild_id: int, event_id: int) -> bool:
        """Look at one event; False, and the mark stays, when that failed."""
        try:
            return await self._look_now(guild_id, event_id)
        except (DiscordError, StorageError) as error:
            log.info("event not looked at event_id=%s reason=%s", event_id, error)
            self._marked.setdefault(event_id, guild_id)
            return False
        except Exception:
            # The wrapper of the job: one event's trouble must not stop the look at all others.
            log.exception("event not looked at event_id=%s", event_id)
            self._marked.setdefault(event_id, guild_id)
            return False

    async def _look_now(self, guild_id: int, event_id: int) -> bool:
        event = await self._reader.run(events.get_event, guild_id, event_id)
        if event is None or not event.is_running:
            self._witnesses.pop(event_id, None)
            return True
        try:
            await self.review(event)
        except (BlockedError, GoneError) as error:
            await self._delivery.report_refusal(event, error)
        return True
