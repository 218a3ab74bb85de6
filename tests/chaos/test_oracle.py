"""The oracle sees: each rule is shown a clean record, then the same with one thing wrong."""

from dataclasses import replace

from tests.chaos.due_reminders import able_spans
from tests.chaos.facts import (
    BEGINNING,
    NEVER,
    AnswerRow,
    Batch,
    Change,
    Event,
    EventRow,
    Evidence,
    Ledger,
    Post,
    Timeline,
)
from tests.chaos.oracle import judge

EVENT, CHANNEL, MESSAGE = 1, 2, 100
ANN, BEN, COY, ROBOT = 11, 12, 13, 99
INTERVAL = 10.0
DUE = 1_010_000


def changing(*changes: tuple[float, bool]) -> Timeline:
    """Return a timeline whose changes were known at once."""
    return Timeline([Change(BEGINNING, BEGINNING, False), *(Change(at, at, value) for at, value in changes)])


def clean() -> Evidence:
    """Ann answered at 1005; Ben was reminded at 1010 and answered at 1015; the database was read at 1018 and 1020."""
    answers = {EVENT: {ANN: AnswerRow("✅", frozenset({"✅"})), BEN: AnswerRow("❌", frozenset({"❌"}))}}
    held = {EVENT: {ANN: frozenset({"✅"}), BEN: frozenset({"❌"})}}
    batch = Batch(EVENT, DUE, 1, "sent", 1010.01, 1010.1, MESSAGE, None, {BEN: "pinged"})
    row = EventRow("active", is_paused=False, next_at=None)
    seen = Timeline.starting(value=True)
    return Evidence(
        events={EVENT: Event(EVENT, CHANNEL, INTERVAL, watched_at=1000.0)},
        answered={EVENT: {ANN: changing((1005, True)), BEN: changing((1015, True))}},
        sees={CHANNEL: {ANN: seen, BEN: seen, ROBOT: seen}},
        bots=frozenset({ROBOT}),
        held=held,
        held_quiet=held,
        posts=[Post(1010.05, MESSAGE, EVENT, DUE, (BEN,))],
        connected=[(999.0, NEVER)],
        sessions=[999.0],
        reads={EVENT: [1000.0]},
        quiet=Ledger(1018.0, [batch], {EVENT: row}, answers),
        ledger=Ledger(1020.0, [batch], {EVENT: row}, answers),
    )


def rules(evidence: Evidence) -> set[str]:
    return {finding.rule for finding in judge(evidence)}


def with_batch(evidence: Evidence, **changes: object) -> Evidence:
    batch = evidence.ledger.batches[0]
    evidence.ledger.batches = [replace(batch, **changes)]  # type: ignore[arg-type]  # each is a field of Batch
    return evidence


def test_clean_record_has_no_findings() -> None:
    assert judge(clean()) == []


def test_answer_that_is_not_stored_is_lost() -> None:
    evidence = clean()
    del evidence.ledger.answers[EVENT][ANN]
    assert rules(evidence) == {"lost answers"}


def test_answer_stored_that_nobody_holds_is_wrong() -> None:
    evidence = clean()
    evidence.held_quiet = {EVENT: {ANN: frozenset({"✅"})}}
    assert rules(evidence) == {"lost answers"}


def test_answer_that_is_not_one_of_those_held_is_wrong() -> None:
    evidence = clean()
    evidence.quiet.answers = {EVENT: evidence.quiet.answers[EVENT] | {ANN: AnswerRow("❓", frozenset({"✅"}))}}
    assert rules(evidence) == {"lost answers"}


def test_sent_batch_without_its_message_is_seen() -> None:
    assert "log" in rules(with_batch(clean(), message_id=555))


def test_message_that_is_not_in_the_log_is_seen() -> None:
    evidence = clean()
    evidence.posts.append(Post(1010.2, 101, EVENT, DUE + 1, ()))
    assert rules(evidence) == {"log"}


def test_batch_that_failed_without_a_reason_is_seen() -> None:
    evidence = with_batch(clean(), status="failed", message_id=None)
    evidence.posts.clear()
    assert {"log", "forgotten"} <= rules(evidence)


def test_recipients_logged_other_than_those_pinged_are_seen() -> None:
    assert rules(with_batch(clean(), people={BEN: "pinged", ANN: "pinged"})) == {"log"}


def test_batch_still_pending_at_the_end_is_seen() -> None:
    evidence = with_batch(clean(), status="pending", message_id=None)
    evidence.posts.clear()
    assert "pending" in rules(evidence)


def test_ping_of_somebody_whose_answer_was_known_for_a_second_is_wrong() -> None:
    evidence = clean()
    evidence.answered[EVENT][BEN] = changing((1009.0, True))
    assert rules(evidence) == {"wrong pings"}


def test_ping_of_somebody_whose_answer_has_just_been_told_is_right() -> None:
    evidence = clean()
    evidence.answered[EVENT][BEN] = changing((1009.5, True))
    assert rules(evidence) == set()


def test_ping_of_somebody_whose_answer_was_given_early_and_told_late_is_right() -> None:
    evidence = clean()
    evidence.answered[EVENT][BEN].changes[1] = Change(1002.0, 1009.5, True)
    assert rules(evidence) == set()


def test_ping_of_somebody_who_withdrew_in_between_is_right() -> None:
    evidence = clean()
    evidence.answered[EVENT][BEN] = changing((1002, True), (1006, False), (1015, True))
    assert rules(evidence) == set()


def test_ping_of_a_bot_is_wrong() -> None:
    evidence = with_batch(clean(), people={BEN: "pinged", ROBOT: "pinged"})
    evidence.posts[0] = replace(evidence.posts[0], mentioned=(BEN, ROBOT))
    assert rules(evidence) == {"wrong pings"}


def test_ping_of_somebody_who_cannot_see_the_channel_is_wrong() -> None:
    evidence = clean()
    evidence.sees[CHANNEL][BEN] = Timeline([Change(BEGINNING, BEGINNING, True), Change(1004, 1004, False)])
    assert rules(evidence) == {"wrong pings"}


def test_reminder_of_a_deleted_event_is_wrong() -> None:
    evidence = clean()
    evidence.events[EVENT] = replace(evidence.events[EVENT], ended_at=1008.0)
    for ledger in (evidence.quiet, evidence.ledger):
        ledger.events[EVENT] = EventRow("archived", is_paused=False, next_at=None)
    assert rules(evidence) == {"wrong pings"}


def test_same_person_pinged_by_two_messages_of_one_reminder_is_repeated() -> None:
    evidence = clean()
    second = replace(evidence.ledger.batches[0], number=2, message_id=101)
    evidence.ledger.batches = [*evidence.ledger.batches, second]
    evidence.posts.append(replace(evidence.posts[0], message_id=101, at=1010.2))
    assert rules(evidence) == {"repeated"}


def test_somebody_missing_throughout_and_in_no_message_is_forgotten() -> None:
    evidence = clean()
    evidence.sees[CHANNEL][COY] = Timeline.starting(value=True)
    evidence.answered[EVENT][COY] = changing((1012, True))
    for ledger in (evidence.quiet, evidence.ledger):
        ledger.answers[EVENT][COY] = AnswerRow("✅", frozenset({"✅"}))
    evidence.held[EVENT][COY] = frozenset({"✅"})
    assert rules(evidence) == {"forgotten"}


def test_newcomer_between_claim_and_message_is_not_forgotten() -> None:
    evidence = clean()
    evidence.sees[CHANNEL][COY] = changing((1010.02, True), (1012, False))
    assert rules(evidence) == set()


def test_message_while_the_gateway_is_cut_is_seen() -> None:
    evidence = clean()
    evidence.connected = [(999.0, 1009.0), (1012.0, NEVER)]
    assert rules(evidence) == {"sent while cut"}


def test_message_right_after_a_sleep_in_which_the_gateway_was_cut_is_right_unless_the_sleep_was_long() -> None:
    evidence = clean()
    evidence.connected = [(999.0, 1006.0)]
    evidence.stops = [(1005.5, 1010.0)]
    assert rules(evidence) == set()
    evidence.stops = [(1004.5, 1010.0)]
    assert rules(evidence) == {"sent while cut"}


def test_message_on_its_way_when_the_gateway_was_cut_is_right() -> None:
    evidence = clean()
    evidence.connected = [(999.0, 1010.0), (1012.0, NEVER)]
    assert rules(evidence) == set()


def test_message_in_a_new_session_before_its_answers_were_read_is_seen() -> None:
    evidence = clean()
    evidence.sessions.append(1008.0)
    assert rules(evidence) == {"sent unread"}
    evidence.reads[EVENT].append(1009.0)
    assert rules(evidence) == set()


def test_reminder_that_never_came_is_missing() -> None:
    evidence = clean()
    evidence.posts.clear()
    evidence.ledger.batches = []
    evidence.answered[EVENT][BEN] = changing((1014, True))
    assert rules(evidence) == {"missing"}


def test_reminder_that_could_not_come_is_not_missing() -> None:
    evidence = clean()
    evidence.posts.clear()
    evidence.ledger.batches = []
    evidence.answered[EVENT][BEN] = changing((1014, True))
    evidence.unable[EVENT] = [(1005.0, 1012.0)]
    assert rules(evidence) == set()
    assert able_spans(evidence, EVENT) == [(1000.0, 1005.0), (1012.0, 1018.0)]


def test_permission_given_back_while_the_bot_was_down_begins_an_interval_when_it_is_up() -> None:
    evidence = clean()
    evidence.posts.clear()
    evidence.ledger.batches = []
    evidence.answered[EVENT][BEN] = changing((1019, True))
    evidence.unable[EVENT], evidence.forbidden[EVENT] = [(1000.5, 1006.0)], [(1000.5, 1002.0)]
    evidence.quiet.read_at = 1018.9
    evidence.quiet.events = {EVENT: EventRow("active", is_paused=False, next_at=1018.95)}
    assert rules(evidence) == set()
    evidence.unable[EVENT] = [(1000.5, 1002.0)]
    assert rules(evidence) == {"missing"}


def test_event_that_will_never_remind_again_is_missing() -> None:
    evidence = clean()
    evidence.answered[EVENT][BEN] = changing((1015, True), (1016, False))
    del evidence.ledger.answers[EVENT][BEN], evidence.held[EVENT][BEN]
    assert rules(evidence) == {"missing"}


def test_planned_reminder_that_nobody_needs_is_seen() -> None:
    evidence = clean()
    evidence.ledger.events = {EVENT: EventRow("active", is_paused=False, next_at=1025.0)}
    assert rules(evidence) == {"state"}


def test_event_ended_by_nothing_is_seen() -> None:
    evidence = clean()
    evidence.ledger.events = {EVENT: EventRow("archived", is_paused=False, next_at=None)}
    assert rules(evidence) == {"state"}


def test_process_that_ended_by_itself_and_a_damaged_file_are_seen() -> None:
    evidence = clean()
    evidence.incidents.append("ended by itself with code 1")
    evidence.ledger.damage.append("row 3 missing from index")
    assert rules(evidence) == {"process", "database"}
