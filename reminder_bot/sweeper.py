"""Deletes reminders that nobody needs any more: at their time, after a start, again after a failure."""

import asyncio
import logging
import random
from collections.abc import Callable

from persistence import deletions
from persistence.deletions import Deletion
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot import reminder_policy as policy
from reminder_bot.delivery_seams import Remover
from reminder_bot.session import GatewaySession
from utils.errors import DiscordError, GoneError, StorageError, TransientDiscordError
from utils.time import Clock

log = logging.getLogger(__name__)

SLICE = 50
YIELD_SECONDS = 1.0
"""While reminders are being sent, at most one message is deleted in this time: the budget is theirs first."""


class Sweeper:
    """Deletes what is due, one message after another."""

    def __init__(
        self, *, clock: Clock, writer: DatabaseWriter, reader: DatabaseReader, remover: Remover, session: GatewaySession
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._reader = reader
        self._remover = remover
        self._session = session
        self.is_busy: Callable[[], bool] = lambda: False
        """Whether reminders are being sent."""
        self.on_postponed: Callable[[], None] = lambda: None
        """Called when something is to be tried again later than anybody knows yet."""
        self._failures: dict[int, int] = {}
        self._task: asyncio.Task[None] | None = None
        self._is_wanted = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being deleted."""
        return self._task is None or self._task.done()

    def wake(self) -> None:
        """Look for what is to be deleted now; many calls at once cost one look. While the gateway is down, it waits."""
        self._is_wanted = True
        if self.is_idle:
            self._task = asyncio.create_task(self._look_while_wanted())

    async def close(self) -> None:
        """Stop; what is left is deleted after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _look_while_wanted(self) -> None:
        while self._is_wanted:
            self._is_wanted = False
            try:
                await self._sweep()
            except StorageError as error:
                log.warning("messages to delete could not be read; the safety tick tries again error=%s", error)

    async def _sweep(self) -> None:
        has_postponed = False
        while due := await self._reader.run(deletions.list_due_deletions, self._clock.now(), SLICE):
            for deletion in due:
                if not self._session.is_online:
                    return
                if self.is_busy():
                    await asyncio.sleep(YIELD_SECONDS)
                has_postponed |= not await self._delete(deletion)
        if has_postponed:
            self.on_postponed()

    async def _delete(self, deletion: Deletion) -> bool:
        """Delete one message, or find that it cannot be; False when it is to be tried again later."""
        try:
            await self._remover.remove(deletion.guild_id, deletion.channel_id, deletion.message_id)
        except TransientDiscordError as error:
            await self._postpone(deletion, str(error))
            return False
        except GoneError:
            log.info("reminder to delete is gone event_id=%s message_id=%s", deletion.event_id, deletion.message_id)
        except DiscordError as error:
            log.warning(
                "reminder not deleted event_id=%s message_id=%s error=%s",
                deletion.event_id, deletion.message_id, error,
            )  # fmt: skip
        except Exception as error:
            # The wrapper of the job: one message must not keep the others.
            log.exception("reminder not deleted event_id=%s", deletion.event_id)
            await self._postpone(deletion, type(error).__name__)
            return False
        else:
            log.info("reminder deleted event_id=%s message_id=%s", deletion.event_id, deletion.message_id)
        self._failures.pop(deletion.log_id, None)
        await self._writer.run(deletions.end_deletion, deletion.guild_id, deletion.log_id, self._clock.now())
        return True

    async def _postpone(self, deletion: Deletion, error: str) -> None:
        failures = self._failures[deletion.log_id] = self._failures.get(deletion.log_id, 0) + 1
        now = self._clock.now()
        again_at = now + policy.retry_delay(failures, random.random())
        log.info(
            "deletion postponed event_id=%s message_id=%s until=%s error=%s",
            deletion.event_id, deletion.message_id, again_at, error,
        )  # fmt: skip
        await self._writer.run(deletions.postpone_deletion, deletion.guild_id, deletion.log_id, again_at, now)
