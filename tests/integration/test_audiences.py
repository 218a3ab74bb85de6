"""Events that ask some roles and members only, through the real client: who is pinged as roles come and go."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
import pytest_asyncio

from models.event_options import AudienceRule, EventOptions
from tests.integration.command_stage import Home, Stage, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("audiences")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


def ask(home: Home, message_id: int, rule: AudienceRule) -> None:
    """Choose whom an event asks, as the store would have it."""
    options = json.dumps(EventOptions(audience=rule).to_json())
    with closing(sqlite3.connect(home.stage.scene.database, timeout=10)) as connection, connection:
        connection.execute("UPDATE event SET options = ? WHERE message_id = ?", (options, message_id))


def is_armed(home: Home, message_id: int) -> bool:
    return home.stored(message_id).next_reminder_at is not None


async def test_only_the_chosen_are_asked_and_a_role_gained_or_lost_arms_or_quietens(home: Home) -> None:
    director, (anna, ben, carl) = home.sandbox.director, home.member_ids
    raiders = await director.create_role(home.guild_id, "Raiders")
    bench = await director.create_role(home.guild_id, "Bench")
    for user_id, role_id in ((anna, raiders), (ben, raiders), (ben, bench)):
        await director.add_role(home.guild_id, user_id, role_id)
    message_id = await home.watched()
    ask(home, message_id, AudienceRule(roles=(raiders,), members=(home.owner_id,), excluded_roles=(bench,)))
    assert "Answered: 0 of 2" in (await home.run("status", event=str(message_id))).text
    await home.react(message_id, [anna, home.owner_id])
    await home.until(lambda: not is_armed(home, message_id), "going quiet when all of the chosen have answered")
    await director.remove_role(home.guild_id, ben, bench)
    await home.until(lambda: is_armed(home, message_id), "going on when somebody is excluded no more")
    await home.remind(message_id)
    assert [sorted(post.pinged_user_ids) for post in home.reminders()] == [[ben]]
    await director.remove_role(home.guild_id, ben, raiders)
    await home.until(lambda: not is_armed(home, message_id), "going quiet when the missing one has lost the role")
    await director.add_role(home.guild_id, carl, raiders)
    await home.until(lambda: is_armed(home, message_id), "going on when somebody gains the role")
    await home.react(message_id, [home.organiser_id])
    status = await home.run("status", event=str(message_id))
    assert "Answered: 2 of 3" in status.text
    assert "Also answered: 1 person who is not asked" in status.text


async def test_nobody_is_asked_when_the_only_chosen_role_is_deleted(home: Home) -> None:
    director = home.sandbox.director
    raiders = await director.create_role(home.guild_id, "Raiders")
    await director.add_role(home.guild_id, home.member_ids[0], raiders)
    message_id = await home.watched()
    ask(home, message_id, AudienceRule(roles=(raiders,)))
    assert "Answered: 0 of 1" in (await home.run("status", event=str(message_id))).text
    await director.delete_role(home.guild_id, raiders)
    await home.until(lambda: not is_armed(home, message_id), "going quiet when nobody is asked any more")
    await home.remind(message_id)
    assert home.reminders() == []
