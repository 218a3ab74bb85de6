"""The rules of reminding."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.records import next_silent_at
from reminder_bot import reminder_policy as policy
from tests.fakes import START

people = st.sets(st.integers(min_value=1, max_value=2**63 - 1), max_size=30)


@given(asked=people, answered=people)
def test_missing_is_who_was_asked_and_has_not_answered(asked: set[int], answered: set[int]) -> None:
    assert all((user_id in policy.missing(asked, answered)) == (user_id not in answered) for user_id in asked)
    assert policy.missing(asked, answered) <= asked


@given(recipients=people, missing=people)
def test_still_missing_never_adds_a_newcomer(recipients: set[int], missing: set[int]) -> None:
    assert policy.still_missing(sorted(recipients), missing) == tuple(sorted(recipients & missing))


def test_next_silent_at_cuts_to_whole_milliseconds_and_ends_when_answers_close() -> None:
    interval = timedelta(seconds=1, microseconds=2500)
    assert next_silent_at(START, interval, None) == START + timedelta(seconds=1.002)
    assert next_silent_at(START, interval, START + timedelta(seconds=1.003)) == START + timedelta(seconds=1.002)
    assert next_silent_at(START, interval, START + timedelta(seconds=1.002)) is None


def test_is_late_when_it_fell_due_before_the_bot_was_able_to_send() -> None:
    assert policy.is_late(START, START + timedelta(seconds=1), START + timedelta(seconds=2))


def test_is_late_not_when_it_falls_due_in_a_running_session() -> None:
    assert not policy.is_late(START, START - timedelta(hours=1), START + timedelta(seconds=59))


def test_is_late_after_a_minute_whatever_held_it_up() -> None:
    assert policy.is_late(START, START - timedelta(hours=1), START + timedelta(seconds=60))


@given(attempt=st.integers(min_value=0, max_value=10_000), jitter=st.floats(min_value=0, max_value=0.999))
def test_retry_delay_stays_within_its_bounds(attempt: int, jitter: float) -> None:
    assert policy.RETRY_FIRST <= policy.retry_delay(attempt, jitter) <= policy.RETRY_LONGEST * 1.5


def test_retry_delay_doubles() -> None:
    assert [policy.retry_delay(n, 0).total_seconds() for n in (1, 2, 3, 4)] == [1, 2, 4, 8]
