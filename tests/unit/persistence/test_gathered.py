"""Gathered messages in the store: claimed once, narrowed by what is stored, and what each crash leaves behind."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest

from models.held_records import Gathered, HeldKind, HeldReason, Way
from models.member_models import GatheredMessage, HeldReminder
from models.records import EventState, RecipientOutcome, ReminderStatus
from persistence import events, forgotten
from persistence.delivery_log import list_deliveries
from persistence.gathered import (
    begin_gathered,
    claim_gathered,
    close_gathered,
    complete_gathered,
    fall_back,
    take_home,
)
from persistence.held_due import list_due_held, next_held_after, settle_waiting
from persistence.pending_gathered import known_gathered_ids, list_pending_gathered, pending_gathered
from persistence.statements import rows_of
from tests.unit.persistence.factories import (
    CHANNEL,
    EVENT,
    GUILD,
    NOW,
    OTHER_GUILD,
    YES,
    add,
    apply_signal,
    later,
    watch,
)

pytestmark = pytest.mark.usefixtures("store")

PING, GONE, UNSENT = RecipientOutcome.PINGED, RecipientOutcome.NARROWED, RecipientOutcome.UNSENT


def hold(
    user_id: int,
    event_id: int = EVENT,
    due: datetime = NOW,
    way: Way = Way.CHANNEL,
    why: HeldReason = HeldReason.QUIET,
    kind: HeldKind = HeldKind.SILENT,
) -> int:
    values = {"event": event_id, "user_id": user_id, "kind": kind, "due_at": due, "way": way, "why": why}
    return int(HeldReminder.insert(**values, created_at=NOW, updated_at=NOW).execute())


def claimed(*held_ids: int, way: Way = Way.CHANNEL, target: int = CHANNEL) -> Gathered:
    made = claim_gathered(GUILD, way, target, held_ids, later(1))
    assert made is not None
    return made


def begun(message: Gathered, back: dict[int, datetime | None] | None = None) -> Gathered | None:
    kept = {item.held_id for item in message.items} - (back or {}).keys()
    return begin_gathered(GUILD, message.gathered_id, kept, back or {}, later(2))


def outcomes() -> dict[int, Any]:
    return dict(rows_of(HeldReminder.select(HeldReminder.user_id, HeldReminder.outcome)))


def statuses() -> list[ReminderStatus]:
    return [row[0] for row in rows_of(GatheredMessage.select(GatheredMessage.status).order_by(GatheredMessage.id))]


def users(message: Gathered | None) -> Iterable[int]:
    return () if message is None else message.people


def test_what_is_due_waits_in_order_and_paused_or_blocked_events_are_left_out() -> None:
    for number in range(3):
        watch(EVENT + number)
    hold(1, due=later(2))
    hold(2, due=later(1))
    hold(3, due=later(9))
    hold(4, EVENT + 1)
    hold(5, EVENT + 2)
    events.pause(GUILD, EVENT + 1, NOW)
    events.set_state(GUILD, EVENT + 2, EventState.BLOCKED, "no", NOW)
    assert [item.user_id for item, _event in list_due_held(later(5), 10)] == [2, 1]
    assert next_held_after(later(5)) == later(9)
    events.resume(GUILD, EVENT + 1, later(60), NOW)
    assert [item.user_id for item, _event in list_due_held(later(5), 10)] == [4, 2, 1]


def test_claim_takes_what_is_due_once_and_what_was_snoozed_meanwhile_not_at_all() -> None:
    watch()
    first, second = hold(1), hold(2, due=later(30))
    message = claimed(first, second)
    assert (message.people, message.channel_id, message.scheduled_at) == ((1,), CHANNEL, NOW)
    assert claim_gathered(GUILD, Way.CHANNEL, CHANNEL, [first, second], later(1)) is None
    assert list_pending_gathered() == [message]
    assert list_due_held(later(5), 10) == []


def test_an_attempt_takes_out_who_has_answered_was_forgotten_or_waits_anew() -> None:
    watch()
    message = claimed(hold(1), hold(2), hold(3), hold(4))
    apply_signal(add(2, YES), NOW)
    forgotten.forget(3, NOW)
    hold(4, due=later(60), why=HeldReason.SNOOZE)
    left = begun(message)
    assert left is not None and (left.people, left.attempt) == ((1,), 1)
    assert complete_gathered(GUILD, message.gathered_id, 77, later(2), {1}, later(2))
    assert outcomes() == {1: PING, 2: GONE, 4: RecipientOutcome.PENDING}
    assert not complete_gathered(GUILD, message.gathered_id, 78, later(3), {1}, later(3))


def test_of_a_paused_event_everything_waits_again_and_the_message_was_never_made() -> None:
    watch()
    message = claimed(hold(1))
    events.pause(GUILD, EVENT, NOW)
    assert begun(message) is None
    assert statuses() == []
    events.resume(GUILD, EVENT, later(60), NOW)
    assert [item.user_id for item, _event in list_due_held(later(5), 10)] == [1]


def test_of_an_event_that_is_over_it_lapses() -> None:
    watch()
    message = claimed(hold(1))
    events.set_state(GUILD, EVENT, EventState.COMPLETED, "enough", NOW)
    assert begun(message) is None
    assert (statuses(), outcomes()) == ([ReminderStatus.SKIPPED], {1: GONE})


def test_what_is_put_back_waits_until_the_moment_given() -> None:
    watch()
    one, two = hold(1), hold(2)
    message = claimed(one, two)
    left = begun(message, {two: later(90)})
    assert users(left) == (1,)
    assert next_held_after(NOW) == later(90)


def test_a_message_that_is_found_reached_whom_it_names_whoever_was_taken_out_since() -> None:
    watch()
    message = claimed(hold(1), hold(2))
    begun(message)
    apply_signal(add(2, YES), NOW)
    begun(message)
    complete_gathered(GUILD, message.gathered_id, 77, later(2), {1, 2}, later(3))
    assert outcomes() == {1: PING, 2: PING}
    assert known_gathered_ids(GUILD, message.gathered_id) == {77}


def test_a_refused_direct_message_goes_to_the_channel_once() -> None:
    watch()
    message = claimed(hold(1, way=Way.DIRECT), way=Way.DIRECT, target=1)
    begun(message)
    assert fall_back(GUILD, message.gathered_id, "closed", later(2), has_log=False)
    ((item, _event),) = list_due_held(later(2), 10)
    assert (item.way, item.why, item.due_at) == (Way.CHANNEL, HeldReason.CLOSED, later(2))
    assert statuses() == [ReminderStatus.FAILED]
    assert not fall_back(GUILD, message.gathered_id, "closed", later(2), has_log=False)


@pytest.mark.parametrize(("has_log", "left"), [(True, [Way.LOG]), (False, [])])
def test_what_is_for_an_organiser_alone_goes_to_the_log_or_nowhere(has_log: bool, left: list[Way]) -> None:
    watch()
    message = claimed(hold(9, kind=HeldKind.STILL_SILENT, way=Way.DIRECT), way=Way.DIRECT, target=9)
    begun(message)
    fall_back(GUILD, message.gathered_id, "closed", later(2), has_log=has_log)
    assert [item.way for item, _event in list_due_held(later(2), 10)] == left
    assert outcomes() == {9: RecipientOutcome.PENDING if has_log else UNSENT}


def test_a_channel_that_refuses_sends_each_event_home_and_ends_its_own() -> None:
    watch()
    watch(EVENT + 1)
    ours, other = hold(1), hold(2, EVENT + 1)
    message = claimed(ours, other)
    (made,) = take_home(GUILD, message.gathered_id, {other: CHANNEL + 1}, "no", later(2))
    assert (made.channel_id, made.people, made.attempt) == (CHANNEL + 1, (2,), 0)
    assert made.nonce != message.nonce
    found = pending_gathered(GUILD, made.gathered_id)
    assert found is not None and found.message == made
    assert (statuses(), outcomes()[1]) == ([ReminderStatus.FAILED, ReminderStatus.PENDING], UNSENT)


def test_a_message_is_closed_once_and_only_as_ended() -> None:
    watch()
    message = claimed(hold(1))
    with pytest.raises(ValueError, match="not closed as sent"):
        close_gathered(GUILD, message.gathered_id, ReminderStatus.SENT, "", NOW)
    assert close_gathered(GUILD, message.gathered_id, ReminderStatus.FAILED, "no", NOW)
    assert not close_gathered(GUILD, message.gathered_id, ReminderStatus.FAILED, "no", NOW)
    assert outcomes() == {1: UNSENT}


def test_another_guilds_reminders_are_not_touched() -> None:
    watch()
    waiting = hold(1)
    message = claimed(hold(2))
    assert settle_waiting(OTHER_GUILD, [waiting], {}, NOW) == 0
    assert settle_waiting(OTHER_GUILD, [], {waiting: later(9)}, NOW) == 0
    assert claim_gathered(OTHER_GUILD, Way.CHANNEL, CHANNEL, [waiting], later(1)) is None
    assert pending_gathered(OTHER_GUILD, message.gathered_id) is None
    assert [item.user_id for item, _event in list_due_held(later(1), 10)] == [1]
    assert settle_waiting(GUILD, [waiting], {}, NOW) == 1
    assert list_due_held(later(1), 10) == []


def test_the_log_shows_what_a_message_said_of_each_event_and_nothing_for_organisers_alone() -> None:
    watch()
    watch(EVENT + 1, title="Feast")
    message = claimed(hold(1), hold(2), hold(2, EVENT + 1), hold(3, kind=HeldKind.STILL_SILENT))
    begun(message)
    complete_gathered(GUILD, message.gathered_id, 77, later(2), {1, 2}, later(2))
    shown = list_deliveries(GUILD, 10)
    assert [(one.title, one.people.get(PING), one.entry.message_id) for one in shown] == [
        ("Raid night", (1, 2), 77),
        ("Feast", (2,), 77),
    ]
    assert [one.title for one in list_deliveries(GUILD, 10, EVENT + 1)] == ["Feast"]
    assert list_deliveries(OTHER_GUILD, 10) == []
    assert not shown[0].entry.is_direct
