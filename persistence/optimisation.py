"""What keeps a database quick and small: statistics for SQLite's planner, and pages given back to the disk."""

from dataclasses import dataclass

from models.database_models import database_proxy
from models.sql import run_sql

PAGES_PER_SLICE = 256
"""How many free pages are given back in one transaction: one MiB, some milliseconds."""

ROWS_PER_INDEX = 1_000
"""How much of each index is read for the statistics; all of it would take as long as the file is large."""


@dataclass(frozen=True, slots=True)
class Room:
    """How large the database is, and how much of that is free for rows to come."""

    size_bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True)
class Optimised:
    """The room before and after, and for how many tables and indexes there are statistics."""

    before: Room
    after: Room
    statistics: int

    @property
    def gained_bytes(self) -> int:
        """How much smaller the file has become."""
        return self.before.size_bytes - self.after.size_bytes


def room() -> Room:
    """Return how large the database is. Read-only."""
    page_size, pages, free = (_number(name) for name in ("page_size", "page_count", "freelist_count"))
    return Room(page_size * pages, page_size * free)


def gather_statistics() -> int:
    """Have SQLite look at its tables and indexes; return for how many it has statistics now."""
    run_sql(database_proxy, f"PRAGMA analysis_limit = {ROWS_PER_INDEX}")
    run_sql(database_proxy, "ANALYZE")
    run_sql(database_proxy, "PRAGMA optimize").fetchall()
    return int(run_sql(database_proxy, "SELECT count(*) FROM sqlite_stat1").fetchone()[0])


def release_pages(limit: int = PAGES_PER_SLICE) -> bool:
    """Give at most so many free pages back to the disk; return whether there are more.

    A file that was not made for it (``auto_vacuum`` is not incremental) keeps its pages.
    """
    before = _number("freelist_count")
    for _ in range(min(limit, before)):
        # SQLite frees one page at each step of this statement, and Python's sqlite3 takes only the first step of
        # statements without columns: one page each, whatever number is named.
        run_sql(database_proxy, "PRAGMA incremental_vacuum(1)")
    return 0 < _number("freelist_count") < before


def _number(pragma: str) -> int:
    return int(run_sql(database_proxy, f"PRAGMA {pragma}").fetchone()[0])
