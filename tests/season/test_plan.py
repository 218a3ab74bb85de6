"""The plan of a season: the same for the same seed, and everything in it that the rules speak of."""

from collections import Counter

import pytest

from tests.season.facts import Topic
from tests.season.plan import FULL, SHORT, Scale, make_plan


@pytest.mark.parametrize("scale", [FULL, SHORT], ids=["full", "short"])
def test_same_seed_gives_the_same_season(scale: Scale) -> None:
    assert make_plan(3, scale).acts == make_plan(3, scale).acts
    assert make_plan(3, scale).acts != make_plan(4, scale).acts


@pytest.mark.parametrize("seed", range(1, 4))
def test_a_season_has_everything_in_it(seed: int) -> None:
    plan = make_plan(seed, FULL)
    acts = Counter(act.what for act in plan.acts)
    members = {Topic.CONTACT, Topic.WANTS_DIRECT, Topic.ONLY_ROLES, Topic.ZONE, Topic.QUIET, Topic.DMS, Topic.AWAY}
    others = {
        "answer",
        "withdraw",
        Topic.SNOOZE,
        Topic.NOT_THIS,
        "undo",
        "back",
        "kill",
        "kill_in_send",
        "stop",
        "outage",
    }
    assert members | others | {"create", "move", "cancel", "settings"} <= set(acts)
    assert (acts["create"], len(plan.members), plan.scale.days) == (12, 40, 92)
    assert {event.schedule.start is None for event in plan.events} == {True, False}
    assert {event.in_thread for event in plan.events} == {True, False}
    assert {bool(event.roles) for event in plan.events} == {True, False}
    assert Counter(event.guild for event in plan.events) == {0: 6, 1: 6}


@pytest.mark.parametrize("scale", [FULL, SHORT], ids=["full", "short"])
def test_every_event_is_over_before_the_season_is(scale: Scale) -> None:
    plan = make_plan(1, scale)
    assert all(event.schedule.ends and event.made < event.schedule.ends < plan.ends for event in plan.events)
