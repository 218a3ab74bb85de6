"""Whom an event asks of those who can see its channel, by discord.py's real cache, with roles that come and go."""

import asyncio
from dataclasses import replace
from typing import Any

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.event_options import NOBODY, AudienceRule, EventOptions
from models.records import EventState, TrackedEvent
from reminder_bot.audience import Chosen, DiscordAudience
from reminder_bot.bot import ReminderBot
from reminder_bot.member_roster import MemberRoster
from reminder_bot.pace import RequestBudget
from tests.bench.crowd import FIRST_ROLE, crowd
from tests.bench.filling import FIRST_CHANNEL, FIRST_GUILD, people_ids
from tests.fakes import START

PEOPLE = 60
EVENT = TrackedEvent(
    300, FIRST_CHANNEL, FIRST_GUILD, "Raid", None, 60.0, False, None, START, ("✅",), EventState.ACTIVE, None, START,
    None, START,
)  # fmt: skip
ROLES = [FIRST_ROLE + number for number in range(20)]
GONE = FIRST_ROLE + 999
some_roles = st.lists(st.sampled_from([*ROLES, GONE]), max_size=4, unique=True).map(lambda ids: tuple(sorted(ids)))
some_people = st.lists(st.sampled_from([*people_ids(PEOPLE), 7]), max_size=4, unique=True).map(
    lambda ids: tuple(sorted(ids))
)
rules = st.builds(AudienceRule, some_roles, some_people, some_roles, some_people)


class Crowd:
    """Sixty people with some of twenty roles each, and an audience over them."""

    def __init__(self) -> None:
        self.client = ReminderBot("http://127.0.0.1:1", RequestBudget())
        self.guild = crowd(self.client, PEOPLE).guild
        self.audience = DiscordAudience(self.client, MemberRoster(self.client))

    def event(self, rule: AudienceRule) -> TrackedEvent:
        return replace(EVENT, options=EventOptions(audience=rule))

    async def asked(self, rule: AudienceRule) -> set[int]:
        return set(await self.audience.asked(self.event(rule)))

    def give(self, user_id: int, *role_ids: int) -> None:
        """Set somebody's roles, as a frame does."""
        member: Any = self.guild.get_member(user_id)
        member._roles = discord.utils.SnowflakeList(sorted(role_ids))

    def with_role(self, role_id: int) -> set[int]:
        return {member.id for member in self.guild.members if any(role.id == role_id for role in member.roles)}


@pytest.fixture
async def people() -> Crowd:
    return Crowd()


async def test_nobody_chosen_asks_everybody_who_sees_the_channel(people: Crowd) -> None:
    everybody = await people.asked(AudienceRule())
    assert 0 < len(everybody) < PEOPLE
    assert await people.asked(AudienceRule(roles=(FIRST_GUILD,))) == everybody, "@everyone"


async def test_a_role_or_a_name_chooses_and_an_exclusion_wins(people: Crowd) -> None:
    everybody = await people.asked(AudienceRule())
    one, two, three = ROLES[:3]
    rule = AudienceRule(roles=(one, two), excluded_roles=(three,))
    assert await people.asked(rule) == everybody & (
        (people.with_role(one) | people.with_role(two)) - people.with_role(three)
    )
    named = min(everybody)
    assert await people.asked(AudienceRule(members=(named,))) == {named}
    assert await people.asked(AudienceRule(members=(named,), excluded_members=(named,))) == set()
    assert await people.asked(AudienceRule(excluded_members=(named,))) == everybody - {named}


async def test_who_does_not_see_the_channel_is_not_asked_even_when_chosen(people: Crowd) -> None:
    hidden = (set(people_ids(PEOPLE)) - await people.asked(AudienceRule())).pop()
    assert await people.asked(AudienceRule(members=(hidden,))) == set()


@pytest.mark.parametrize(
    "rule", [AudienceRule(roles=(GONE,)), AudienceRule(members=(7,)), AudienceRule(members=(NOBODY,))]
)
async def test_a_choice_of_which_nothing_is_left_asks_nobody(people: Crowd, rule: AudienceRule) -> None:
    assert await people.asked(rule) == set()


async def test_a_deleted_role_matches_nobody_though_members_still_carry_its_id(people: Crowd) -> None:
    one = ROLES[0]
    everybody = await people.asked(AudienceRule())
    assert await people.asked(AudienceRule(roles=(one,)))
    people.guild._remove_role(one)
    assert await people.asked(AudienceRule(roles=(one,))) == set()
    # Who saw the channel by that role alone does not see it any more.
    assert await people.asked(AudienceRule(excluded_roles=(one,))) == await people.asked(AudienceRule()) <= everybody


async def test_a_role_that_is_gained_or_lost_counts_at_once(people: Crowd) -> None:
    one, two = ROLES[:2]
    user_id = people_ids(PEOPLE)[20]
    people.give(user_id, one)
    assert user_id in await people.asked(AudienceRule(roles=(one,)))
    people.give(user_id, one, two)
    assert user_id not in await people.asked(AudienceRule(roles=(one,), excluded_roles=(two,)))
    people.give(user_id, two)
    assert not await people.audience.asks(people.event(AudienceRule(roles=(one,))), user_id)


async def test_who_has_answered_is_told_though_not_chosen_unless_excluded(people: Crowd) -> None:
    everybody = sorted(await people.asked(AudienceRule()))
    chosen, outsider, excluded = everybody[:3]
    hidden = (set(people_ids(PEOPLE)) - set(everybody)).pop()
    event = people.event(AudienceRule(members=(chosen,), excluded_members=(excluded,)))
    answered = {chosen, outsider, excluded, hidden}
    assert await people.audience.reachable(event, answered) == {chosen, outsider}


def test_everybody_is_decided_as_one_by_one_in_plain_words() -> None:
    @settings(max_examples=100)
    @given(rules)
    def compared(rule: AudienceRule) -> None:
        asyncio.run(_compare(crowded, rule))

    crowded = Crowd()
    compared()


async def _compare(people: Crowd, rule: AudienceRule) -> None:
    seeing = await people.asked(AudienceRule())
    wanted, told = set(), set()
    for member in people.guild.members:
        held = {role.id for role in member.roles}
        if member.id not in seeing or member.id in rule.excluded_members or held & set(rule.excluded_roles):
            continue
        told.add(member.id)
        if not (rule.roles or rule.members) or member.id in rule.members or held & set(rule.roles):
            wanted.add(member.id)
    event = people.event(rule)
    assert await people.asked(rule) == wanted
    some = set(people_ids(PEOPLE)[::5])
    assert {one for one in some if await people.audience.asks(event, one)} == wanted & some
    assert await people.audience.reachable(event, set(people_ids(PEOPLE))) == told


async def test_thousands_with_the_same_roles_are_decided_once(people: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0
    decide = Chosen.holds

    def counted(self: Chosen, user_id: int, roles: Any) -> bool:
        nonlocal calls
        calls += 1
        return decide(self, user_id, roles)

    monkeypatch.setattr(Chosen, "holds", counted)
    for member in people.guild.members:
        people.give(member.id, ROLES[0])
    await people.asked(AudienceRule(roles=(ROLES[0],), members=(people_ids(PEOPLE)[30],)))
    # The owner, five whom an overwrite names, the one who is chosen by name, and once for all others.
    assert calls <= 8
