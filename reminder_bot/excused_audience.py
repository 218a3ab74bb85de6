"""Who chose not to be asked is asked no more, and keeps no event waiting for them."""

from collections.abc import Mapping, Set

from models.person_facts import NotAsked
from models.records import ReminderKind, TrackedEvent
from reminder_bot.delivery_seams import Audience
from reminder_bot.person_sorter import PersonSorter
from utils.time import Clock


class ExcusedAudience:
    """An audience without those who want no reminders, none of this event, or are away when it begins.

    It looks at those who have chosen something, who are few, not at everybody who is asked.
    """

    def __init__(self, audience: Audience, sorter: PersonSorter, clock: Clock) -> None:
        self._audience = audience
        self._sorter = sorter
        self._clock = clock

    async def asked(self, event: TrackedEvent) -> Set[int]:
        """Return whom an event asks, without those who are excused.

        Raises:
            DiscordError: as the audience itself.
            StorageError: as the audience itself.
        """
        asked = await self._audience.asked(event)
        excused = self._excused(event, ReminderKind.SILENT)
        return asked - set(excused) if excused else asked

    async def reachable(self, event: TrackedEvent, user_ids: Set[int]) -> Set[int]:
        """Return those of some people who can be reached, without those who want no reminders about such an event.

        Raises:
            DiscordError: as the audience itself.
            StorageError: as the audience itself.
        """
        found = await self._audience.reachable(event, user_ids)
        excused = self._excused(event, ReminderKind.TALLY)
        return found - set(excused) if excused else found

    async def asks(self, event: TrackedEvent, user_id: int) -> bool:
        """Return whether one person is asked.

        Raises:
            DiscordError: as the audience itself.
            StorageError: as the audience itself.
        """
        if not await self._audience.asks(event, user_id):
            return False
        return self._sorter.reason_left_out(event, ReminderKind.SILENT, self._clock.now(), user_id) is None

    async def parted(self, event: TrackedEvent) -> tuple[Set[int], dict[int, NotAsked]]:
        """Return whom an event would ask if nobody had chosen anything, and why some of them are excused.

        Raises:
            DiscordError: as the audience itself.
            StorageError: as the audience itself.
        """
        everybody = await self._audience.asked(event)
        excused = self._excused(event, ReminderKind.SILENT)
        return everybody, {user_id: reason for user_id, reason in excused.items() if user_id in everybody}

    def _excused(self, event: TrackedEvent, kind: ReminderKind) -> Mapping[int, NotAsked]:
        # After the last wait: what somebody has chosen meanwhile counts.
        return self._sorter.left_out(event, kind, self._clock.now())
