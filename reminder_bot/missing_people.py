"""Whom a message about an event is for: those who were asked and have not answered, or who gave one of some answers."""

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass

from models.person_facts import NO_FACTS, PersonFacts
from models.plan_rules import is_for
from models.records import Answer, ReminderKind, TrackedEvent
from persistence import reactions
from persistence.held import person_facts
from persistence.reader import DatabaseReader
from reminder_bot import reminder_policy as policy
from reminder_bot.delivery_seams import Audience
from reminder_bot.reminder_message import Tally


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a message is for by the answers, with what else is stored of them, and what is known of the answers."""

    tally: Tally
    people: Set[int] = frozenset()
    facts: PersonFacts = NO_FACTS


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

    async def meant(self, event: TrackedEvent, kind: ReminderKind, escalate_after: int | None = None) -> Meant:
        """Return what is known of the event's answers, and whom a message of this kind is for by them now.

        With ``escalate_after`` it is read as well how often those who are silent were pinged.

        Raises:
            DiscordError: the audience cannot be told at the moment.
        """
        key = (event.guild_id, event.message_id)
        if kind is ReminderKind.SILENT:
            asked = await self._audience.asked(event)
            return await self._reader.run(_silent, *key, asked, escalate_after)
        answers, facts = await self._reader.run(_answers, *key, kind)
        if kind is not ReminderKind.TALLY:
            given = {answer.user_id for answer in answers if is_for(event, kind, answer.emoji)}
            return Meant(Tally(_counts(answers), None), await self._audience.reachable(event, given), facts)
        coming = {answer.user_id for answer in answers if is_for(event, ReminderKind.BEFORE, answer.emoji)}
        comers = tuple(sorted(await self._audience.reachable(event, coming)))
        tally, _missing = await self.tally(event)
        return Meant(Tally(tally.counts, tally.missing, comers))

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


def _silent(guild_id: int, event_id: int, asked: Set[int], escalate_after: int | None) -> Meant:
    tally, missing = tally_of(guild_id, event_id, asked)
    return Meant(tally, missing, person_facts(guild_id, event_id, ReminderKind.SILENT, escalate_after))


def _answers(guild_id: int, event_id: int, kind: ReminderKind) -> tuple[list[Answer], PersonFacts]:
    return reactions.list_answers(guild_id, event_id), person_facts(guild_id, event_id, kind)


def _counts(answers: list[Answer]) -> Counter[str]:
    return Counter(answer.emoji for answer in answers)
