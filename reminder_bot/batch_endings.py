"""How a batch ends: sent, skipped or failed; or it begins again in the event's own channel."""

import logging
from datetime import datetime

from models.records import Claim, ReminderStatus
from persistence import reminder_log
from persistence.writer import DatabaseWriter
from reminder_bot.ledger import Ledger
from reminder_bot.reminder_sender import Posted
from utils.errors import DiscordError
from utils.time import Clock

log = logging.getLogger(__name__)

UNCERTAIN = " Whether an earlier attempt had posted it could not be found out."
"""Follows the reason where a message is given up that may be there all the same."""


class BatchEndings:
    """Writes down what has become of batches, counts it and logs it."""

    def __init__(self, *, clock: Clock, writer: DatabaseWriter, ledger: Ledger) -> None:
        self._clock = clock
        self._writer = writer
        self._ledger = ledger

    async def complete_at(self, claim: Claim, posted: Posted, sent_at: datetime) -> int:
        """Note that a batch is out; return how many were pinged."""
        await self._writer.run(
            reminder_log.complete,
            claim.guild_id, claim.log_id, posted.message_id, sent_at, posted.pinged, self._clock.now(),
        )  # fmt: skip
        self._ledger.count_sent(len(posted.pinged), sent_at - claim.scheduled_at)
        log.info(
            "reminder sent event_id=%s guild_id=%s batch=%s/%s people=%s",
            claim.event_id, claim.guild_id, claim.batch, claim.batch_count, len(posted.pinged),
        )  # fmt: skip
        return len(posted.pinged)

    async def complete_found(self, claim: Claim, posted: Posted) -> int:
        """Note that a batch turned out to be out; return how many were pinged."""
        self._ledger.reminders_settled += 1
        return await self.complete_at(claim, posted, posted.sent_at(claim.scheduled_at, self._clock.now()))

    async def close(self, claim: Claim, status: ReminderStatus, reason: str) -> None:
        """End a batch unsent, as SKIPPED or FAILED."""
        await self._writer.run(
            reminder_log.close_batch, claim.guild_id, claim.log_id, status, reason, self._clock.now()
        )
        self._ledger.reminders_skipped += status is ReminderStatus.SKIPPED
        self._ledger.reminders_failed += status is ReminderStatus.FAILED
        log.info("reminder %s event_id=%s batch=%s reason=%s", status, claim.event_id, claim.batch, reason)

    async def bring_home(self, claim: Claim, reason: str | DiscordError) -> None:
        """Have a batch posted in the event's own channel: where it was to go, it certainly is not."""
        await self._writer.run(reminder_log.come_home, claim.guild_id, claim.log_id, self._clock.now())
        log.warning(
            "place not used any more event_id=%s channel_id=%s batch=%s reason=%s",
            claim.event_id, claim.channel_id, claim.batch, reason,
        )  # fmt: skip
