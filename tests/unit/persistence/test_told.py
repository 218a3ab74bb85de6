"""What organisers were told: noted once, forgotten when it is over, each guild for itself."""

import pytest

from persistence import told
from persistence.database import DatabaseHandle
from tests.unit.persistence.factories import GUILD, NOW, OTHER_GUILD

pytestmark = pytest.mark.usefixtures("handle")


def test_what_was_told_is_told_again_only_when_it_differs_or_was_over() -> None:
    assert told.note_told("place.5", GUILD, "gone", NOW)
    assert not told.note_told("place.5", GUILD, "gone", NOW)
    assert told.note_told("place.5", GUILD, "locked", NOW)
    assert told.get_told("place.5", GUILD) == "locked"
    assert told.drop_told("place.5", GUILD)
    assert not told.drop_told("place.5", GUILD)
    assert told.get_told("place.5", GUILD) is None
    assert told.note_told("place.5", GUILD, "locked", NOW)


def test_topic_that_is_over_everywhere_names_the_guilds_that_were_told_of_it(handle: DatabaseHandle) -> None:
    for guild_id in (GUILD, OTHER_GUILD):
        told.note_told("upkeep.backup", guild_id, "failing", NOW)
        told.note_told("upkeep.backup_command", guild_id, "failing", NOW)
    assert sorted(told.drop_told_everywhere("upkeep.backup")) == sorted([GUILD, OTHER_GUILD])
    assert told.drop_told_everywhere("upkeep.backup") == []
    assert told.get_told("upkeep.backup_command", GUILD) == "failing"
