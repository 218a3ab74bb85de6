"""Whom a message about an event is for: those who were asked and have not answered, or who gave one of some answers."""

from collections import Counter
from collections.abc import Set

from models.plan_rules import is_for
from models.records import Answer, ReminderKind, TrackedEvent
from persistence import reactions
from persistence.reader import DatabaseReader
from reminder_bot import reminder_policy as policy
from reminder_bot.delivery_seams import Audience
from reminder_bot.reminder_message import Tally


class MissingPeople:
    """Compares who is asked with who has answered; the answers are read and subtracted off the event loop."""

    def __init__(self, audience: Audience, reader: DatabaseReader) -> None:
        self._audience = audience
        self._reader = reader

    async def tally(self, event: TrackedEvent) -> tuple[Tally, Set[int]]:
        """Return what is known of the event's answers, and who is missing now.

        Raises:
            DiscordError: the audience cannot be told at the moment.
        """
        asked = await self._audience.asked(event)
        return await self._reader.run(tally_of, event.guild_id, event.message_id, asked)

    async def meant(self, event: TrackedEvent, kind: ReminderKind) -> tuple[Tally, Set[int]]:
        """Return what is known of the event's answers, and whom a message of this kind is for now.

        Raises:
            DiscordError: the audience cannot be told at the moment.
        """
        if kind is ReminderKind.SILENT:
            return await self.tally(event)
        answers = await self._reader.run(reactions.list_answers, event.guild_id, event.message_id)
        if kind is not ReminderKind.TALLY:
            given = {answer.user_id for answer in answers if is_for(event, kind, answer.emoji)}
            return Tally(_counts(answers), None), await self._audience.reachable(event, given)
        coming = {answer.user_id for answer in answers if is_for(event, ReminderKind.BEFORE, answer.emoji)}
        comers = tuple(sorted(await self._audience.reachable(event, coming)))
        tally, _missing = await self.tally(event)
        return Tally(tally.counts, tally.missing, comers), frozenset()

    async def still_silent(
        self, event: TrackedEvent, told: Set[int], organisers: Set[int]
    ) -> tuple[Tally, Set[int], Set[int]]:
        """Return the tally, who of those ``told`` of is still missing, and which organisers may hear of it.

        Nobody hears of it who cannot see the event any more, or when nobody is silent any more.

        Raises:
            DiscordError: the audience cannot be told at the moment.
        """
        tally, missing = await self.tally(event)
        silent = missing & told
        may_hear = await self._audience.reachable(event, organisers) if silent else frozenset()
        return tally, silent, may_hear

    async def holds(self, event: TrackedEvent, user_id: int) -> bool:
        """Return whether one person is missing, without reading about all the others.

        Raises:
            DiscordError: the audience cannot be told at the moment.
        """
        if not await self._audience.asks(event, user_id):
            return False
        return not await self._reader.run(reactions.answered_among, event.guild_id, event.message_id, (user_id,))


def tally_of(guild_id: int, event_id: int, asked: Set[int]) -> tuple[Tally, Set[int]]:
    """Return what is known of an event's answers, and who of those asked is missing. Reads the database."""
    answered = reactions.answered(guild_id, event_id)
    missing = policy.missing(asked, answered.user_ids)
    return Tally(answered.counts, len(missing)), missing


def _counts(answers: list[Answer]) -> Counter[str]:
    return Counter(answer.emoji for answer in answers)
