"""The tables of phrases: what is typed, and the local time that is meant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

_FOLDER = Path(__file__).parent / "unit/utils/phrases"

PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")
WEDNESDAY = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
"""13:00 in Paris."""
SATURDAY = datetime(2026, 3, 8, 3, 0, tzinfo=UTC)
"""22:00 in New York, on the day before."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A line of a table, and where and when it is said."""

    text: str
    expected: str
    now: datetime
    zone: ZoneInfo
    language: str


def phrases() -> Iterator[Phrase]:
    """Yield every line of every table."""
    yield from _table("english", WEDNESDAY, PARIS, "en")
    yield from _table("french", WEDNESDAY, PARIS, "fr")
    yield from _table("new_york", SATURDAY, NEW_YORK, "en")


def _table(name: str, now: datetime, zone: ZoneInfo, language: str) -> Iterator[Phrase]:
    for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text, _, expected = line.partition("|")
            yield Phrase(text.strip(), expected.strip(), now, zone, language)
