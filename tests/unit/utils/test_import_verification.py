"""The verification finds whatever is not as the files say."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes import FakeClock
from tests.legacy_files import BEN, CHLOE, EVENT, OPTIONS, SECOND, Silent, raw, run_import, write
from utils.data_migration import DataMigration
from utils.migration.plan import Action, Planned
from utils.migration.verification import Verification

NOW = datetime(2025, 8, 25, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("SELECT 1", ""),
        ("UPDATE event SET title = 'other' WHERE message_id = :event", "title is 'other'"),
        ("UPDATE event SET interval_minutes = 61 WHERE message_id = :event", "interval_minutes is 61.0"),
        ("UPDATE event SET required_reactions = '[\"x\"]' WHERE message_id = :event", "required_reactions is ('x',)"),
        ("UPDATE event SET last_reminder = NULL WHERE message_id = :event", "last_reminder is None"),
        ("DELETE FROM event WHERE message_id = :event", "is not there"),
        ("DELETE FROM reaction", f"the answer of {CHLOE} is not there"),
        ("UPDATE reaction SET user_id = 5", "the answer of 5 is not in the file"),
        ("UPDATE reaction SET emoji = '✅'", "claims to know more"),
        ("UPDATE reaction SET reacted_at = 'now'", "claims to know more"),
        (f"DELETE FROM user WHERE user_id = {BEN}", f"person {BEN} of server"),
        ("DELETE FROM unresolved_event", f"event {SECOND}: is not there"),
        ("UPDATE unresolved_event SET entry = json_set(entry, '$.title', 'x')", f"event {SECOND}: waits"),
    ],
    ids=lambda value: value[:40],
)
def test_every_difference_is_found(tmp_path: Path, statement: str, finding: str) -> None:
    path = write(tmp_path / "watched_reminders.json", raw(), raw(SECOND, guild_id=0, channel_id=5))
    database, clock = tmp_path / "bot.db", FakeClock(NOW)
    with DataMigration(tmp_path / "nowhere.db", OPTIONS, clock=clock, progress=Silent()) as migration:
        migration.validate([path])
        planned = [Planned(each.source, each.entry, Action.IMPORT) for each in migration.plan(NOW).events()]
    run_import(database, clock, path)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(statement, {"event": EVENT} if ":event" in statement else {})
        found = "; ".join(Verification(connection).differences(planned))
    assert finding in found
    assert bool(found) == bool(finding)
