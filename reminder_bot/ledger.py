"""What the bot did since it started, counted; and what of it belongs to the time it was away."""

from dataclasses import dataclass, field, fields
from datetime import timedelta

from models.records import ReconciliationResult
from utils.formatting import listing, plural
from utils.histogram import Histogram
from utils.i18n import _

LATENESS_BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0, 43200.0)


@dataclass(slots=True)
class Ledger:
    """Counts that only grow; of reminders, each batch counts.

    ``answers_stored`` are the reactions that changed an answer as they came in; those that a reconciliation found are
    ``answers_added``, ``answers_withdrawn`` and ``answers_changed``. ``lateness`` holds seconds from the moment a batch
    was due to the moment it was sent.
    """

    answers_stored: int = 0
    answers_added: int = 0
    answers_withdrawn: int = 0
    answers_changed: int = 0
    reminders_sent: int = 0
    reminders_failed: int = 0
    reminders_late: int = 0
    reminders_skipped: int = 0
    reminders_settled: int = 0
    events_archived: int = 0
    events_blocked: int = 0
    people_pinged: int = 0
    lateness: Histogram = field(default_factory=lambda: Histogram(LATENESS_BOUNDS), init=False, compare=False)

    def count_answers(self, result: ReconciliationResult) -> None:
        """Add what a reconciliation changed."""
        self.answers_added += result.added
        self.answers_withdrawn += result.withdrawn
        self.answers_changed += result.changed

    def count_sent(self, people: int, late_by: timedelta) -> None:
        """Add a batch that went out to so many people, so long after it was due."""
        self.reminders_sent += 1
        self.people_pinged += people
        self.lateness.observe(max(late_by.total_seconds(), 0.0))

    def copy(self) -> "Ledger":
        """Return the counts as they are now, without the lateness."""
        return Ledger(**self._counts())

    def since(self, before: "Ledger") -> "Ledger":
        """Return what has been counted after ``before`` was copied."""
        earlier = before._counts()
        return Ledger(**{name: count - earlier[name] for name, count in self._counts().items()})

    def _counts(self) -> dict[str, int]:
        return {item.name: getattr(self, item.name) for item in fields(self) if item.type is int}


def while_away(changes: Ledger) -> str:
    """Say in one line what was caught up with after a start or a new session; also when it was nothing."""
    added, withdrawn, changed = changes.answers_added, changes.answers_withdrawn, changes.answers_changed
    late, settled, skipped = changes.reminders_late, changes.reminders_settled, changes.reminders_skipped
    archived, blocked = changes.events_archived, changes.events_blocked
    parts = (
        (added, plural(added, "answer added", "answers added")),
        (withdrawn, plural(withdrawn, "answer withdrawn", "answers withdrawn")),
        (changed, plural(changed, "answer changed", "answers changed")),
        (late, plural(late, "reminder sent late", "reminders sent late")),
        (settled, plural(settled, "reminder found sent", "reminders found sent")),
        (skipped, plural(skipped, "reminder skipped", "reminders skipped")),
        (archived, plural(archived, "event archived", "events archived")),
        (blocked, plural(blocked, "event blocked", "events blocked")),
    )
    return listing([text for count, text in parts if count]) or _("nothing changed")
