"""What people may look at: one event, all of a guild, and the bot's own health; nothing here writes."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime

from models.records import EventState, ReminderKind, TrackedEvent
from models.shown_records import AuditEntry, Delivery, ExportForm, GuildExport, PersonAnswer
from persistence import (
    audit,
    delivery_log,
    dormant_events,
    event_search,
    events,
    guild_export,
    person_answers,
    reactions,
    reminder_log,
)
from persistence.analytics import Analytics, analyse
from persistence.held import person_facts
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot import reminder_policy as policy
from reminder_bot.care_records import CareReport
from reminder_bot.error_memory import ErrorMemory
from reminder_bot.event_manager import EventManager
from reminder_bot.event_requests import EventStatus, Health
from reminder_bot.excused_audience import ExcusedAudience
from utils.errors import DiscordError
from utils.i18n import mark
from utils.time import Clock

WATCHED = (EventState.ACTIVE, EventState.BLOCKED)
LOG_LINES = 5
CHANGES_LIMIT = 200
"""How many changes `/audit` shows; the older ones are in the database."""

DELIVERIES_LIMIT = 200
"""How many batches `/log` shows; the older ones are in the database, and later in the archives."""

ANSWERS_LIMIT = 200
"""How many of one person's answers are shown."""

FIGURE_WEEKS = 12
"""How many weeks a picture shows."""


class EventQueries:
    """Reads for commands: from the store, the member cache and the running parts."""

    def __init__(
        self,
        *,
        manager: EventManager,
        writer: DatabaseWriter,
        reader: DatabaseReader,
        audience: ExcusedAudience,
        clock: Clock,
        database_size: Callable[[], int],
        care: Callable[[], CareReport],
        errors: ErrorMemory,
        started_at: datetime,
    ) -> None:
        self._manager = manager
        self._writer = writer
        self._reader = reader
        self._audience = audience
        self._clock = clock
        self._database_size = database_size
        self._care = care
        self._errors = errors
        self._started_at = started_at

    async def watched(self, guild_id: int) -> list[TrackedEvent]:
        """Return the guild's active and blocked events, newest first."""
        return await self._reader.run(events.list_events, guild_id, WATCHED)

    async def search(self, guild_id: int, text: str, limit: int) -> list[TrackedEvent]:
        """Return the guild's watched events whose title contains the text, newest first."""
        return await self._reader.run(events.search_titles, guild_id, text, limit)

    async def find(self, guild_id: int, text: str, limit: int) -> list[TrackedEvent]:
        """Return the guild's events, also those that are over, by the words of their texts, the best match first."""
        return await self._reader.run(event_search.search_events, guild_id, text, limit)

    async def recorded(self, guild_id: int, event_id: int) -> TrackedEvent | None:
        """Return an event of the guild in any state."""
        return await self._reader.run(events.get_event, guild_id, event_id)

    async def changes(self, guild_id: int, event_id: int | None = None) -> list[AuditEntry]:
        """Return the latest changes in a guild, or of one of its events, newest first."""
        return await self._reader.run(audit.list_entries, guild_id, CHANGES_LIMIT, event_id)

    async def deliveries(self, guild_id: int, event_id: int | None = None) -> list[Delivery]:
        """Return the latest batches in a guild, or of one of its events, newest first."""
        return await self._reader.run(delivery_log.list_deliveries, guild_id, DELIVERIES_LIMIT, event_id)

    async def answers_of(self, guild_id: int, user_id: int) -> list[PersonAnswer]:
        """Return a person's answers in a guild, to events that are over as well, the newest event first."""
        return await self._reader.run(person_answers.list_answers_of, guild_id, user_id, ANSWERS_LIMIT)

    async def figures(
        self, now: datetime, guild_id: int, channel_ids: Collection[int], event_id: int | None = None
    ) -> Analytics:
        """Return how people answer a guild's events in some of its channels, or one of them; week by week as well."""
        return await self._reader.run(analyse, now, FIGURE_WEEKS, guild_id, channel_ids, event_id)

    async def answered(self, event: TrackedEvent) -> tuple[int, int] | None:
        """Return how many of those who are asked have answered, and how many are asked; None when it cannot be told."""
        given = await self._reader.run(reactions.answered_user_ids, event.guild_id, event.message_id)
        try:
            asked, excused = await self._audience.parted(event)
        except DiscordError:
            return None
        left = asked - (excused.keys() - given)
        return len(left & given), len(left)

    async def event_channels(self, guild_id: int) -> dict[int, int]:
        """Return the channels in which the guild has or had events, with the number of events in each."""
        return await self._reader.run(guild_export.event_channels, guild_id)

    async def export(
        self, guild_id: int, channel_ids: Collection[int], form: ExportForm, now: datetime, most_bytes: int
    ) -> GuildExport | None:
        """Return the events in some of the guild's channels, with their answers, as a file; None when it is too large.

        Made on the reader's thread, in memory and in a temporary folder.
        """
        return await self._reader.run(guild_export.export_guild, guild_id, channel_ids, form, now, most_bytes)

    async def status(self, guild_id: int, event_id: int) -> EventStatus:
        """Return everything there is to show of one event.

        Raises:
            EventNotFoundError: there is none by that id.
        """
        event = await self._manager.require(guild_id, event_id)
        answers = tuple(await self._reader.run(reactions.list_answers, guild_id, event_id))
        entries = tuple(await self._reader.run(reminder_log.list_log, guild_id, event_id, LOG_LINES))
        is_sending = self._manager.is_sending(event_id)
        if event.is_running and not self._manager.session.can_send(event_id):
            reason = mark("The answers are being read again.")
            return EventStatus(event, answers, None, None, reason, is_sending, entries)
        try:
            everybody, excused = await self._audience.parted(event)
        except DiscordError as error:
            return EventStatus(event, answers, None, None, str(error), is_sending, entries)
        given = {answer.user_id for answer in answers}
        sorter = self._manager.delivery.sorter
        escalate_after = sorter.settings(guild_id).escalate_after
        facts = await self._reader.run(person_facts, guild_id, event_id, ReminderKind.SILENT, escalate_after)
        # Who has answered all the same is shown with the others.
        apart = {user_id: reason for user_id, reason in excused.items() if user_id not in given}
        asked = everybody - apart.keys()
        missing = policy.missing(asked, given)
        people = sorter.sort(sorter.occasion(event, ReminderKind.SILENT, self._clock.now()), missing, facts)
        in_order, pinged = await asyncio.to_thread(lambda: (tuple(sorted(missing)), tuple(sorted(people.now))))
        return EventStatus(
            event, answers, asked, in_order, None, is_sending, entries, pinged,
            Counter(apart.values()), {pause: len(paused) for pause, paused in people.paused.items()},
        )  # fmt: skip

    async def health(self) -> Health:
        """Return how the bot is."""
        return Health(
            started_at=self._started_at,
            is_online=self._manager.session.is_online,
            database_bytes=await self._reader.run(self._database_size),
            writer_queue=self._writer.queue_depth,
            counts=self._manager.index.counts,
            sending=self._manager.sending_count,
            untold=await self._reader.run(dormant_events.count_untold),
            next_due_at=self._manager.scheduler.armed_for,
            lateness=self._manager.scheduler.lateness,
            is_storage_failing=self._writer.is_failing,
            care=self._care(),
            away=self._manager.catch_up.away,
            last_error=self._errors.last,
        )
