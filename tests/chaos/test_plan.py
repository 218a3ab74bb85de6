"""The plan is drawn from the seed alone, and fits into Discord's limits."""

from tests.chaos.plan import DECK, FaultKind, Scale, make_plan

TEN_MINUTES = Scale(586)


def test_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    assert make_plan(1, TEN_MINUTES) == make_plan(1, TEN_MINUTES)
    assert make_plan(1, TEN_MINUTES).faults != make_plan(2, TEN_MINUTES).faults


def test_ten_minutes_hold_thirty_kills_and_every_kind_of_fault_on_each_of_five_seeds() -> None:
    for seed in range(1, 6):
        kinds = [fault.kind for fault in make_plan(seed, TEN_MINUTES).faults]
        assert kinds.count(FaultKind.KILL) + kinds.count(FaultKind.KILL_IN_SEND) >= 30
        assert set(kinds) == set(DECK)


def test_stage_has_sixty_events_in_three_guilds_with_five_hundred_people() -> None:
    plan = make_plan(1, TEN_MINUTES)
    assert len(plan.events) == 60
    assert {plan.channels[event.channel].guild for event in plan.events} == {0, 1, 2}
    assert sum(len(guild.teams) for guild in plan.guilds) == 500


def test_no_channel_is_asked_for_more_messages_than_discord_takes() -> None:
    plan = make_plan(1, TEN_MINUTES)
    for number, channel in enumerate(plan.channels):
        messages = -(-len(channel.people) // 80)
        rate = sum(messages / event.interval for event in plan.events if event.channel == number)
        assert rate <= 0.7
