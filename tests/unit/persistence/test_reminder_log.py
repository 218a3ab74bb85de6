"""Claims: stored before anything is sent, counted, narrowed, settled once."""

from collections.abc import Callable

import pytest

from models.records import Claim, EventState, RecipientOutcome, ReminderKind, ReminderStatus, TrackedEvent
from models.shown_records import LogEntry
from models.sql import run_sql
from persistence import claims, events, reminder_log
from persistence.database import DatabaseHandle
from tests.unit.persistence.factories import EVENT, GUILD, NOW, OTHER_GUILD, claimed, later, watch

pytestmark = pytest.mark.usefixtures("store")
DUE = later(60)
FAILED, SKIPPED = ReminderStatus.FAILED, ReminderStatus.SKIPPED
PENDING, PINGED = RecipientOutcome.PENDING, RecipientOutcome.PINGED
NARROWED, UNSENT = RecipientOutcome.NARROWED, RecipientOutcome.UNSENT


@pytest.fixture(autouse=True)
def _watched(store: object) -> None:
    watch()


def the_event() -> TrackedEvent:
    event = events.get_event(GUILD, EVENT)
    assert event is not None
    return event


def complete(claim: Claim, message_id: int, minute: float, *pinged: int) -> TrackedEvent:
    event = reminder_log.complete(GUILD, claim.log_id, message_id, later(minute), pinged, later(minute))
    assert event is not None
    return event


def test_claim_stores_every_batch_with_its_recipients_and_stops_the_event_from_falling_due() -> None:
    first, second = claimed((9, 7), (8,))
    assert first == Claim(
        log_id=first.log_id,
        guild_id=GUILD,
        event_id=EVENT,
        scheduled_at=DUE,
        batch=1,
        batch_count=2,
        nonce=first.nonce,
        attempt=0,
        recipients=(7, 9),
        created_at=DUE,
    )
    assert (second.batch, second.recipients) == (2, (8,))
    assert the_event().next_reminder_at is None
    assert reminder_log.pending_of(GUILD, EVENT) == reminder_log.list_pending() == [first, second]
    assert reminder_log.recipients_of(GUILD, first.log_id) == {7: PENDING, 9: PENDING}


def test_nonce_is_short_stable_and_different_for_each_batch_reminder_and_event() -> None:
    assert claims._nonce(EVENT, DUE, 1) == claims._nonce(EVENT, DUE, 1)
    others = {(EVENT, DUE, 2), (EVENT, later(61), 1), (EVENT + 1, DUE, 1), (EVENT, DUE, 1)}
    nonces = {claims._nonce(*key) for key in others}
    assert len(nonces) == 4
    assert {len(nonce) for nonce in nonces} == {24}
    assert claims._nonce(EVENT, DUE, 1, ReminderKind.BEFORE) not in nonces


def test_claim_is_refused_a_second_time_while_it_is_sent_and_after() -> None:
    (claim,) = claimed((7,))
    assert claimed((7,)) == []
    assert reminder_log.claim(GUILD, EVENT, later(61), [(7,)], later(61), due_only=False) == []
    complete(claim, 500, 61, 7)
    assert claimed((7,)) == []
    assert reminder_log.claim(GUILD, EVENT, DUE, [(7,)], later(62), due_only=False) == []
    assert len(reminder_log.claim(GUILD, EVENT, later(62), [(7,)], later(62), due_only=False)) == 1


@pytest.mark.parametrize("state", [EventState.COMPLETED, EventState.ARCHIVED, EventState.BLOCKED])
def test_event_that_is_not_active_cannot_be_claimed(state: EventState) -> None:
    events.set_state(GUILD, EVENT, state, None, NOW)
    assert claimed((7,)) == []
    assert reminder_log.claim(GUILD, EVENT, DUE, [(7,)], DUE, due_only=False) == []


def test_due_claim_needs_the_moment_and_a_running_event_and_a_wanted_one_does_not() -> None:
    assert claimed((7,), due=59) == []
    events.pause(GUILD, EVENT, NOW)
    assert claimed((7,)) == []
    assert len(reminder_log.claim(GUILD, EVENT, later(5), [(7,)], later(5), due_only=False)) == 1


def test_claim_of_nobody_changes_nothing() -> None:
    assert claimed() == []
    assert the_event().next_reminder_at == DUE
    assert reminder_log.list_log(GUILD, EVENT, 10) == []


def test_attempt_is_counted_and_narrows_for_good() -> None:
    (claim,) = claimed((7, 8, 9))
    first = reminder_log.begin_attempt(GUILD, claim.log_id, {8, 9, 1000}, later(61))
    assert first is not None
    assert (first.attempt, first.recipients) == (1, (8, 9))
    second = reminder_log.begin_attempt(GUILD, claim.log_id, {7, 9}, later(62))
    assert second is not None
    assert (second.attempt, second.recipients) == (2, (9,))
    assert reminder_log.recipients_of(GUILD, claim.log_id) == {7: NARROWED, 8: NARROWED, 9: PENDING}


def test_completed_batch_knows_its_message_and_whom_it_pinged() -> None:
    (claim,) = claimed((7, 8))
    reminder_log.begin_attempt(GUILD, claim.log_id, {7}, later(61))
    event = complete(claim, 500, 61, 7)
    assert reminder_log.recipients_of(GUILD, claim.log_id) == {7: PINGED, 8: NARROWED}
    assert reminder_log.list_log(GUILD, EVENT, 10) == [
        LogEntry(claim.log_id, EVENT, DUE, 1, 1, ReminderStatus.SENT, 1, later(61), 500, 1, None)
    ]
    assert reminder_log.known_message_ids(GUILD, EVENT) == {500}
    assert event == the_event()
    assert (event.last_reminder, event.next_reminder_at) == (later(61), later(121))


def test_message_that_came_back_for_a_repeated_nonce_says_who_was_pinged() -> None:
    (claim,) = claimed((7, 8))
    reminder_log.begin_attempt(GUILD, claim.log_id, {7}, later(61))
    complete(claim, 500, 61, 8, 99)
    assert reminder_log.recipients_of(GUILD, claim.log_id) == {7: NARROWED, 8: PINGED, 99: PINGED}
    assert reminder_log.list_log(GUILD, EVENT, 1)[0].users_notified == 2


def test_event_is_settled_by_the_last_batch_from_the_latest_send() -> None:
    first, second, third = claimed((7,), (8,), (9,))
    assert complete(second, 501, 65, 8).next_reminder_at is None
    assert complete(first, 500, 63, 7).next_reminder_at is None
    event = reminder_log.close_batch(GUILD, third.log_id, FAILED, "forbidden", later(70))
    assert event is not None
    assert (event.last_reminder, event.next_reminder_at) == (later(65), later(125))


@pytest.mark.parametrize("status", [FAILED, SKIPPED])
def test_reminder_that_was_not_sent_at_all_advances_from_now(status: ReminderStatus) -> None:
    (claim,) = claimed((7, 8))
    reminder_log.begin_attempt(GUILD, claim.log_id, {7}, later(61))
    event = reminder_log.close_batch(GUILD, claim.log_id, status, "why", later(62))
    assert event is not None
    assert (event.last_reminder, event.next_reminder_at) == (None, later(122))
    assert reminder_log.recipients_of(GUILD, claim.log_id) == {7: UNSENT, 8: NARROWED}
    entry = reminder_log.list_log(GUILD, EVENT, 1)[0]
    assert (entry.status, entry.error_message, entry.users_notified) == (status, "why", 0)


def test_settling_leaves_a_paused_or_ended_event_waiting_for_nothing() -> None:
    (claim,) = claimed((7,))
    events.pause(GUILD, EVENT, later(60))
    event = complete(claim, 500, 61, 7)
    assert (event.last_reminder, event.next_reminder_at) == (later(61), None)
    watch()
    (second,) = claimed((7,), due=60) or reminder_log.claim(
        GUILD, EVENT, later(200), [(7,)], later(200), due_only=False
    )
    events.set_state(GUILD, EVENT, EventState.ARCHIVED, "gone", later(200))
    closed = reminder_log.close_batch(GUILD, second.log_id, SKIPPED, "gone", later(201))
    assert closed is not None
    assert closed.next_reminder_at is None


def test_interval_changed_while_sending_counts_for_the_next() -> None:
    (claim,) = claimed((7,))
    events.set_interval(GUILD, EVENT, 5.0, later(65), later(60))
    assert complete(claim, 500, 61, 7).next_reminder_at == later(66)


def test_batch_is_settled_once() -> None:
    (claim,) = claimed((7,))
    complete(claim, 500, 61, 7)
    assert reminder_log.complete(GUILD, claim.log_id, 501, later(62), [7], later(62)) is None
    assert reminder_log.close_batch(GUILD, claim.log_id, FAILED, "late", later(62)) is None
    assert reminder_log.begin_attempt(GUILD, claim.log_id, [7], later(62)) is None
    assert reminder_log.known_message_ids(GUILD, EVENT) == {500}


@pytest.mark.parametrize("status", [ReminderStatus.SENT, ReminderStatus.PENDING])
def test_batch_is_closed_as_failed_or_skipped_only(status: ReminderStatus) -> None:
    (claim,) = claimed((7,))
    with pytest.raises(ValueError, match=status):
        reminder_log.close_batch(GUILD, claim.log_id, status, None, NOW)


def test_all_pending_batches_close_at_once() -> None:
    first, *_ = claimed((7,), (8,), (9,))
    complete(first, 500, 61, 7)
    assert reminder_log.close_pending(GUILD, EVENT, SKIPPED, "paused", later(62)) == 2
    assert reminder_log.list_pending() == []
    assert [entry.status for entry in reminder_log.list_log(GUILD, EVENT, 10)] == [
        SKIPPED,
        SKIPPED,
        ReminderStatus.SENT,
    ]
    assert the_event().next_reminder_at == later(121)
    assert reminder_log.close_pending(GUILD, EVENT, SKIPPED, "paused", later(62)) == 0


def test_pending_of_all_guilds_come_oldest_first() -> None:
    claimed((7,))
    watch(message_id=1, guild_id=OTHER_GUILD, due=10)
    reminder_log.claim(OTHER_GUILD, 1, later(10), [(7,), (8,)], later(60), due_only=True)
    found = [(claim.guild_id, claim.batch) for claim in reminder_log.list_pending()]
    assert found == [(OTHER_GUILD, 1), (OTHER_GUILD, 2), (GUILD, 1)]


def test_log_is_newest_first_and_limited() -> None:
    for minute in (1, 2, 3):
        (claim,) = reminder_log.claim(GUILD, EVENT, later(minute), [(7,)], later(minute), due_only=False)
        complete(claim, 500 + minute, minute, 7)
    assert [entry.message_id for entry in reminder_log.list_log(GUILD, EVENT, 2)] == [503, 502]
    assert reminder_log.known_message_ids(GUILD, EVENT) == {501, 502, 503}


def test_long_log_is_not_read_to_find_what_is_pending(handle: DatabaseHandle) -> None:
    statements: list[str] = []
    handle.connection().set_trace_callback(statements.append)
    reminder_log.pending_of(GUILD, EVENT)
    handle.connection().set_trace_callback(None)
    (query,) = [statement for statement in statements if "reminder_log" in statement]
    plan = [row[3] for row in run_sql(handle.database, f"EXPLAIN QUERY PLAN {query}")]
    assert any("reminder_log_pending" in step for step in plan)


def statements_of(handle: DatabaseHandle, step: Callable[[], object]) -> int:
    ran: list[str] = []
    handle.connection().set_trace_callback(ran.append)
    step()
    handle.connection().set_trace_callback(None)
    return len(ran)


def test_a_step_takes_as_few_statements_for_many_people_as_for_one(handle: DatabaseHandle) -> None:
    people = tuple(range(1, 81))
    ran = {
        "claim": statements_of(handle, lambda: claimed(people)),
        "attempt": statements_of(handle, lambda: reminder_log.begin_attempt(GUILD, 1, people[:40], later(61))),
        "complete": statements_of(handle, lambda: complete(reminder_log.list_pending()[0], 500, 61, *people[:40])),
    }
    # Reading which batch is pending is the test's own, one statement more.
    assert ran == {"claim": 5, "attempt": 5, "complete": 4 + 1}
    assert list(reminder_log.recipients_of(GUILD, 1).values()) == [PINGED] * 40 + [NARROWED] * 40
