"""What the upkeep of the database remembers and reports."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

LAST_CLEANUP = "care.cleanup"
LAST_OPTIMISATION = "care.optimize"
LAST_CHECK = "care.check"
LAST_HANDOVER = "care.handover"
"""Keys of ``bot_state``: when each was last done, the check with what it found; which backup was handed over last."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a cleanup has moved: rows by table, and the archives they went into; ``changes`` were deleted."""

    log: int = 0
    answers: int = 0
    events: int = 0
    changes: int = 0
    archives: tuple[Path, ...] = ()

    def plus(self, table: str, count: int, archives: Iterable[Path]) -> "Cleaned":
        """Return this with one slice more."""
        paths = tuple(sorted({*self.archives, *archives}))
        return replace(
            self,
            log=self.log + count * (table == "reminder_log"),
            answers=self.answers + count * (table == "reaction"),
            events=self.events + count * (table == "event"),
            archives=paths,
        )


@dataclass(frozen=True, slots=True)
class CareReport:
    """How the upkeep is, for `/health`: the last backup, and the jobs that failed and have not gone well since."""

    last_backup_at: datetime | None = None
    failing: tuple[str, ...] = ()
