"""From a due event to its messages: claim, narrow, send, complete; and the same from the middle after a crash.

A batch is provably unsent while its ``attempt`` is 0, because an attempt is counted durably before it is made. From
then on the channel is searched for it before it is sent again.
"""

import asyncio
import logging
import random
from collections.abc import Sequence, Set
from datetime import datetime

from models.records import Claim, ReminderStatus, TrackedEvent
from persistence import reminder_log
from persistence.pending_batches import PendingBatch
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot import reminder_policy as policy
from reminder_bot.answer_watch import AnswerWatch
from reminder_bot.batch_endings import UNCERTAIN, BatchEndings
from reminder_bot.channel_lanes import ChannelLanes
from reminder_bot.delivery_seams import Incidents, Liveness, Sender, report_refusal
from reminder_bot.ledger import Ledger
from reminder_bot.missing_people import MissingPeople
from reminder_bot.pace import RequestBudget
from reminder_bot.person_sorter import PersonSorter
from reminder_bot.places import Places
from reminder_bot.reminder_claims import Claimed, ReminderClaims
from reminder_bot.reminder_message import Tally
from reminder_bot.reminder_sender import Posted
from reminder_bot.session import GatewaySession
from utils.errors import (
    BlockedError,
    DiscordError,
    GoneError,
    StorageError,
    TransientDiscordError,
)
from utils.time import Clock

log = logging.getLogger(__name__)


class ReminderDelivery:
    """Delivers one reminder of one event at a time; events of different channels go side by side."""

    def __init__(
        self,
        *,
        clock: Clock,
        writer: DatabaseWriter,
        reader: DatabaseReader,
        missing: MissingPeople,
        places: Places,
        sorter: PersonSorter,
        sender: Sender,
        liveness: Liveness,
        answers: AnswerWatch,
        session: GatewaySession,
        incidents: Incidents,
        ledger: Ledger,
        budget: RequestBudget,
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._reader = reader
        self.missing = missing
        self.places = places
        self.sorter = sorter
        self.claims = ReminderClaims(clock=clock, writer=writer, missing=missing, places=places, sorter=sorter)
        self._sender = sender
        self._liveness = liveness
        self._answers = answers
        self._session = session
        self._incidents = incidents
        self._ledger = ledger
        self.lanes = ChannelLanes(budget)
        self._endings = BatchEndings(clock=clock, writer=writer, ledger=ledger)
        self._is_finishing = False

    def finish_current_only(self) -> None:
        """Begin no further batch, as the process is about to stop; what is left is settled at the next start."""
        self._is_finishing = True

    async def claim(self, event: TrackedEvent, scheduled_at: datetime, *, due_only: bool) -> Claimed:
        """Write down who is to be pinged, before anything is sent; an event that nobody owes an answer goes quiet.

        For who is missing but not pinged now, it is written down in the same transaction what they get instead. There
        are no batches when nobody is to be pinged now, answers have closed, or the event is not due any more.

        Raises:
            UserError: answers have closed, and the reminder was asked for (not ``due_only``).
            DiscordError: the audience cannot be told at the moment; nothing was claimed.
            ReminderInFlightError: somebody is missing and asked for (not ``due_only``), but a batch is pending.
        """
        return await self.claims.silent(event, scheduled_at, due_only=due_only)

    async def send(
        self, claims: Sequence[Claim], event: TrackedEvent | None = None, *, was_asked_for: bool = False
    ) -> int:
        """Send claimed batches in order, each until it is sent, closed or found sent; return how many were pinged.

        ``event`` is theirs as it was when they were claimed, a moment ago; without it, it is read. Waits while the
        gateway is down; backs off while Discord is.
        """
        pinged = 0
        for claim in claims:
            if self._is_finishing:
                break
            pinged += await self._settle(claim, event, was_asked_for=was_asked_for)
            event = None
        return pinged

    async def _settle(self, claim: Claim, event: TrackedEvent | None, *, was_asked_for: bool) -> int:
        failures = 0
        while True:
            # What was known serves once: before another attempt something was waited for.
            known, event = event, None
            try:
                pinged = await self._attempt(claim, known, was_asked_for=was_asked_for)
                if pinged is not None:
                    return pinged
            except (TransientDiscordError, StorageError) as error:
                failures += 1
                await self._back_off(claim, failures, str(error))
            except Exception as error:
                # The wrapper of the job: a claimed reminder must not be lost to an answer nobody foresaw.
                failures += 1
                log.error("reminder failed unexpectedly event_id=%s", claim.event_id, exc_info=error)
                await self._back_off(claim, failures, type(error).__name__)

    async def _attempt(self, claim: Claim, event: TrackedEvent | None, *, was_asked_for: bool) -> int | None:
        """Bring a batch to its end, or return None to be called again, or raise what stood in the way."""
        if event is None:
            found = await self._pending(claim)
            if found is None:
                return 0
            # Where it goes may be another place now than when it was claimed.
            event, claim = found.event, found.claim
        now = self._clock.now()
        if policy.reason_to_stop(event, claim, now, was_asked_for=was_asked_for):
            return await self._take_turn(claim, was_asked_for=was_asked_for)
        if not await self._session.wait_a_while(lambda: self._may_send(claim)):
            return None
        async with self.lanes.enter(claim.channel_id or event.channel_id):
            return await self._take_turn(claim, was_asked_for=was_asked_for)

    async def _take_turn(self, claim: Claim, *, was_asked_for: bool) -> int | None:
        """Send, find or close a batch, by what is true now: much may have changed while it waited for its turn."""
        found = await self._pending(claim)
        if found is None:
            return 0
        event, current = found.event, found.claim
        reason = policy.reason_to_stop(event, current, self._clock.now(), was_asked_for=was_asked_for)
        try:
            if reason is not None:
                return await self._stop(event, current, reason)
            return await self._send_or_find(event, current, was_asked_for=was_asked_for)
        except TransientDiscordError:
            raise
        except DiscordError as error:
            await self._give_up(current, event, error)
            return 0

    def _may_send(self, claim: Claim) -> bool:
        """Whether the session allows a message: whether an event that is over has been read again does not matter."""
        return self._session.is_online if claim.kind.is_final else self._session.can_send(claim.event_id)

    async def _back_off(self, claim: Claim, failures: int, error: str) -> None:
        delay = policy.retry_delay(failures, random.random()).total_seconds()
        log.warning(
            "reminder postponed event_id=%s batch=%s failures=%s seconds=%.1f error=%s",
            claim.event_id, claim.batch, failures, delay, error,
        )  # fmt: skip
        await asyncio.sleep(delay)

    async def _stop(self, event: TrackedEvent, claim: Claim, reason: str) -> int:
        """Close a batch that must not go out any more; one that may have gone out before is looked for first."""
        if (pinged := await self._settle_found(event, claim)) is not None:
            return pinged
        await self._endings.close(claim, ReminderStatus.SKIPPED, reason)
        return 0

    async def _pending(self, claim: Claim) -> PendingBatch | None:
        return await self._reader.run(reminder_log.pending_batch, claim.guild_id, claim.log_id)

    async def _send_or_find(self, event: TrackedEvent, claim: Claim, *, was_asked_for: bool) -> int | None:
        if (pinged := await self._settle_found(event, claim)) is not None:
            return pinged
        await self._liveness.prove(event.guild_id)
        meant = await self.missing.meant(event, claim.kind)
        recipients = policy.still_missing(claim.recipients, meant.people)
        if claim.channel_id is not None and not await self.places.still_hold(event, claim, recipients):
            await self._endings.bring_home(claim, "somebody in it cannot see the place")
            return None
        left_at = self._clock.now()
        occasion = self.sorter.occasion(event, claim.kind, left_at, claim.detail)
        people = self.sorter.sort(occasion, frozenset(recipients), meant.facts)
        # The commit of the attempt may take a second on a slow disk, and people go on answering meanwhile.
        with self._answers.watching(event.message_id) as answered:
            begun = await self._writer.run(
                reminder_log.begin_attempt, claim.guild_id, claim.log_id, people.now, left_at,
                even_paused=was_asked_for, held=people.put_off.held,
            )  # fmt: skip
            if begun is None:
                self._ledger.reminders_skipped += await self._pending(claim) is None
                return None
            try:
                posted = await self._post(event, begun, meant.tally, left_at, answered)
            except DiscordError as error:
                if begun.channel_id is None or isinstance(error, TransientDiscordError):
                    raise
                # The place says no, not the event's channel: nothing of this attempt is anywhere.
                await self._endings.bring_home(begun, error)
                return None
        # Not when Discord has answered, which may take its time: the message says when the next one comes.
        return await self._endings.complete_at(claim, posted, left_at)

    async def _settle_found(self, event: TrackedEvent, claim: Claim) -> int | None:
        """Complete a batch whose message an earlier attempt has left in the channel; None when there is none."""
        if not claim.attempt:
            return None
        known = await self._reader.run(reminder_log.known_message_ids, claim.guild_id, claim.event_id)
        try:
            posted = await self._sender.find(event, claim, known)
        except (BlockedError, GoneError) as error:
            if claim.channel_id is None:
                raise
            # It may be there, where nobody can look any more: that says nothing of the event.
            raise DiscordError(str(error)) from error
        return None if posted is None else await self._endings.complete_found(claim, posted)

    async def _post(
        self, event: TrackedEvent, begun: Claim, tally: Tally, left_at: datetime, answered: Set[int]
    ) -> Posted:
        able_since = self._session.reconciled_at(event.message_id)
        late = policy.may_be_late(begun.kind) and policy.is_late(begun.scheduled_at, able_since, left_at)
        self._ledger.reminders_late += late
        next_at = event.next_silent_at(left_at)

        def may_leave() -> bool:
            is_known = self._may_send(begun) and self._liveness.is_recent
            return is_known and answered.isdisjoint(begun.recipients)

        softly = self.sorter.makes_no_sound(event, begun.kind, begun.recipients, left_at)
        return await self._sender.post(event, begun, tally, next_at, late=late, softly=softly, may_leave=may_leave)

    async def _give_up(self, claim: Claim, event: TrackedEvent, error: DiscordError) -> None:
        await self._endings.close(claim, ReminderStatus.FAILED, str(error) + (UNCERTAIN if claim.attempt else ""))
        await self.report_refusal(event, error)

    async def report_refusal(self, event: TrackedEvent, error: DiscordError) -> None:
        """Block or end an event, when that is what Discord's refusal means."""
        await report_refusal(self._incidents, event, error)
