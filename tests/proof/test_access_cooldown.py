"""How many commands one person may use in a minute, through a real bot process."""

import re
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from reminder_bot.interactions.cooldown import MEMBER_COMMANDS, ORGANISER_COMMANDS
from tests.integration.command_stage import Home, Stage, everything, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

REFUSAL = re.compile(
    r"You have used ([0-9]+) commands within a minute, which is the most I take\. Try again <t:([0-9]+):R>\."
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("cooldown"), ADMIN_ROLES="Raid Leads") as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


async def use_up(home: Home, by: int, count: int) -> None:
    """Use so many commands, none of which is refused."""
    for _ in range(count):
        assert "Commands" in everything(await home.run("help", by=by))


def refusal(text: str) -> tuple[int, int]:
    """Return how many commands were said to be too many, and how many seconds are to be waited."""
    found = REFUSAL.fullmatch(text)
    assert found is not None, text
    return int(found[1]), int(found[2]) - int(time.time())


async def organiser_by_role(home: Home) -> int:
    """Let an organiser join who has no permission of the guild's."""
    role_id = await home.sandbox.director.create_role(home.guild_id, "Raid Leads")
    return await home.sandbox.director.add_member(home.guild_id, roles=[role_id])


@pytest.mark.parametrize("kind", ["by permission", "by role"])
async def test_organiser_may_use_sixty_commands_in_a_minute_and_is_told_when_to_go_on(home: Home, kind: str) -> None:
    by = home.organiser_id if kind == "by permission" else await organiser_by_role(home)
    message_id = await home.watched()
    await use_up(home, by, ORGANISER_COMMANDS - (1 if by == home.organiser_id else 0))
    count, seconds = refusal((await home.run("pause", by=by, event=str(message_id))).text)
    assert count == ORGANISER_COMMANDS
    assert 0 < seconds <= 61
    assert not home.stored(message_id).is_paused


async def test_member_is_stopped_after_twenty_and_nobody_else_with_them(home: Home) -> None:
    hasty, calm, _ = home.member_ids
    await use_up(home, hasty, MEMBER_COMMANDS)
    count, _seconds = refusal((await home.run("help", by=hasty)).text)
    assert count == MEMBER_COMMANDS
    await use_up(home, calm, 1)
    await use_up(home, home.organiser_id, 1)


async def test_refused_command_costs_nothing_but_its_answer(home: Home) -> None:
    message_id = await home.watched()
    member = home.member_ids[0]
    await use_up(home, member, MEMBER_COMMANDS)
    before = len(home.sandbox.record.calls)
    refusal((await home.run("status", by=member, event=str(message_id))).text)
    assert len(home.sandbox.record.calls) == before + 1


async def test_suggestions_do_not_count_and_go_on_for_who_has_used_theirs_up(home: Home) -> None:
    await home.watched("Raid night")
    member = home.member_ids[0]
    for _ in range(MEMBER_COMMANDS * 2):
        assert await home.suggestions("status", "event", "raid", by=member) == ["Raid night"]
    await use_up(home, member, MEMBER_COMMANDS)
    assert await home.suggestions("status", "event", "raid", by=member) == ["Raid night"]


async def test_menu_and_choice_count_as_commands(home: Home) -> None:
    first, second = await home.post("First"), await home.post("Second")
    choosing = await home.run("watch")
    await home.menu(first)
    await use_up(home, home.organiser_id, ORGANISER_COMMANDS - 2)
    refusal((await home.menu(second)).text)
    refused = await home.choose(choosing, second)
    refusal(refused.text)
    assert home.event(second) is None
    assert choosing.refresh().option_values, "the choice is still there to be made later"


async def test_one_allowance_holds_in_all_guilds_for_who_organises_in_none(home: Home, stage: Stage) -> None:
    member = home.member_ids[0]
    async with stage.home("Other") as other:
        await home.sandbox.director.add_member(other.guild_id, user_id=member)
        await use_up(home, member, MEMBER_COMMANDS // 2)
        await use_up(other, member, MEMBER_COMMANDS // 2)
        refusal((await home.run("help", by=member)).text)


async def test_organiser_keeps_the_sixty_whatever_they_do_in_guilds_of_others(home: Home, stage: Stage) -> None:
    async with stage.home("Other") as other:
        await home.sandbox.director.add_member(other.guild_id, user_id=home.organiser_id)
        await use_up(other, home.organiser_id, MEMBER_COMMANDS)
        refusal((await other.run("help", by=home.organiser_id)).text)
        await use_up(home, home.organiser_id, ORGANISER_COMMANDS)
