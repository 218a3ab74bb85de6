"""Which messages are to be deleted, and when: old ones at their age, older ones when a newer one is out as a whole."""

from collections.abc import Sequence

import pytest

from models.event_options import EventOptions
from models.records import Claim, PlanKind, ReminderKind, ReminderStatus, Schedule
from models.sql import run_sql
from persistence import deletions, due_events, events, outdated, plan_claims, plans, reminder_log
from persistence.database import DatabaseHandle
from tests.unit.persistence.factories import CHANNEL, EVENT, GUILD, later, watch

pytestmark = pytest.mark.usefixtures("store")


def choose(*, deletes_older: bool = False, minutes: int | None = None) -> None:
    watch()
    options = EventOptions(deletes_older=deletes_older, delete_after_minutes=minutes)
    events.set_schedule(GUILD, EVENT, Schedule(None, None, options), later(0))


def claim(minute: float, *batches: Sequence[int], channels: Sequence[int | None] = ()) -> list[Claim]:
    return reminder_log.claim(GUILD, EVENT, later(minute), batches, later(minute), due_only=False, channels=channels)


def complete(one: Claim, minute: float) -> None:
    reminder_log.complete(GUILD, one.log_id, one.log_id + 500, later(minute), one.recipients, later(minute))


def sent(minute: float) -> Claim:
    (one,) = claim(minute, (7,))
    complete(one, minute)
    return one


def due(minute: float) -> list[int]:
    return [one.log_id for one in deletions.list_due_deletions(later(minute), 10)]


def test_nothing_is_deleted_where_nobody_has_chosen_it() -> None:
    choose()
    sent(60)
    sent(120)
    assert due(10**6) == []
    assert deletions.next_deletion_after(later(0)) is None


def test_message_is_deleted_at_its_age_where_it_was_posted() -> None:
    choose(minutes=30)
    here, there = claim(60, (7,), (8,), channels=[None, 77])
    complete(here, 60)
    complete(there, 61)
    assert deletions.next_deletion_after(later(0)) == later(90)
    assert due(89) == []
    assert deletions.list_due_deletions(later(91), 10) == [
        deletions.Deletion(here.log_id, GUILD, EVENT, CHANNEL, here.log_id + 500),
        deletions.Deletion(there.log_id, GUILD, EVENT, 77, there.log_id + 500),
    ]


def test_older_ones_go_when_the_newer_one_is_out() -> None:
    choose(deletes_older=True)
    first = sent(60)
    second = sent(120)
    assert due(120) == [first.log_id]
    deletions.end_deletion(GUILD, first.log_id, later(121))
    third = sent(180)
    assert due(180) == [second.log_id], "what is deleted is not deleted again"
    assert reminder_log.known_message_ids(GUILD, EVENT) == {one.log_id + 500 for one in (first, second, third)}


def test_older_ones_stay_until_the_last_batch_is_out() -> None:
    choose(deletes_older=True)
    old = sent(60)
    first, second = claim(120, (7,), (8,))
    complete(first, 120)
    assert due(200) == []
    complete(second, 121)
    assert due(200) == [old.log_id]


@pytest.mark.parametrize(("status", "goes"), [(ReminderStatus.FAILED, False), (ReminderStatus.SKIPPED, True)])
@pytest.mark.parametrize("sends_first", [True, False])
def test_a_batch_that_failed_keeps_older_ones_and_one_with_nobody_left_does_not(
    status: ReminderStatus, goes: bool, sends_first: bool
) -> None:
    choose(deletes_older=True)
    old = sent(60)
    first, second = claim(120, (7,), (8,))
    if sends_first:
        complete(first, 120)
    reminder_log.close_batch(GUILD, second.log_id, status, "why", later(121))
    if not sends_first:
        complete(first, 122)
    assert due(200) == ([old.log_id] if goes else [])


def test_older_ones_stay_when_nothing_of_the_newer_one_was_sent() -> None:
    choose(deletes_older=True)
    sent(60)
    for one in claim(120, (7,), (8,)):
        reminder_log.close_batch(GUILD, one.log_id, ReminderStatus.SKIPPED, "why", later(121))
    assert due(200) == []


def test_news_is_not_deleted_and_deletes_nothing() -> None:
    choose(deletes_older=True, minutes=5)
    old = sent(60)
    deletions.postpone_deletion(GUILD, old.log_id, later(10**5), later(60))
    _ended, claims = plan_claims.end_event(
        GUILD, EVENT, "over", ReminderKind.TALLY, [], later(120), later(120), channels=[77]
    )
    assert claims[0].channel_id == 77
    complete(claims[0], 120)
    assert due(10**4) == []


def test_news_is_not_taken_away_by_a_newer_reminder() -> None:
    watch()
    options = EventOptions(deletes_older=True)
    for begins in (600, 700):
        events.set_schedule(GUILD, EVENT, Schedule(later(begins), None, options), later(begins - 590))
    (moved,) = (one for one, _event in due_events.list_due_entries(later(120), 9) if one.kind is PlanKind.MOVED)
    (claimed,) = plan_claims.claim_entry(moved, [(7,)], later(120))
    complete(claimed, 120)
    old = sent(180)
    sent(240)
    assert due(240) == [old.log_id]


def test_reminders_of_every_kind_take_the_place_of_one_another() -> None:
    watch()
    options = EventOptions(deletes_older=True, before_minutes=(60,))
    events.set_schedule(GUILD, EVENT, Schedule(later(600), None, options), later(0))
    old = sent(60)
    (entry,) = (one for one in plans.list_planned(GUILD, EVENT) if one.kind is PlanKind.BEFORE)
    (found,) = (one for one, _event in due_events.list_due_entries(entry.due_at, 9) if one.kind is PlanKind.BEFORE)
    (claimed,) = plan_claims.claim_entry(found, [(7,)], entry.due_at, channels=[77])
    assert (claimed.kind, claimed.channel_id) == (ReminderKind.BEFORE, 77)
    complete(claimed, 541)
    assert due(541) == [old.log_id]


def test_a_message_that_could_not_be_deleted_is_tried_again_later() -> None:
    choose(minutes=30)
    one = sent(60)
    deletions.postpone_deletion(GUILD, one.log_id, later(95), later(90))
    assert due(94) == []
    assert deletions.next_deletion_after(later(90)) == later(95)
    deletions.end_deletion(GUILD, one.log_id, later(95))
    assert due(10**6) == []


def test_a_batch_that_comes_home_is_as_if_never_tried() -> None:
    choose()
    (one,) = claim(60, (7, 8), channels=[77])
    begun = reminder_log.begin_attempt(GUILD, one.log_id, {7, 8}, later(60))
    assert begun is not None
    assert (begun.channel_id, begun.attempt) == (77, 1)
    assert reminder_log.come_home(GUILD, one.log_id, later(61))
    (home,) = reminder_log.pending_of(GUILD, EVENT)
    assert (home.channel_id, home.attempt, home.recipients) == (None, 0, (7, 8))
    complete(home, 62)
    assert not reminder_log.come_home(GUILD, one.log_id, later(63))


def test_the_cleanup_waits_for_a_message_that_is_to_be_deleted(handle: DatabaseHandle) -> None:
    choose(minutes=30)
    one = sent(60)
    run_sql(handle.database, "UPDATE event SET state = 'archived', next_reminder_at = NULL")
    cutoff = later(10**6)
    assert outdated.next_slice(cutoff) is None
    assert outdated.count_outdated(cutoff) == (0, 0)
    deletions.end_deletion(GUILD, one.log_id, later(95))
    found = outdated.next_slice(cutoff)
    assert found is not None
    assert found.table == "reminder_log"
    deletions.postpone_deletion(GUILD, one.log_id, later(99), later(95))
    assert outdated.remove_slice(found, cutoff) == 0
