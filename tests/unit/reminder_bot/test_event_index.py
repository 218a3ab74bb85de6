"""The guard in front of every reaction frame."""

from dataclasses import replace

from models.records import EventCounts, EventState, TrackedEvent, WatchedMessage
from reminder_bot.event_index import EventIndex
from tests.fakes import START
from tests.unit.reminder_bot.conftest import EVENT as WATCHED
from tests.unit.reminder_bot.conftest import GUILD, House

EVENT = TrackedEvent(
    3, 2, 1, "Raid", None, 60.0, False, None, START, ("✅", "<:no:99>", "❤️"), EventState.ACTIVE, None, START, 7, START
)


def test_index_finds_an_event_by_message_channel_and_guild() -> None:
    index = EventIndex()
    index.load([WatchedMessage(3, 2, 1, EVENT.required_reactions, is_paused=False, is_blocked=False)])
    index.put(replace(EVENT, message_id=4))
    assert len(index) == 2
    index.put(replace(EVENT, message_id=5, channel_id=6))
    assert {item.message_id for item in index.in_channel(1, 2)} == {3, 4}
    assert not list(index.in_channel(9, 2))
    assert {item.message_id for item in index.in_guild(1)} == {3, 4, 5}


def test_index_drops_what_is_over_everywhere() -> None:
    index = EventIndex()
    index.put(EVENT)
    index.put(replace(EVENT, state=EventState.ARCHIVED))
    assert index.get(3) is None
    assert not list(index.in_channel(1, 2))
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


def test_index_counts_events_by_what_they_do_now_however_often_they_change() -> None:
    index = EventIndex()
    for number in range(1, 6):
        index.put(replace(EVENT, message_id=number))
    for number in (1, 1, 2):
        index.put(replace(EVENT, message_id=number, is_paused=True))
    index.put(replace(EVENT, message_id=2, is_paused=True, state=EventState.BLOCKED))
    index.put(replace(EVENT, message_id=3, state=EventState.ARCHIVED))
    assert index.counts == EventCounts(active=2, paused=1, blocked=1)
    index.put(replace(EVENT, message_id=1))
    index.drop(2)
    assert index.counts == EventCounts(active=3, paused=0, blocked=0)


async def test_counts_are_those_of_the_store_after_a_pause_and_after_a_new_start(house: House) -> None:
    await house.watch()
    await house.manager.pause(GUILD, WATCHED, by=1)
    assert house.manager.index.counts == EventCounts(active=0, paused=1, blocked=0)
    await house.reopen()
    assert house.manager.index.counts == EventCounts(active=0, paused=1, blocked=0)
    await house.manager.resume(GUILD, WATCHED, by=1)
    assert house.manager.index.counts == EventCounts(active=1, paused=0, blocked=0)
