"""Answers: what each frame and each reconciliation makes of them."""

import pytest

from models.database_models import User
from models.records import Answer, Answered, EventState, HeldByUser, ReactionSignal, ReconciliationResult, SignalKind
from persistence import events, reactions
from tests.unit.persistence.factories import (
    EVENT,
    GUILD,
    MAYBE,
    NO,
    NOW,
    YES,
    add,
    apply_signal,
    later,
    met,
    new_event,
    remove,
    signal,
    watch,
)

pytestmark = pytest.mark.usefixtures("store")
ANN, BO, CY = 101, 102, 103


@pytest.fixture(autouse=True)
def _watched(store: object) -> None:
    watch()


def answers() -> list[Answer]:
    return reactions.list_answers(GUILD, EVENT)


def test_added_emoji_is_the_answer() -> None:
    assert apply_signal(add(ANN, YES, 1), NOW)
    assert answers() == [Answer(ANN, YES, (YES,), later(1))]
    assert reactions.answered_user_ids(GUILD, EVENT) == {ANN}


def test_latest_added_emoji_is_the_answer_and_all_are_held() -> None:
    for minute, emoji in enumerate([YES, MAYBE, NO, YES]):
        apply_signal(add(ANN, emoji, minute), NOW)
    assert answers() == [Answer(ANN, YES, (MAYBE, NO, YES), later(3))]


def test_frame_that_changes_nothing_says_so() -> None:
    assert apply_signal(add(ANN, YES, 1), NOW)
    assert not apply_signal(add(ANN, YES, 2), NOW)
    assert not apply_signal(remove(ANN, NO, 3), NOW)
    assert not apply_signal(remove(BO, NO, 3), NOW)
    assert not apply_signal(signal(SignalKind.CLEAR_EMOJI, emoji=NO), NOW)
    assert answers() == [Answer(ANN, YES, (YES,), later(1))]


def test_taking_the_answer_away_leaves_the_one_added_last() -> None:
    for minute, emoji in enumerate([NO, MAYBE, YES]):
        apply_signal(add(ANN, emoji, minute), NOW)
    assert apply_signal(remove(ANN, YES, 5), NOW)
    assert answers() == [Answer(ANN, MAYBE, (NO, MAYBE), later(5))]


def test_taking_another_emoji_away_leaves_the_answer() -> None:
    for minute, emoji in enumerate([NO, YES]):
        apply_signal(add(ANN, emoji, minute), NOW)
    assert apply_signal(remove(ANN, NO, 5), NOW)
    assert answers() == [Answer(ANN, YES, (YES,), later(1))]


def test_taking_the_last_emoji_away_withdraws_the_answer() -> None:
    apply_signal(add(ANN, YES), NOW)
    assert apply_signal(remove(ANN, YES), NOW)
    assert answers() == []


def test_clear_withdraws_every_answer() -> None:
    for user_id in (ANN, BO):
        apply_signal(add(user_id, YES), NOW)
    assert apply_signal(signal(SignalKind.CLEAR), NOW)
    assert answers() == []
    assert not apply_signal(signal(SignalKind.CLEAR), NOW)


def test_clear_of_one_emoji_is_its_removal_by_everybody() -> None:
    for user_id, emoji in [(ANN, YES), (BO, NO), (BO, YES), (CY, YES), (CY, NO)]:
        apply_signal(add(user_id, emoji, 1), NOW)
    assert apply_signal(signal(SignalKind.CLEAR_EMOJI, emoji=YES, minute=2), NOW)
    assert answers() == [Answer(BO, NO, (NO,), later(2)), Answer(CY, NO, (NO,), later(1))]


def test_who_was_named_by_the_frame_is_met() -> None:
    apply_signal(met(add(ANN, YES), "Ann"), NOW)
    apply_signal(met(add(ANN, YES), "Anna"), later(1))
    assert [(user.user_id, user.username, user.last_seen) for user in User.select()] == [(ANN, "Anna", later(1))]


def test_frame_about_a_message_that_is_not_watched_leaves_no_trace() -> None:
    events.set_state(GUILD, EVENT, EventState.ARCHIVED, None, NOW)
    assert apply_signal(add(ANN, YES), NOW), "an archived event still knows its answers"
    for kind in (SignalKind.ADD, SignalKind.REMOVE):
        stray = met(add(BO, YES), "Bo")
        stray = type(stray)(kind, GUILD, EVENT + 1, BO, YES, NOW, stray.person)
        assert not apply_signal(stray, NOW)
    assert User.select().count() == 0


@pytest.mark.parametrize(
    "wrong",
    [signal(SignalKind.ADD, None, YES), signal(SignalKind.REMOVE, ANN, None), signal(SignalKind.CLEAR_EMOJI)],
    ids=["add", "remove", "clear_emoji"],
)
def test_frame_without_what_its_kind_needs_is_a_bug(wrong: ReactionSignal) -> None:
    with pytest.raises(ValueError, match="names"):
        apply_signal(wrong, NOW)


def reconcile(held: HeldByUser, *journal: ReactionSignal) -> ReconciliationResult:
    return reactions.reconcile(GUILD, EVENT, held, journal, NOW)


def test_reconciliation_finds_what_happened_meanwhile() -> None:
    for user_id in (ANN, BO):
        apply_signal(add(user_id, YES, 1), NOW)
    result = reconcile({BO: frozenset({NO, MAYBE}), CY: frozenset({MAYBE, YES})})
    assert result == ReconciliationResult(added=1, withdrawn=1, changed=1)
    assert answers() == [Answer(BO, NO, (NO, MAYBE), None), Answer(CY, YES, (YES, MAYBE), None)]


def test_reconciliation_keeps_an_answer_that_is_still_held() -> None:
    for minute, emoji in enumerate([MAYBE, NO]):
        apply_signal(add(ANN, emoji, minute), NOW)
    assert reconcile({ANN: frozenset({YES, NO, MAYBE})}) == ReconciliationResult(0, 0, 0)
    assert answers() == [Answer(ANN, NO, (MAYBE, NO, YES), later(1))]


def test_reconciliation_falls_back_to_the_first_in_the_events_order() -> None:
    for minute, emoji in enumerate([MAYBE, NO, YES]):
        apply_signal(add(ANN, emoji, minute), NOW)
    assert reconcile({ANN: frozenset({MAYBE, NO})}).changed == 1
    assert answers() == [Answer(ANN, NO, (MAYBE, NO), None)]


def test_reconciliation_knows_the_events_own_emoji_only() -> None:
    apply_signal(add(ANN, "🍕"), NOW)
    assert reconcile({ANN: frozenset({"🍕"}), BO: frozenset({"🍕", YES})}) == ReconciliationResult(1, 1, 0)
    assert answers() == [Answer(BO, YES, (YES,), None)]


def test_frames_that_came_during_the_read_win_over_it() -> None:
    read: HeldByUser = {ANN: frozenset({YES}), BO: frozenset({YES})}
    result = reconcile(read, remove(ANN, YES, 1), add(BO, NO, 2), add(CY, MAYBE, 3))
    assert result == ReconciliationResult(added=2, withdrawn=0, changed=0)
    assert answers() == [Answer(BO, NO, (YES, NO), later(2)), Answer(CY, MAYBE, (MAYBE,), later(3))]


def test_frame_that_was_applied_already_counts_as_no_change() -> None:
    apply_signal(add(ANN, YES, 1), NOW)
    assert reconcile({}, add(ANN, YES, 1)).total == 0
    assert [answer.emoji for answer in answers()] == [YES]


def test_reconciliation_of_an_event_that_is_not_there_does_nothing() -> None:
    held: HeldByUser = {ANN: frozenset({YES})}
    assert reactions.reconcile(GUILD, EVENT + 1, held, [add(BO, YES)], NOW).total == 0
    assert answers() == []


def test_answers_of_two_events_do_not_mix() -> None:
    events.watch_event(new_event(message_id=EVENT + 1), NOW)
    apply_signal(add(ANN, YES), NOW)
    assert reactions.list_answers(GUILD, EVENT + 1) == []
    assert reactions.answered_user_ids(GUILD, EVENT + 1) == frozenset()


def test_of_some_people_those_who_answered_are_told_and_nobody_else() -> None:
    for user_id in (ANN, BO):
        apply_signal(add(user_id, YES), NOW)
    assert reactions.answered_among(GUILD, EVENT, {ANN, CY}) == {ANN}
    assert reactions.answered_among(GUILD, EVENT, ()) == frozenset()


def test_answers_are_counted_by_emoji_and_nobody_is_told_twice() -> None:
    for user_id, emoji in ((ANN, YES), (BO, NO), (CY, YES), (ANN, MAYBE)):
        apply_signal(add(user_id, emoji), NOW)
    assert reactions.answered(GUILD, EVENT) == Answered(frozenset({ANN, BO, CY}), {YES: 1, NO: 1, MAYBE: 1})
    apply_signal(remove(BO, NO), NOW)
    assert reactions.answered(GUILD, EVENT) == Answered(frozenset({ANN, CY}), {YES: 1, MAYBE: 1})


def test_event_without_answers_has_nobody_and_nothing_to_count() -> None:
    assert reactions.answered(GUILD, EVENT) == Answered(frozenset(), {})


def test_name_that_is_no_unicode_is_refused_and_not_stored_as_something_else() -> None:
    with pytest.raises(UnicodeEncodeError):
        apply_signal(met(add(ANN, YES), "\ud800"), NOW)
    assert answers() == []
