"""What was told to one person grows old: into the archive it goes, and nothing that waits or is being sent."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from models.held_records import Way
from models.member_models import GatheredMessage, HeldReminder
from models.records import EventState
from persistence import events
from persistence.archive import Archives
from persistence.gathered import begin_gathered, claim_gathered, complete_gathered
from persistence.outdated import next_slice, remove_slice
from tests.unit.persistence.factories import CHANNEL, EVENT, GUILD, NOW, later, watch
from tests.unit.persistence.test_gathered import hold

pytestmark = pytest.mark.usefixtures("store")

CUTOFF = NOW + timedelta(days=100)


def told(*user_ids: int) -> None:
    message = claim_gathered(GUILD, Way.CHANNEL, CHANNEL, [hold(user_id) for user_id in user_ids], later(1))
    assert message is not None
    begin_gathered(GUILD, message.gathered_id, [item.held_id for item in message.items], {}, later(1))
    complete_gathered(GUILD, message.gathered_id, 77, later(1), set(user_ids), later(1))


def clean_up(archives: Archives) -> None:
    while old := next_slice(CUTOFF):
        archives.store(old)
        assert remove_slice(old, CUTOFF) > 0


def archived(archives: Archives) -> list[tuple[int, str, int]]:
    (path,) = archives.paths()
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT user_id, outcome, message_id FROM held_reminder ORDER BY 1").fetchall()


def test_what_was_told_goes_into_the_archive_and_what_waits_stays(tmp_path: Path) -> None:
    watch()
    told(1, 2)
    hold(3)
    archives = Archives(tmp_path / "old", tmp_path / "bot.db")
    clean_up(archives)
    assert archived(archives) == [(1, "pinged", 77), (2, "pinged", 77)]
    assert [row.user_id for row in HeldReminder.select()] == [3]
    assert GatheredMessage.select().count() == 0
    archives.forget([1])
    assert [row[0] for row in archived(archives)] == [2]


def test_a_message_that_is_being_sent_keeps_its_event(tmp_path: Path) -> None:
    watch()
    claim_gathered(GUILD, Way.CHANNEL, CHANNEL, [hold(1)], later(1))
    events.set_state(GUILD, EVENT, EventState.ARCHIVED, "gone", NOW)
    assert next_slice(CUTOFF) is None


def test_an_archived_event_takes_what_was_told_of_it_along(tmp_path: Path) -> None:
    watch()
    told(1)
    events.set_state(GUILD, EVENT, EventState.ARCHIVED, "gone", NOW)
    archives = Archives(tmp_path / "old", tmp_path / "bot.db")
    clean_up(archives)
    assert [row[0] for row in archived(archives)] == [1]
    assert HeldReminder.select().count() == GatheredMessage.select().count() == 0
