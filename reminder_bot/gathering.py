"""From held reminders that are due to the messages that gather them: one for each channel, person or log channel."""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence

from models.held_records import Gathered, HeldItem, Way
from models.records import TrackedEvent
from persistence import gathered, held_due
from persistence.writer import DatabaseWriter
from reminder_bot.delivery_seams import Incidents
from reminder_bot.guild_language import ChosenSettings
from reminder_bot.held_verdicts import HeldVerdicts, Verdicts
from reminder_bot.places import Places
from reminder_bot.reminder_message import split_up
from utils.errors import BlockedError, DiscordError, GoneError
from utils.time import Clock

log = logging.getLogger(__name__)


class Gathering:
    """Sorts what is due in a guild by where it goes, and claims it."""

    def __init__(
        self,
        *,
        clock: Clock,
        writer: DatabaseWriter,
        verdicts: HeldVerdicts,
        places: Places,
        chosen: ChosenSettings,
        incidents: Incidents,
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._verdicts = verdicts
        self._places = places
        self._chosen = chosen
        self._incidents = incidents

    async def gather(
        self, guild_id: int, due: Sequence[tuple[HeldItem, TrackedEvent]], on_claimed: Callable[[Gathered], None]
    ) -> int:
        """Claim messages of what is due in a guild; what nobody wants any more lapses, what cannot be told now waits.

        ``on_claimed`` is called with each message as soon as it is claimed. Returns how much has changed by the look.

        Raises:
            StorageError: something could not be stored; the rest is still due.
        """
        items, events = [item for item, _event in due], {event.message_id: event for _item, event in due}
        now = self._clock.now()
        verdicts = await self._verdicts.of(guild_id, items, events, now)
        postponed = {held_id: until for held_id, until in verdicts.later.items() if until is not None}
        changed = await self._writer.run(held_due.settle_waiting, guild_id, verdicts.lapsed, postponed, now)
        targets = await self._targets(guild_id, items, events, verdicts)
        for (way, target_id), group in targets.items():
            of_person: dict[int, list[int]] = defaultdict(list)
            for item in group:
                of_person[item.user_id].append(item.held_id)
            for batch in await split_up(of_person.keys()):
                ids = [held_id for user_id in batch for held_id in of_person[user_id]]
                made = await self._writer.run(gathered.claim_gathered, guild_id, way, target_id, ids, now)
                if made is not None:
                    changed += 1
                    on_claimed(made)
        await self._report(events, verdicts)
        return changed

    async def _targets(
        self, guild_id: int, items: Sequence[HeldItem], events: dict[int, TrackedEvent], verdicts: Verdicts
    ) -> dict[tuple[Way, int], list[HeldItem]]:
        found: dict[tuple[Way, int], list[HeldItem]] = defaultdict(list)
        to_channels: dict[int, list[HeldItem]] = defaultdict(list)
        log_channel_id = self._chosen.of(guild_id).log_channel_id
        for item in items:
            way = verdicts.ways.get(item.held_id)
            if way is Way.DIRECT:
                found[way, item.user_id].append(item)
            elif way is Way.LOG and log_channel_id is not None:
                found[way, log_channel_id].append(item)
            elif way is Way.CHANNEL:
                to_channels[item.event_id].append(item)
        for event_id, group in to_channels.items():
            channels = await self._channels(events[event_id], group, verdicts)
            for item in group:
                if item.user_id in channels:
                    found[Way.CHANNEL, channels[item.user_id]].append(item)
        return found

    async def _channels(self, event: TrackedEvent, group: Sequence[HeldItem], verdicts: Verdicts) -> dict[int, int]:
        """Return by person where an event's messages go now; nobody is in it when that cannot be told."""
        try:
            split = await self._places.split(event, {item.user_id for item in group})
        except DiscordError as error:
            verdicts.refusals[event.message_id] = error
            return {}
        return {
            user_id: channel_id or event.channel_id
            for people, channel_id in zip(split.batches, split.channels, strict=True)
            for user_id in people
        }

    async def _report(self, events: dict[int, TrackedEvent], verdicts: Verdicts) -> None:
        for event_id, error in verdicts.refusals.items():
            log.warning("held reminders not gathered event_id=%s reason=%s", event_id, error)
            if isinstance(error, BlockedError):
                await self._incidents.blocked(events[event_id], str(error))
            elif isinstance(error, GoneError):
                await self._incidents.gone(events[event_id], str(error))
