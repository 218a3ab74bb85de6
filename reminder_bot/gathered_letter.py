"""All that a gathered message is written from: what it says, of which events, and what is known of their answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.held_records import Gathered, HeldItem, HeldKind
from models.records import TrackedEvent
from reminder_bot.reminder_message import Tally


@dataclass(frozen=True, slots=True)
class Letter:
    """A message with its events; ``silent`` names, by event, of whom an organiser is told.

    ``tallies`` has what is known of an event's answers, where anything is.
    """

    message: Gathered
    events: Mapping[int, TrackedEvent]
    tallies: Mapping[int, Tally] = field(default_factory=dict)
    silent: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    is_late: bool = False
    is_soundless: bool = False

    def by_subject(self) -> list[tuple[TrackedEvent, HeldKind, list[HeldItem]]]:
        """Return what it says of which event, each with all whom it says it to: what closes first is first."""
        found: dict[tuple[int, HeldKind], list[HeldItem]] = {}
        for item in self.message.items:
            found.setdefault((item.event_id, item.kind), []).append(item)
        subjects = [(self.events[event_id], kind, items) for (event_id, kind), items in found.items()]
        return sorted(subjects, key=_urgency)


def _urgency(subject: tuple[TrackedEvent, HeldKind, list[HeldItem]]) -> tuple[bool, str, int, str]:
    event, kind, _items = subject
    moment = event.closes_at
    return moment is None, "" if moment is None else moment.isoformat(), event.message_id, kind.value
