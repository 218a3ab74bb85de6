"""How a gathered message ends: sent, failed, or taken to where it is let in."""

import logging
from collections.abc import Collection
from datetime import datetime

from models.held_records import Gathered, Way
from models.records import ReminderStatus, TrackedEvent
from persistence import gathered
from persistence.pending_gathered import PendingGathered
from persistence.writer import DatabaseWriter
from reminder_bot.delivery_seams import Incidents, report_refusal
from reminder_bot.ledger import Ledger
from reminder_bot.reminder_sender import Posted
from utils.errors import DiscordError
from utils.time import Clock

log = logging.getLogger(__name__)


class GatheredEndings:
    """Writes down what has become of gathered messages, counts it and logs it."""

    def __init__(self, *, clock: Clock, writer: DatabaseWriter, ledger: Ledger, incidents: Incidents) -> None:
        self._clock = clock
        self._writer = writer
        self._ledger = ledger
        self._incidents = incidents

    async def complete_at(self, message: Gathered, posted: Posted, sent_at: datetime) -> int:
        """Note that a message is out; return how many it reached."""
        await self._writer.run(
            gathered.complete_gathered,
            message.guild_id, message.gathered_id, posted.message_id, sent_at, posted.pinged, self._clock.now(),
        )  # fmt: skip
        pinged = 0 if message.way is Way.LOG else len(posted.pinged)
        self._ledger.count_sent(pinged, sent_at - message.scheduled_at)
        log.info(
            "gathered reminder sent id=%s guild_id=%s way=%s events=%s people=%s",
            message.gathered_id, message.guild_id, message.way, len(message.event_ids), len(posted.pinged),
        )  # fmt: skip
        return len(posted.pinged)

    async def complete_found(self, message: Gathered, posted: Posted) -> int:
        """Note that a message turned out to be out; return how many it reached."""
        self._ledger.reminders_settled += 1
        return await self.complete_at(message, posted, posted.sent_at(message.scheduled_at, self._clock.now()))

    async def fail(self, message: Gathered, reason: str) -> None:
        """End a message unsent; what it was to say is not said."""
        await self._writer.run(
            gathered.close_gathered, message.guild_id, message.gathered_id, ReminderStatus.FAILED, reason,
            self._clock.now(),
        )  # fmt: skip
        self._note_failure(message, reason)

    async def turn_to_channel(self, message: Gathered, error: DiscordError, *, has_log: bool) -> None:
        """End a direct message that was refused; it goes to the channel instead."""
        await self._writer.run(
            gathered.fall_back, message.guild_id, message.gathered_id, str(error), self._clock.now(), has_log=has_log
        )
        self._note_failure(message, str(error))

    async def take_home(self, found: PendingGathered, error: DiscordError) -> list[Gathered]:
        """End a message that its channel refused; return what it becomes in the events' own channels.

        What was to go to its event's own channel ends unsent, and the event hears of the refusal.
        """
        message = found.message
        homes = {item.held_id: found.events[item.event_id].channel_id for item in message.items}
        elsewhere = {held_id: home for held_id, home in homes.items() if home != message.channel_id}
        made = await self._writer.run(
            gathered.take_home, message.guild_id, message.gathered_id, elsewhere, str(error), self._clock.now()
        )
        self._note_failure(message, str(error))
        at_home = {item.event_id for item in message.items if item.held_id not in elsewhere}
        await self.report([found.events[event_id] for event_id in sorted(at_home)], error)
        return made

    async def report(self, events: Collection[TrackedEvent], error: DiscordError) -> None:
        """Block or end events, when that is what Discord's refusal means."""
        for event in events:
            await report_refusal(self._incidents, event, error)

    def _note_failure(self, message: Gathered, reason: str) -> None:
        self._ledger.reminders_failed += 1
        log.info("gathered reminder failed id=%s way=%s reason=%s", message.gathered_id, message.way, reason)
