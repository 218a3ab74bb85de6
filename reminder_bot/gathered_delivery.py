"""A gathered message from its claim to its end: narrowed, sent, completed; and the same from the middle after a crash.

It lives as a batch of a reminder does: provably unsent while its ``attempt`` is 0, searched for from then on before it
is sent again.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Iterable, Set
from datetime import datetime, timedelta

from models.held_records import Gathered, Way
from persistence import gathered
from persistence.pending_gathered import PendingGathered, known_gathered_ids, list_recent_directs, pending_gathered
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot import reminder_policy as policy
from reminder_bot.answer_watch import AnswerWatch
from reminder_bot.batch_endings import UNCERTAIN
from reminder_bot.channel_lanes import ChannelLanes
from reminder_bot.delivery_seams import GatheredSender, Liveness
from reminder_bot.direct_pace import NEW_PEOPLE_SECONDS, DirectPace
from reminder_bot.gathered_endings import GatheredEndings
from reminder_bot.gathered_letter import Letter
from reminder_bot.guild_language import ChosenSettings
from reminder_bot.held_verdicts import HeldVerdicts, Verdicts
from reminder_bot.ledger import Ledger
from reminder_bot.pace import RequestBudget
from reminder_bot.places import Places
from reminder_bot.session import GatewaySession
from utils.errors import DirectsFlaggedError, DirectsRestedError, DiscordError, StorageError, TransientDiscordError
from utils.time import Clock

log = logging.getLogger(__name__)


class GatheredDelivery:
    """Delivers one gathered message: narrowed at the last moment, once, or taken to where it is let in."""

    def __init__(
        self,
        *,
        clock: Clock,
        writer: DatabaseWriter,
        reader: DatabaseReader,
        verdicts: HeldVerdicts,
        places: Places,
        chosen: ChosenSettings,
        sender: GatheredSender,
        liveness: Liveness,
        answers: AnswerWatch,
        session: GatewaySession,
        endings: GatheredEndings,
        ledger: Ledger,
        lanes: ChannelLanes,
        budget: RequestBudget,
        direct_pace: DirectPace,
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._reader = reader
        self._verdicts = verdicts
        self._places = places
        self._chosen = chosen
        self._sender = sender
        self._liveness = liveness
        self._answers = answers
        self._session = session
        self._endings = endings
        self._ledger = ledger
        self._lanes = lanes
        self._budget = budget
        self._direct_pace = direct_pace
        self.on_claimed: Callable[[Iterable[Gathered]], None] | None = None
        """Called with messages that one has become which its channel refused."""

    async def recall(self) -> None:
        """Take note of whom an earlier process has just written to: Discord counts on.

        Raises:
            StorageError: it could not be read.
        """
        now = self._clock.now()
        recent = await self._reader.run(list_recent_directs, now - timedelta(seconds=NEW_PEOPLE_SECONDS))
        self._direct_pace.recall({user_id: (now - at).total_seconds() for user_id, at in recent.items()})

    async def deliver(self, message: Gathered) -> int:
        """Bring a claimed message to its end, however long that takes; return how many people it has reached."""
        failures = 0
        while True:
            try:
                reached = await self._attempt(message)
                if reached is not None:
                    return reached
            except DirectsRestedError as error:
                self._direct_pace.rest(is_flagged=isinstance(error, DirectsFlaggedError))
                log.warning("direct messages rest, Discord wants fewer reason=%s", error)
            except (TransientDiscordError, StorageError) as error:
                failures += 1
                await self._back_off(message, failures, str(error))
            except Exception as error:
                # The wrapper of the job: a claimed message must not be lost to an answer nobody foresaw.
                failures += 1
                log.error("gathered reminder failed unexpectedly id=%s", message.gathered_id, exc_info=error)
                await self._back_off(message, failures, type(error).__name__)

    async def _attempt(self, message: Gathered) -> int | None:
        """Bring a message to its end, or return None to be called again, or raise what stood in the way."""
        found = await self._pending(message)
        if found is None:
            return 0
        if not await self._session.wait_a_while(lambda: self._session.is_online):
            return None
        await self._verdicts.wait_for(found.message.items)
        if found.message.user_id is not None and not found.message.attempt and await self._is_dropped(found):
            # A turn to write to somebody is dear: nobody waits for it who has nothing to say any more.
            return 0
        # A turn is waited for before it is decided who is reminded.
        if found.message.user_id is None:
            async with self._lanes.enter(found.message.channel_id or 0):
                return await self._take_turn(found.message)
        if not await self._direct_pace.take(found.message.user_id):
            return await self._go_without(found)
        await self._budget.turn()
        return await self._take_turn(found.message)

    async def _go_without(self, found: PendingGathered) -> int | None:
        """Tell in the channel what cannot be told directly for long, unless an earlier attempt may have told it."""
        if not found.message.attempt:
            await self._refused(found, DirectsFlaggedError("Discord has flagged the bot as a spammer."))
            return 0
        await self._direct_pace.rested()
        return None

    async def _take_turn(self, message: Gathered) -> int:
        """Send, find or close a message, by what is true now: much may have changed while it waited for its turn."""
        found = await self._pending(message)
        if found is None:
            return 0
        if found.message.attempt and (reached := await self._settle_found(found)) is not None:
            return reached
        return await self._send(found)

    async def _settle_found(self, found: PendingGathered) -> int | None:
        """Complete a message that an earlier attempt has left; None when there is none, 0 when nobody can look."""
        message = found.message
        known = await self._reader.run(known_gathered_ids, message.guild_id, message.gathered_id)
        try:
            posted = await self._sender.find(message, known)
        except TransientDiscordError:
            raise
        except DiscordError as error:
            # It may be there: reminding twice is worse than reminding at the next reminder.
            await self._endings.fail(message, str(error) + UNCERTAIN)
            return 0
        return None if posted is None else await self._endings.complete_found(message, posted)

    async def _send(self, found: PendingGathered) -> int:
        message = found.message
        if any(self._verdicts.may_send(item) for item in message.items):
            await self._liveness.prove(message.guild_id)
        left_at = self._clock.now()
        # From the first verdict on: the others, and the commit of the attempt, may take a second on a slow disk, and
        # people go on answering, and choosing, meanwhile.
        with self._answers.watching(*message.event_ids) as changed:
            verdicts = await self._verdicts.of(message.guild_id, message.items, found.events, left_at)
            kept = await self._kept(found, verdicts)
            back = {item.held_id: None for item in message.items if item.held_id in verdicts.ways.keys() - kept}
            begun = await self._writer.run(
                gathered.begin_gathered,
                message.guild_id, message.gathered_id, kept, {**verdicts.later, **back}, left_at,
            )  # fmt: skip
            if begun is None:
                self._ledger.reminders_skipped += not verdicts.later and not back
                return 0
            letter = self._letter(begun, found, verdicts, left_at)
            try:
                posted = await self._sender.post(letter, may_leave=lambda: self._may_leave(begun, changed))
            except DirectsFlaggedError as error:
                self._direct_pace.rest(is_flagged=True)
                log.warning("direct messages go to channels, Discord has flagged the bot reason=%s", error)
                await self._refused(PendingGathered(begun, found.events), error)
                return 0
            except TransientDiscordError:
                raise
            except DiscordError as error:
                await self._refused(PendingGathered(begun, found.events), error)
                return 0
        return await self._endings.complete_at(begun, posted, left_at)

    async def _kept(self, found: PendingGathered, verdicts: Verdicts) -> Set[int]:
        """Return what goes this message's way, and whose people can see where it goes."""
        message = found.message
        kept = {item.held_id for item in message.items if verdicts.ways.get(item.held_id) is message.way}
        if message.way is not Way.CHANNEL or message.channel_id is None:
            return kept
        for event_id in message.event_ids:
            mine = [item for item in message.items if item.event_id == event_id and item.held_id in kept]
            if not mine:
                continue
            people = {item.user_id for item in mine}
            seen = await self._places.seen_by(found.events[event_id], message.channel_id, people)
            kept -= {item.held_id for item in mine if item.user_id not in seen}
        return kept

    def _letter(self, begun: Gathered, found: PendingGathered, verdicts: Verdicts, left_at: datetime) -> Letter:
        # A direct message waits for its turn, and that is not worth a word.
        late = begun.way is Way.CHANNEL and policy.is_late(begun.scheduled_at, None, left_at)
        self._ledger.reminders_late += late
        soundless = any(item.held_id in verdicts.soundless for item in begun.items)
        return Letter(begun, found.events, verdicts.tallies, verdicts.silent, late, soundless)

    def _may_leave(self, message: Gathered, changed: Set[int]) -> bool:
        is_known = all(self._verdicts.may_send(item) for item in message.items) and self._liveness.is_recent
        return is_known and changed.isdisjoint(message.people)

    async def _refused(self, found: PendingGathered, error: DiscordError) -> None:
        """Take a message elsewhere that was refused for good: nothing of this attempt is anywhere."""
        way = found.message.way
        if way is Way.DIRECT:
            has_log = self._chosen.of(found.message.guild_id).log_channel_id is not None
            await self._endings.turn_to_channel(found.message, error, has_log=has_log)
        elif way is Way.CHANNEL:
            made = await self._endings.take_home(found, error)
            if self.on_claimed is not None:
                self.on_claimed(made)
        else:
            await self._endings.fail(found.message, str(error))

    async def _is_dropped(self, found: PendingGathered) -> bool:
        """End a message that has nothing to say now, without its turn; it is not sent without one, come what may."""
        message, now = found.message, self._clock.now()
        verdicts = await self._verdicts.of(message.guild_id, message.items, found.events, now)
        if message.way in verdicts.ways.values():
            return False
        back = {**verdicts.later, **dict.fromkeys(verdicts.ways)}
        await self._writer.run(gathered.begin_gathered, message.guild_id, message.gathered_id, frozenset(), back, now)
        self._ledger.reminders_skipped += not back
        return True

    async def _pending(self, message: Gathered) -> PendingGathered | None:
        return await self._reader.run(pending_gathered, message.guild_id, message.gathered_id)

    async def _back_off(self, message: Gathered, failures: int, error: str) -> None:
        delay = policy.retry_delay(failures, random.random()).total_seconds()
        log.warning(
            "gathered reminder postponed id=%s failures=%s seconds=%.1f error=%s",
            message.gathered_id, failures, delay, error,
        )  # fmt: skip
        await asyncio.sleep(delay)
