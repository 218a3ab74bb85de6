"""Events: watched, revived, paused, moved between states, searched."""

from dataclasses import replace

import pytest
from peewee import IntegrityError

from models.records import EventState, NewEvent, TrackedEvent
from persistence import events, reactions
from persistence.guilds import get_guild_name, upsert_guild
from tests.unit.persistence.factories import (
    CHANNEL,
    EVENT,
    GUILD,
    MAYBE,
    NO,
    NOW,
    ORGANISER,
    OTHER_GUILD,
    YES,
    add,
    apply_signal,
    claimed,
    later,
    new_event,
    watch,
)
from utils.errors import ValidationError

pytestmark = pytest.mark.usefixtures("store")


def the_event() -> TrackedEvent:
    event = events.get_event(GUILD, EVENT)
    assert event is not None
    return event


def test_watched_event_is_stored_as_it_was_asked_for() -> None:
    stored, before = events.watch_event(new_event(), NOW)
    assert before is None
    assert stored == the_event()
    assert stored == TrackedEvent(
        message_id=EVENT,
        channel_id=CHANNEL,
        guild_id=GUILD,
        title="Raid night",
        description="Bring snacks.",
        interval_minutes=60.0,
        is_paused=False,
        last_reminder=None,
        next_reminder_at=later(60),
        required_reactions=(YES, NO, MAYBE),
        state=EventState.ACTIVE,
        state_reason=None,
        state_changed_at=NOW,
        created_by=ORGANISER,
        created_at=NOW,
    )


def test_watching_keeps_the_name_of_the_guild() -> None:
    upsert_guild(GUILD, "Guild", NOW)
    watch()
    assert get_guild_name(GUILD) == "Guild"


def test_watching_again_changes_the_event_and_tells_what_was_there() -> None:
    watch()
    apply_signal(add(7, YES), NOW)
    first = the_event()
    other: NewEvent = replace(
        new_event(title="Raid", due=90),
        interval_minutes=30.0,
        created_by=1,
        required_reactions=(YES,),
        description=None,
    )
    stored, before = events.watch_event(other, later(10))
    assert before == first
    assert stored == replace(
        first,
        title="Raid",
        description=None,
        interval_minutes=30.0,
        required_reactions=(YES,),
        next_reminder_at=later(90),
    )
    assert reactions.answered_user_ids(GUILD, EVENT) == {7}


@pytest.mark.parametrize("state", [EventState.COMPLETED, EventState.ARCHIVED, EventState.BLOCKED])
def test_watching_revives_an_event_that_was_over(state: EventState) -> None:
    watch()
    events.pause(GUILD, EVENT, NOW)
    events.set_state(GUILD, EVENT, state, "the reason", later(1))
    stored, before = events.watch_event(new_event(due=70), later(10))
    assert before is not None
    assert (before.state, before.state_reason, before.is_paused) == (state, "the reason", True)
    assert (stored.state, stored.state_reason, stored.is_paused) == (EventState.ACTIVE, None, False)
    assert (stored.state_changed_at, stored.next_reminder_at) == (later(10), later(70))
    assert (stored.created_at, stored.created_by) == (NOW, ORGANISER)


def test_event_of_another_guild_cannot_be_watched() -> None:
    watch(guild_id=OTHER_GUILD)
    with pytest.raises(ValidationError, match="another server"):
        watch(guild_id=GUILD)
    assert events.list_events(GUILD) == []


def test_title_that_is_too_long_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError, match="event_title_length"):
        watch(title="x" * 201)
    assert events.list_events(GUILD) == []


def test_lists_are_newest_first_and_by_state() -> None:
    for number, state in enumerate(EventState, start=1):
        watch(message_id=number, at=later(number))
        events.set_state(GUILD, number, state, None, later(number))
    watch(message_id=9, guild_id=OTHER_GUILD, at=later(9))
    events.pause(OTHER_GUILD, 9, NOW)
    assert [event.message_id for event in events.list_events(GUILD)] == [4, 3, 2, 1]
    chosen = events.list_events(GUILD, {EventState.ACTIVE, EventState.ARCHIVED})
    assert [event.message_id for event in chosen] == [3, 1]
    assert events.list_events(GUILD, []) == []
    assert [event.message_id for event in events.list_tracked()] == [9, 4, 1]


def test_interval_moves_the_next_reminder() -> None:
    watch()
    event = events.set_interval(GUILD, EVENT, 5.0, later(5), NOW)
    assert event == the_event()
    assert (the_event().interval_minutes, the_event().next_reminder_at) == (5.0, later(5))


def test_interval_of_an_event_that_waits_for_no_reminder_wakes_nothing() -> None:
    watch()
    events.go_quiet(GUILD, EVENT, later(60), NOW)
    event = events.set_interval(GUILD, EVENT, 5.0, later(5), NOW)
    assert event is not None
    assert (event.interval_minutes, event.next_reminder_at) == (5.0, None)


def test_pause_and_resume() -> None:
    watch()
    paused = events.pause(GUILD, EVENT, NOW)
    assert paused is not None
    assert (paused.is_paused, paused.is_running, paused.next_reminder_at) == (True, False, None)
    resumed = events.resume(GUILD, EVENT, later(30), NOW)
    assert resumed is not None
    assert (resumed.is_paused, resumed.next_reminder_at) == (False, later(30))


def test_resume_of_an_event_that_is_over_sets_no_reminder() -> None:
    watch()
    events.pause(GUILD, EVENT, NOW)
    events.set_state(GUILD, EVENT, EventState.BLOCKED, "403", NOW)
    resumed = events.resume(GUILD, EVENT, later(30), NOW)
    assert resumed is not None
    assert (resumed.is_paused, resumed.next_reminder_at) == (False, None)


def test_leaving_active_clears_the_next_reminder_and_coming_back_sets_it() -> None:
    watch()
    blocked = events.set_state(GUILD, EVENT, EventState.BLOCKED, "403", later(1), later(99))
    assert blocked is not None
    assert (blocked.state, blocked.state_reason, blocked.state_changed_at) == (EventState.BLOCKED, "403", later(1))
    assert blocked.next_reminder_at is None
    same = events.set_state(GUILD, EVENT, EventState.BLOCKED, "still", later(2))
    assert same is not None
    assert (same.state_reason, same.state_changed_at) == ("still", later(1))
    back = events.set_state(GUILD, EVENT, EventState.ACTIVE, None, later(3), later(63))
    assert back is not None
    assert (back.state, back.state_reason, back.next_reminder_at) == (EventState.ACTIVE, None, later(63))


def test_paused_event_that_becomes_active_waits_for_no_reminder() -> None:
    watch()
    events.pause(GUILD, EVENT, NOW)
    event = events.set_state(GUILD, EVENT, EventState.ACTIVE, None, NOW, later(60))
    assert event is not None
    assert event.next_reminder_at is None


def test_active_event_that_stays_active_keeps_its_next_reminder() -> None:
    watch()
    event = events.set_state(GUILD, EVENT, EventState.ACTIVE, "seen again", NOW)
    assert event is not None
    assert event.next_reminder_at == later(60)


def test_text_follows_the_message() -> None:
    watch()
    events.set_text(GUILD, EVENT, "New title", None, NOW)
    assert (the_event().title, the_event().description) == ("New title", None)


def test_going_quiet_needs_the_expected_moment_and_arming_a_quiet_event() -> None:
    watch()
    assert not events.arm_if_quiet(GUILD, EVENT, later(5), NOW)
    assert not events.go_quiet(GUILD, EVENT, later(61), NOW)
    assert the_event().next_reminder_at == later(60)
    assert events.go_quiet(GUILD, EVENT, later(60), NOW)
    assert the_event().next_reminder_at is None
    assert not events.go_quiet(GUILD, EVENT, later(60), NOW)
    assert events.arm_if_quiet(GUILD, EVENT, later(5), NOW)
    assert the_event().next_reminder_at == later(5)


def test_event_whose_reminder_is_being_sent_is_not_quiet() -> None:
    watch()
    assert claimed((7,))
    assert not events.arm_if_quiet(GUILD, EVENT, later(5), NOW)


def test_paused_or_ended_event_is_not_quiet() -> None:
    watch()
    events.pause(GUILD, EVENT, NOW)
    assert not events.arm_if_quiet(GUILD, EVENT, later(5), NOW)
    watch()
    events.set_state(GUILD, EVENT, EventState.COMPLETED, None, NOW)
    assert not events.arm_if_quiet(GUILD, EVENT, later(5), NOW)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("raid", [2, 1]),
        ("100%", [2]),
        ("%", [2]),
        ("_", []),
        ("ÉTÉ", [3]),
        ("straSSe", [4]),
        ("", [4, 3, 2, 1]),
        ("z", []),
    ],
)
def test_search_takes_text_literally_in_any_case(text: str, found: list[int]) -> None:
    for number, title in enumerate(["Raid night", "RAID 100%", "Fête d'été", "Straße"], start=1):
        watch(message_id=number, title=title, at=later(number))
    watch(message_id=5, title="Raid 100% été Straße, over", at=later(5))
    events.set_state(GUILD, 5, EventState.ARCHIVED, None, NOW)
    watch(message_id=6, guild_id=OTHER_GUILD, title="Raid 100%", at=later(6))
    assert [event.message_id for event in events.search_titles(GUILD, text, 10)] == found
    assert [event.message_id for event in events.search_titles(GUILD, text, 1)] == found[:1]
