"""What is to become of each event, and how much there is to do; kept in memory while it is little."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from models.import_records import DORMANT_AFTER, ImportedEntry
from persistence.forgotten import ForgottenPeople
from utils.legacy.records import LegacyEntry
from utils.legacy.stage import MOST_PEOPLE_IN_MEMORY, Decision, Stage
from utils.migration.reading import DATABASE
from utils.time import to_text

_BATCH_PEOPLE = 150_000
_BATCH_EVENTS = 5_000


class Action(StrEnum):
    """What is done with an event."""

    IMPORT = "imported"
    UPDATE = "updated"
    RENEW = "renewed"
    """Update all but the answers, which the bot has read from Discord."""
    KEEP = "unchanged"


class Planned(NamedTuple):
    """One event as it is to be stored; ``source`` is the number of the file with which it is stored."""

    source: int
    entry: ImportedEntry
    action: Action


@dataclass(slots=True)
class Totals:
    """How many events each action is for, and how much there is to write; counted up while the plan is made."""

    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    answers: int = 0
    people: int = 0
    without_guild: int = 0
    dormant: int = 0

    @property
    def written(self) -> int:
        """How many events are written."""
        return self.imported + self.updated

    def count(self, planned: Planned) -> None:
        """Count one event more."""
        entry, action = planned.entry, planned.action
        if action is Action.KEEP:
            self.unchanged += planned.source != DATABASE
            return
        self.imported += action is Action.IMPORT
        self.updated += action is not Action.IMPORT
        self.answers += 0 if action is Action.RENEW else len(entry.answered)
        self.people += len(entry.asked)
        self.without_guild += entry.guild_id is None
        self.dormant += entry.is_dormant

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is to be written."""
        return not self.written


def as_imported(
    entry: LegacyEntry, guild_id: int | None, interval_minutes: float, oldest_awake: str, forgotten: ForgottenPeople
) -> ImportedEntry:
    """Return an entry as it is stored: dormant when it is not paused and was last reminded about before a time.

    Who asked to be forgotten is not in it.
    """
    is_old = entry.last_reminder is not None and entry.last_reminder < oldest_awake
    imported = ImportedEntry(
        message_id=entry.message_id,
        channel_id=entry.channel_id,
        guild_id=guild_id,
        title=entry.title,
        interval_minutes=interval_minutes,
        required_reactions=entry.required_reactions,
        is_paused=entry.is_paused,
        is_dormant=is_old and not entry.is_paused,
        last_reminder=entry.last_reminder,
        created_at=entry.created_at,
        answered=entry.answered,
        asked=entry.asked,
        field_count=entry.field_count,
        variant=int(entry.variant),
    )
    return imported.without(forgotten.hold) if forgotten else imported


@dataclass(slots=True)
class Plan:
    """Takes decisions, then yields them as often as wanted.

    Few are held as they are; when they become many, all go into the stage, and each is put together anew at every use.
    """

    stage: Stage
    now: datetime
    forgotten: ForgottenPeople
    totals: Totals = field(default_factory=Totals)
    written_with: Counter[int] = field(default_factory=Counter)
    """How many events are written with each source."""
    _held: list[Planned] | None = field(default_factory=list)
    _people: int = 0

    @property
    def oldest_awake(self) -> str:
        """When an event must have been reminded about, at least, not to start paused; as it is stored."""
        return to_text(self.now - DORMANT_AFTER)

    def add(self, planned: Planned) -> None:
        """Take what is to become of one event; they come by message id."""
        self.totals.count(planned)
        if planned.action is not Action.KEEP:
            self.written_with[planned.source] += 1
        if self._held is None:
            self.stage.decide([_decision(planned)])
            return
        self._held.append(planned)
        self._people += len(planned.entry.answered) + len(planned.entry.asked)
        if self._people > MOST_PEOPLE_IN_MEMORY:
            self.stage.decide(map(_decision, self._held))
            self._held = None

    def events(self, source: int | None = None) -> Iterator[Planned]:
        """Yield what was taken, by message id; with ``source``, what is stored with that one alone."""
        if self._held is not None:
            yield from (each for each in self._held if source in (None, each.source))
            return
        oldest_awake = self.oldest_awake
        for entry, decision in self.stage.decided(source):
            completed = as_imported(entry, decision.guild_id, decision.interval_minutes, oldest_awake, self.forgotten)
            yield Planned(decision.source, completed, Action(decision.action))


def batches(planned: Iterator[Planned]) -> Iterator[list[Planned]]:
    """Yield events in lists: long enough to meet most people once, short enough for a small memory."""
    batch: list[Planned] = []
    people = 0
    for each in planned:
        batch.append(each)
        people += len(each.entry.answered) + len(each.entry.asked)
        if people >= _BATCH_PEOPLE or len(batch) >= _BATCH_EVENTS:
            yield batch
            batch, people = [], 0
    if batch:
        yield batch


def _decision(planned: Planned) -> tuple[int, Decision]:
    entry = planned.entry
    return entry.message_id, Decision(planned.source, planned.action, entry.guild_id, entry.interval_minutes)
