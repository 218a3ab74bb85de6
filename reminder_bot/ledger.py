"""What the bot did since it started, counted; and what of it belongs to the time it was away."""

from dataclasses import dataclass, fields

from models.records import ReconciliationResult
from utils.formatting import plural
from utils.i18n import _


@dataclass(slots=True)
class Ledger:
    """Counts that only grow."""

    answers_added: int = 0
    answers_withdrawn: int = 0
    answers_changed: int = 0
    reminders_late: int = 0
    reminders_skipped: int = 0
    reminders_settled: int = 0
    events_archived: int = 0
    events_blocked: int = 0

    def count_answers(self, result: ReconciliationResult) -> None:
        """Add what a reconciliation changed."""
        self.answers_added += result.added
        self.answers_withdrawn += result.withdrawn
        self.answers_changed += result.changed

    def copy(self) -> "Ledger":
        """Return the counts as they are now."""
        return Ledger(*(getattr(self, field.name) for field in fields(self)))

    def since(self, before: "Ledger") -> "Ledger":
        """Return what has been counted after ``before`` was copied."""
        return Ledger(*(getattr(self, field.name) - getattr(before, field.name) for field in fields(self)))


def while_away(changes: Ledger) -> str:
    """Say in one line what was caught up with after a start or a new session; also when it was nothing."""
    parts = [
        plural(changes.answers_added, _("answer added"), _("answers added")),
        plural(changes.answers_withdrawn, _("answer withdrawn"), _("answers withdrawn")),
        plural(changes.answers_changed, _("answer changed"), _("answers changed")),
        plural(changes.reminders_late, _("reminder sent late"), _("reminders sent late")),
        plural(changes.reminders_settled, _("reminder found sent"), _("reminders found sent")),
        plural(changes.reminders_skipped, _("reminder skipped"), _("reminders skipped")),
        plural(changes.events_archived, _("event archived"), _("events archived")),
        plural(changes.events_blocked, _("event blocked"), _("events blocked")),
    ]
    said = [part for part in parts if not part.startswith("0 ")]
    return ", ".join(said) if said else _("nothing changed")
