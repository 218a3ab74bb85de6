"""Guilds, people, and what the bot remembers about itself."""

import pytest

from models.database_models import User
from models.records import Person
from persistence import bot_state, guilds
from persistence.events import list_events
from tests.unit.persistence.factories import GUILD, NOW, OTHER_GUILD, later, watch

pytestmark = pytest.mark.usefixtures("store")


def test_guild_name_is_kept_when_none_is_known() -> None:
    assert guilds.get_guild_name(GUILD) is None
    guilds.upsert_guild(GUILD, None, NOW)
    assert guilds.get_guild_name(GUILD) is None
    guilds.upsert_guild(GUILD, "Guild", NOW)
    guilds.upsert_guild(GUILD, None, later(1))
    assert guilds.get_guild_name(GUILD) == "Guild"
    guilds.upsert_guild(GUILD, "Renamed", later(2))
    assert guilds.get_guild_name(GUILD) == "Renamed"


def test_guild_that_is_met_again_keeps_its_events() -> None:
    watch()
    guilds.upsert_guild(GUILD, "Guild", NOW)
    assert len(list_events(GUILD)) == 1


def test_people_are_kept_up_as_they_are_met() -> None:
    guilds.upsert_people(GUILD, [Person(2, "Bo", is_bot=False), Person(1, "Ann", is_bot=False)], NOW)
    guilds.upsert_people(GUILD, [Person(2, "Bot", is_bot=True)], later(1))
    assert guilds.get_people(GUILD) == [Person(1, "Ann", is_bot=False), Person(2, "Bot", is_bot=True)]
    assert [user.last_seen for user in User.select().order_by(User.user_id)] == [NOW, later(1)]
    assert [user.created_at for user in User.select()] == [NOW, NOW]


def test_people_of_a_guild_that_was_not_met_bring_its_row_along_and_keep_its_name() -> None:
    guilds.upsert_people(GUILD, [Person(1, "Ann", is_bot=False)], NOW)
    guilds.upsert_guild(GUILD, "Guild", NOW)
    guilds.upsert_people(GUILD, [Person(2, "Bo", is_bot=False)], NOW)
    assert guilds.get_guild_name(GUILD) == "Guild"


def test_nobody_met_stores_nothing() -> None:
    guilds.upsert_people(GUILD, [], NOW)
    assert guilds.get_people(GUILD) == []


def test_person_whose_name_is_unknown_is_named_by_id() -> None:
    guilds.upsert_guild(GUILD, None, NOW)
    User.create(guild=GUILD, user_id=7)
    assert guilds.get_people(GUILD) == [Person(7, "7", is_bot=False)]


def test_same_person_in_two_guilds_is_two_rows() -> None:
    guilds.upsert_people(GUILD, [Person(1, "Ann", is_bot=False)], NOW)
    guilds.upsert_people(OTHER_GUILD, [Person(1, "Annie", is_bot=False)], NOW)
    assert [guilds.get_people(guild)[0].name for guild in (GUILD, OTHER_GUILD)] == ["Ann", "Annie"]


def test_state_of_the_bot_is_replaced() -> None:
    assert bot_state.get_value("hash") is None
    bot_state.set_value("hash", "a", NOW)
    bot_state.set_value("hash", "b", later(1))
    assert bot_state.get_value("hash") == "b"
