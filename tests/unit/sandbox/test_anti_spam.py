"""The guard against bots that write to many strangers: when it warns, when it shuts the door, and whom it spares."""

import pytest

from reminder_bot.sandbox.anti_spam import AntiSpam
from reminder_bot.sandbox.behaviour import Behaviour, DirectLimits, RateLimits
from reminder_bot.sandbox.errors import ApiError
from tests.unit.sandbox.test_ratelimit import Steps

BOT, OTHER_BOT = 1, 2


@pytest.fixture
def clock() -> Steps:
    return Steps()


@pytest.fixture
def guard(clock: Steps) -> AntiSpam:
    limits = DirectLimits(new_people=3, approaches_until_quarantine=5, within_seconds=600)
    return AntiSpam(limits, clock)


def _refusal(guard: AntiSpam, person_id: int, bot_id: int = BOT) -> int | None:
    try:
        guard.check(bot_id, person_id)
    except ApiError as error:
        assert error.status == 403
        return int(error.body["code"])
    return None


def test_so_many_new_people_and_then_it_is_too_fast(guard: AntiSpam) -> None:
    assert [_refusal(guard, person) for person in range(10, 14)] == [None, None, None, 40003]


def test_opening_and_writing_to_one_person_is_one_approach(guard: AntiSpam) -> None:
    assert [_refusal(guard, 10) for _ in range(20)] == [None] * 20
    assert [_refusal(guard, person) for person in (11, 12, 13)] == [None, None, 40003]


def test_going_on_regardless_ends_in_quarantine_which_time_does_not_end(guard: AntiSpam, clock: Steps) -> None:
    assert [_refusal(guard, person) for person in range(10, 17)] == [None, None, None, 40003, 40003, 20026, 20026]
    assert guard.is_quarantined(BOT)
    clock.at += 100_000
    assert _refusal(guard, 99) == 20026
    assert _refusal(guard, 99, OTHER_BOT) is None


def test_asking_for_the_same_refused_person_again_and_again_is_going_on_as_well(guard: AntiSpam) -> None:
    for person in (10, 11, 12):
        guard.check(BOT, person)
    assert [_refusal(guard, 13) for _ in range(3)] == [40003, 40003, 20026]


def test_people_one_has_spoken_with_are_never_refused(guard: AntiSpam) -> None:
    guard.note_contact(BOT, 10)
    guard.quarantine(BOT)
    assert (_refusal(guard, 10), _refusal(guard, 11)) == (None, 20026)


def test_old_approaches_are_forgotten(guard: AntiSpam, clock: Steps) -> None:
    for person in (10, 11, 12):
        guard.check(BOT, person)
    clock.at += 599
    assert _refusal(guard, 13) == 40003
    clock.at += 1
    assert _refusal(guard, 13) is None


def test_released_bot_begins_anew(guard: AntiSpam) -> None:
    for person in range(10, 17):
        _refusal(guard, person)
    guard.release(BOT)
    assert not guard.is_quarantined(BOT)
    assert _refusal(guard, 17) is None


def test_it_holds_where_the_rate_limits_are_off() -> None:
    limits = Behaviour(rate_limits=RateLimits.off()).direct_limits
    assert (limits.new_people, limits.approaches_until_quarantine, limits.within_seconds) == (25, 40, 600)
