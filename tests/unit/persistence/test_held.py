"""What waits for people: stored with the claim that leaves them out, once, and gone on from when there is news."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from models.held_records import Held, HeldKind, HeldReason, Way
from models.member_choices import QuietChoice
from models.member_models import GatheredMessage, HeldReminder
from models.person_facts import NO_FACTS, NOTHING_PUT_OFF, PersonFacts, PutOff, Rung
from models.records import RecipientOutcome, ReminderKind, ReminderStatus
from persistence import escalations, events, held, members, pending_batches, reminder_log
from persistence.database import DatabaseHandle
from persistence.forgotten import forget
from persistence.guild_settings import change_settings
from persistence.statements import rows_of
from tests.unit.persistence.factories import EVENT, GUILD, NOW, YES, add, apply_signal, claimed, later, watch

DUE = later(60)
ANN, BEN, CAT = 7, 8, 9
SILENT = Held(EVENT, BEN, HeldKind.SILENT, later(500), Way.CHANNEL, HeldReason.QUIET)


@pytest.fixture(autouse=True)
def watched(handle: DatabaseHandle) -> None:
    watch()


def rows() -> list[tuple[int, HeldKind, object]]:
    query = HeldReminder.select(HeldReminder.user_id, HeldReminder.kind, HeldReminder.detail)
    return rows_of(query.order_by(HeldReminder.id))


def waiting(kind: ReminderKind = ReminderKind.SILENT) -> dict[int, HeldReason]:
    return held.waiting_for(GUILD, EVENT, kind)


def claim(*people: int, instead: Iterable[Held] = (SILENT,)) -> int:
    batches = [people] if people else []
    put_off = PutOff(tuple(instead))
    return len(reminder_log.claim(GUILD, EVENT, DUE, batches, DUE, due_only=True, instead=put_off))


def moved(begins: str, told: str) -> Held:
    return replace(SILENT, kind=HeldKind.MOVED, detail={"from": told, "to": begins})


def going_out(*user_ids: int) -> None:
    """Put what waits for some people into a message that is just being sent."""
    message = GatheredMessage.create(
        guild=GUILD, channel_id=5, scheduled_at=NOW, nonce="n", created_at=NOW, updated_at=NOW
    )
    HeldReminder.update(gathered=message).where(HeldReminder.user_id.in_(user_ids)).execute()


def test_claim_stores_what_waits_with_its_batches_or_nothing_at_all() -> None:
    assert claim(ANN) == 1
    assert waiting() == {BEN: HeldReason.QUIET}
    assert claim(ANN, instead=[replace(SILENT, user_id=CAT)]) == 0, "it is being sent"
    assert waiting() == {BEN: HeldReason.QUIET}


def test_reminder_that_pings_nobody_sets_the_clock_on_and_leaves_no_line_in_the_log() -> None:
    assert reminder_log.pass_over(GUILD, EVENT, DUE, PutOff((SILENT,)), later(61), due_only=True)
    event = events.get_event(GUILD, EVENT)
    assert event is not None
    assert (event.next_reminder_at, event.last_reminder) == (later(121), None)
    assert reminder_log.list_log(GUILD, EVENT, 5) == []
    assert waiting() == {BEN: HeldReason.QUIET}


def test_passing_over_twice_for_one_due_time_is_passing_over_once() -> None:
    assert reminder_log.pass_over(GUILD, EVENT, DUE, NOTHING_PUT_OFF, later(61), due_only=True)
    assert not reminder_log.pass_over(GUILD, EVENT, DUE, PutOff((SILENT,)), later(62), due_only=True)
    event = events.get_event(GUILD, EVENT)
    assert event is not None
    assert event.next_reminder_at == later(121)
    assert waiting() == {}


def test_passing_over_does_nothing_while_a_reminder_is_on_its_way_and_leaves_a_paused_event_alone() -> None:
    claimed((ANN,))
    assert not reminder_log.pass_over(GUILD, EVENT, later(61), PutOff((SILENT,)), later(61), due_only=False)
    reminder_log.close_pending(GUILD, EVENT, ReminderStatus.SKIPPED, "r", later(62))
    events.pause(GUILD, EVENT, later(63))
    assert reminder_log.pass_over(GUILD, EVENT, later(64), PutOff((SILENT,)), later(64), due_only=False)
    event = events.get_event(GUILD, EVENT)
    assert event is not None
    assert event.next_reminder_at is None


def test_who_waits_is_not_held_twice_and_keeps_the_time() -> None:
    held.insert_held([SILENT], NOW)
    held.insert_held([replace(SILENT, due_at=later(900), why=HeldReason.SNOOZE)], NOW)
    assert [(row.due_at, row.why) for row in HeldReminder.select()] == [(later(500), HeldReason.QUIET)]


def test_move_that_waits_goes_on_from_the_first_time_and_is_forgotten_when_taken_back() -> None:
    held.insert_held([moved("b", "a")], NOW)
    held.insert_held([moved("c", "b")], NOW)
    assert rows() == [(BEN, HeldKind.MOVED, {"from": "a", "to": "c"})]
    held.insert_held([moved("a", "c")], NOW)
    assert rows() == []


def test_newer_reminder_before_the_start_is_told_instead_of_the_older() -> None:
    before = replace(SILENT, kind=HeldKind.BEFORE, detail={"to": "a"})
    held.insert_held([before], NOW)
    held.insert_held([replace(before, detail={"to": "b"}, way=Way.DIRECT)], NOW)
    assert rows() == [(BEN, HeldKind.BEFORE, {"to": "b"})]
    assert waiting(ReminderKind.BEFORE) == {BEN: HeldReason.QUIET}


def test_nothing_waits_for_who_asked_to_be_forgotten() -> None:
    forget(BEN, NOW)
    held.put_off(EVENT, PutOff((SILENT,), frozenset({BEN})), NOW)
    assert rows() == []
    assert escalations.still_silent(GUILD, EVENT) == []


def test_what_is_going_out_counts_as_waiting_for_the_silent_alone() -> None:
    held.insert_held([SILENT, moved("b", "a")], NOW)
    going_out(BEN)
    assert waiting() == {BEN: HeldReason.QUIET}
    assert waiting(ReminderKind.MOVED) == {}
    HeldReminder.update(outcome=RecipientOutcome.PINGED).execute()
    assert waiting() == {}


def test_attempt_holds_who_may_not_be_pinged_any_more_and_is_still_silent() -> None:
    (batch,) = claimed((ANN, BEN, CAT))
    apply_signal(add(CAT, YES), later(61))
    late = [SILENT, replace(SILENT, user_id=CAT), replace(SILENT, user_id=99)]
    begun = reminder_log.begin_attempt(GUILD, batch.log_id, {ANN}, later(62), held=late)
    assert begun is not None
    assert begun.recipients == (ANN,)
    assert waiting() == {BEN: HeldReason.QUIET}
    again = reminder_log.begin_attempt(GUILD, batch.log_id, {ANN}, later(63), held=late)
    assert again is not None
    assert len(rows()) == 1


def test_attempt_with_nobody_left_is_skipped_and_what_waits_is_stored_with_it() -> None:
    (batch,) = claimed((BEN,))
    assert reminder_log.begin_attempt(GUILD, batch.log_id, (), later(61), held=[SILENT]) is None
    assert waiting() == {BEN: HeldReason.QUIET}
    (entry,) = reminder_log.list_log(GUILD, EVENT, 5)
    assert entry.status is ReminderStatus.SKIPPED
    event = events.get_event(GUILD, EVENT)
    assert event is not None
    assert (event.last_reminder, event.next_reminder_at) == (None, later(121))


def test_attempt_leaves_out_who_has_snoozed_since_the_caller_looked() -> None:
    (batch,) = claimed((ANN, BEN))
    held.insert_held([replace(SILENT, why=HeldReason.SNOOZE)], later(61))
    begun = reminder_log.begin_attempt(GUILD, batch.log_id, {ANN, BEN}, later(62))
    assert begun is not None
    assert begun.recipients == (ANN,)


def test_attempt_of_a_batch_that_may_not_go_holds_nobody() -> None:
    (batch,) = claimed((BEN,))
    events.pause(GUILD, EVENT, later(61))
    assert reminder_log.begin_attempt(GUILD, batch.log_id, (), later(61), held=[SILENT]) is None
    assert rows() == []
    assert pending_batches.pending_batch(GUILD, batch.log_id) is not None


def remind(minute: float, *people: int) -> None:
    (batch,) = reminder_log.claim(GUILD, EVENT, later(minute), [people], later(minute), due_only=False)
    reminder_log.begin_attempt(GUILD, batch.log_id, people, later(minute))
    reminder_log.complete(GUILD, batch.log_id, 500 + int(minute), later(minute), people, later(minute))


def test_ladder_counts_batches_and_gathered_messages_that_named_somebody() -> None:
    remind(60, ANN, BEN)
    remind(120, ANN, BEN)
    assert escalations.ladder(GUILD, EVENT, 3) == {}
    for way in (Way.CHANNEL, Way.DIRECT):
        held.insert_held([replace(SILENT, way=way)], NOW)
        HeldReminder.update(outcome=RecipientOutcome.PINGED).execute()
    assert escalations.ladder(GUILD, EVENT, 3) == {BEN: Rung(in_channel=3, directly=1)}
    held.insert_held([replace(SILENT, way=Way.DIRECT, why=HeldReason.ESCALATION)], NOW)
    assert escalations.ladder(GUILD, EVENT, 3) == {BEN: Rung(in_channel=3, directly=1, had_direct=True)}


def test_own_rungs_are_what_the_ladder_says_of_one_person() -> None:
    for minutes in (60, 120, 180):
        remind(minutes, ANN, BEN)
    held.insert_held([replace(SILENT, way=Way.DIRECT, why=HeldReason.ESCALATION)], NOW)
    for fewest in (3, 4):
        found = escalations.ladder(GUILD, EVENT, fewest)
        for who in (ANN, BEN):
            own = escalations.own_rungs(GUILD, [EVENT, EVENT + 1], who, fewest)
            assert own == ({EVENT: found[who]} if who in found else {})
    escalations.note_told(EVENT, {ANN}, NOW)
    assert escalations.own_rungs(GUILD, [EVENT], ANN, 4) == {EVENT: Rung(was_told_of=True)}
    assert escalations.own_rungs(GUILD, [EVENT], BEN, 4) == {}


def test_direct_message_of_the_ladder_that_was_put_off_is_the_only_one() -> None:
    for minutes in (60, 120, 180):
        remind(minutes, BEN)
    held.insert_held([replace(SILENT, way=Way.DIRECT, why=HeldReason.SNOOZE)], NOW)
    HeldReminder.update(outcome=RecipientOutcome.PINGED).execute()
    (rung,) = escalations.ladder(GUILD, EVENT, 3).values()
    assert rung.had_direct


def test_told_of_stands_on_the_ladder_until_they_answer_for_the_organiser() -> None:
    escalations.note_told(EVENT, {ANN, BEN}, NOW)
    escalations.note_told(EVENT, {ANN}, later(5))
    assert escalations.ladder(GUILD, EVENT, 3) == dict.fromkeys((ANN, BEN), Rung(was_told_of=True))
    apply_signal(add(ANN, YES), later(61))
    assert escalations.still_silent(GUILD, EVENT) == [BEN]


def test_facts_are_read_as_far_as_they_matter() -> None:
    escalations.note_told(EVENT, {ANN}, NOW)
    assert held.person_facts(GUILD, EVENT, ReminderKind.SILENT) is NO_FACTS
    assert held.person_facts(GUILD, EVENT, ReminderKind.BEFORE, 3) is NO_FACTS
    assert held.person_facts(GUILD, EVENT, ReminderKind.TALLY) is NO_FACTS
    told = PersonFacts({}, {ANN: Rung(was_told_of=True)})
    assert held.person_facts(GUILD, EVENT, ReminderKind.SILENT, 3) == told


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        (lambda: change_settings(GUILD, {"quiet_hours": "22:00-07:00"}, later(5), ANN), {ANN, BEN}),
        (lambda: change_settings(GUILD, {"zone": "Asia/Tokyo"}, later(5), ANN), {ANN, BEN}),
        (lambda: change_settings(GUILD, {"is_silent": True}, later(5), ANN), set()),
        (lambda: members.change_choices(GUILD, BEN, {"quiet": QuietChoice.NEVER}, later(5)), {BEN}),
        (lambda: members.change_choices(GUILD, BEN, {"zone": "Asia/Tokyo"}, later(5)), {BEN}),
        (lambda: members.change_choices(GUILD, BEN, {"wants_direct": True}, later(5)), set()),
    ],
)
def test_other_quiet_hours_have_what_waits_for_their_end_looked_at_now(
    change: Callable[[], object], moved: set[int]
) -> None:
    held.insert_held([SILENT, replace(SILENT, user_id=ANN), replace(SILENT, user_id=CAT, why=HeldReason.SNOOZE)], NOW)
    change()
    found = dict(rows_of(HeldReminder.select(HeldReminder.user_id, HeldReminder.due_at)))
    assert found == {who: later(5) if who in moved else SILENT.due_at for who in (ANN, BEN, CAT)}
