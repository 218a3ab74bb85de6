"""What people type into ``message`` and ``event`` options."""

import pytest

from utils.converters import parse_event_option, parse_link, unknown_event
from utils.errors import EventNotFoundError, InvalidLinkError
from utils.links import MessageLink

GUILD = 100000000000000001
LINK = f"https://discord.com/channels/{GUILD}/200/300"


def test_link_to_this_guild_is_read_whole() -> None:
    assert parse_link(LINK, GUILD) == MessageLink(GUILD, 200, 300)


def test_id_leaves_guild_and_channel_open() -> None:
    assert parse_link(" 300 ", GUILD) == MessageLink(None, None, 300)


@pytest.mark.parametrize("parse", [parse_link, parse_event_option])
def test_link_to_another_guild_is_refused_by_name(parse: object) -> None:
    assert callable(parse)
    with pytest.raises(InvalidLinkError, match="another server"):
        parse(LINK, GUILD + 1)


def test_event_option_takes_suggested_id_and_link() -> None:
    assert parse_event_option("300", GUILD) == 300
    assert parse_event_option(LINK, GUILD) == 300


@pytest.mark.parametrize("text", ["", "Raid on Friday", "https://example.org", "-1", "9" * 30])
def test_event_option_that_was_not_picked_says_to_pick_one(text: str) -> None:
    with pytest.raises(EventNotFoundError, match="Pick one from the suggestions"):
        parse_event_option(text, GUILD)


def test_unknown_event_reads_the_same_as_an_unpicked_one() -> None:
    with pytest.raises(EventNotFoundError) as refused:
        parse_event_option("no such event", GUILD)
    assert str(refused.value) == str(unknown_event())
