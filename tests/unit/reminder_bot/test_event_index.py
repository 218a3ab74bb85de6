"""The guard in front of every reaction frame."""

from dataclasses import replace

from models.records import EventState, TrackedEvent, WatchedMessage
from reminder_bot.event_index import EventIndex
from tests.fakes import START

EVENT = TrackedEvent(
    3, 2, 1, "Raid", None, 60.0, False, None, START, ("✅", "<:no:99>", "❤️"), EventState.ACTIVE, None, START, 7, START
)


def test_index_finds_an_event_by_message_channel_and_guild() -> None:
    index = EventIndex()
    index.load([WatchedMessage(3, 2, 1, EVENT.required_reactions, is_blocked=False)])
    index.put(replace(EVENT, message_id=4))
    assert len(index) == 2
    assert {item.message_id for item in index.in_channel(2)} == {3, 4}
    assert {item.message_id for item in index.in_guild(1)} == {3, 4}


def test_index_drops_what_is_over_everywhere() -> None:
    index = EventIndex()
    index.put(EVENT)
    index.put(replace(EVENT, state=EventState.ARCHIVED))
    assert index.get(3) is None
    assert not list(index.in_channel(2))
    assert not list(index.in_guild(1))


def test_index_knows_what_is_blocked() -> None:
    index = EventIndex()
    index.put(replace(EVENT, state=EventState.BLOCKED))
    [item] = index.in_guild(1)
    assert item.is_blocked


def test_spell_gives_the_events_own_spelling_of_an_emoji() -> None:
    index = EventIndex()
    index.put(EVENT)
    watched = index.get(3)
    assert watched is not None
    assert watched.spell("<:renamed:99>") == "<:no:99>"
    assert watched.spell("❤") == "❤️"
    assert watched.spell("👍") is None
