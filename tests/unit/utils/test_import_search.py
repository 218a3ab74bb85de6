"""Imported events can be searched, however many come at once."""

from pathlib import Path

import pytest

from models.event_text import search_problems
from persistence.event_search import search_events
from tests.fakes import FakeClock
from tests.legacy_files import EVENT, raw, run_import, write
from tests.unit.persistence.factories import NOW, opened

SMALL, LARGE = 3, 1_000


@pytest.mark.parametrize("count", [SMALL, LARGE])
def test_imported_events_are_found_and_so_are_their_newer_versions(tmp_path: Path, count: int) -> None:
    database, clock = tmp_path / "data" / "bot.db", FakeClock(NOW)
    entries = [raw(EVENT + number, title=f"Soirée {number}") for number in range(count)]
    run_import(database, clock, write(tmp_path / "one.json", *entries))
    newer = [{**entry, "title": "Quiz", "last_reminder": "2031-08-24T20:17:48.950795"} for entry in entries]
    run_import(database, clock, write(tmp_path / "two.json", *newer))
    with opened(database) as handle:
        guild_id = int(entries[0]["guild_id"])
        assert len(search_events(guild_id, "quiz", 2 * count)) == count
        assert search_events(guild_id, "soiree", 5) == []
        assert list(search_problems(handle.database)) == []
