"""An organiser may always use 60 commands in a minute, and nobody more than their allowance."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reminder_bot.interactions.cooldown import MEMBER_COMMANDS, ORGANISER_COMMANDS, WINDOW, Cooldown

NOW = datetime(2026, 3, 4, 20, tzinfo=UTC)
USER, OTHER = 1, 2
TICK = timedelta(milliseconds=1)

steps = st.lists(st.integers(0, 20_000), min_size=1, max_size=60)


def moments(gaps: list[int]) -> list[datetime]:
    """Return moments with so many milliseconds between them."""
    found = [NOW]
    for gap in gaps:
        found.append(found[-1] + gap * TICK)
    return found


def test_sixty_commands_within_a_minute_are_all_taken_from_an_organiser() -> None:
    cooldown = Cooldown()
    assert [cooldown.take(USER, ORGANISER_COMMANDS, NOW) for _ in range(60)] == [None] * 60
    assert cooldown.take(USER, ORGANISER_COMMANDS, NOW + WINDOW - TICK) == NOW + WINDOW


def test_sixty_commands_a_minute_are_taken_for_hours() -> None:
    cooldown = Cooldown()
    for number in range(60 * 60 * 3):
        assert cooldown.take(USER, ORGANISER_COMMANDS, NOW + number * timedelta(seconds=1)) is None


@given(steps, st.integers(1, 5))
def test_granted_commands_never_exceed_the_allowance_and_none_below_it_is_refused(
    gaps: list[int], allowance: int
) -> None:
    cooldown = Cooldown()
    granted: list[datetime] = []
    for at in moments(gaps):
        within = sum(at - WINDOW < earlier for earlier in granted)
        free_at = cooldown.take(USER, allowance, at)
        assert (free_at is None) == (within < allowance)
        if free_at is None:
            granted.append(at)
        else:
            assert at < free_at <= at + WINDOW


def test_command_is_taken_at_the_moment_that_was_told_and_refusals_do_not_put_it_off() -> None:
    cooldown = Cooldown()
    for _ in range(MEMBER_COMMANDS):
        cooldown.take(USER, MEMBER_COMMANDS, NOW)
    told = [cooldown.take(USER, MEMBER_COMMANDS, NOW + second * timedelta(seconds=1)) for second in range(60)]
    assert told == [NOW + WINDOW] * 60
    assert cooldown.take(USER, MEMBER_COMMANDS, NOW + WINDOW) is None


def test_one_persons_haste_is_nobody_elses_and_organising_has_its_own_allowance() -> None:
    cooldown = Cooldown()
    for _ in range(MEMBER_COMMANDS):
        cooldown.take(USER, MEMBER_COMMANDS, NOW)
    assert cooldown.take(USER, MEMBER_COMMANDS, NOW) is not None
    assert cooldown.take(OTHER, MEMBER_COMMANDS, NOW) is None
    assert cooldown.take(USER, ORGANISER_COMMANDS, NOW) is None


def test_moments_out_of_order_are_counted_all_the_same() -> None:
    cooldown = Cooldown()
    for milliseconds in (5, 3, 4, 1):
        assert cooldown.take(USER, 4, NOW + milliseconds * TICK) is None
    assert cooldown.take(USER, 4, NOW + 2 * TICK) is not None


def test_people_who_have_stopped_are_forgotten() -> None:
    cooldown = Cooldown()
    for user_id in range(5000):
        cooldown.take(user_id, MEMBER_COMMANDS, NOW)
    cooldown.take(USER, MEMBER_COMMANDS, NOW + WINDOW)
    assert len(cooldown) == 1
