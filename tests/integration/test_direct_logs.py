"""The log at its most talkative while people are written to directly: it never holds anybody's id."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from reminder_bot.sandbox.faults import FaultRequest
from reminder_bot.sandbox.record import Post
from tests.integration.command_stage import Home, Stage, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPENING, POSTING = r"/users/@me/channels", r"/channels/\d+/messages"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module that logs all it ever logs."""
    async with open_stage(tmp_path_factory.mktemp("direct"), LOG_LEVEL="DEBUG") as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test, where the first member wants direct messages."""
    async with stage.home() as home:
        me = home.member_ids[0]
        card = await home.run("my reminders", by=me)
        await home.sandbox.director.select(me, card, "mine:contact", ["direct"], timeout=10)
        yield home


def direct(home: Home, user_id: int) -> list[Post]:
    """Return what has reached somebody directly."""
    return [post for post in home.sandbox.record.posts if post.recipient_id == user_id]


def lines_with_a_person(stage: Stage) -> list[str]:
    """Return the lines of the log in which somebody's id stands, or the id of a conversation with somebody."""
    world = stage.sandbox.world
    conversations = {post.channel_id for post in stage.sandbox.record.posts if post.recipient_id is not None}
    ids = {str(each) for each in (world.users.keys() - {stage.scene.seed.bot_id}) | conversations}
    log = stage.scene.bot.last_lines(1_000_000).splitlines()
    assert any("reminder" in line for line in log)
    return [line for line in log if any(each in line for each in ids)]


async def test_delivered_direct_message_leaves_no_id_in_the_log(home: Home, stage: Stage) -> None:
    me = home.member_ids[0]
    await home.remind(await home.watched())
    await home.until(lambda: len(direct(home, me)) == 1, "the direct message")
    (post,) = direct(home, me)
    button = post.components[0]["components"][0]["custom_id"]
    await home.sandbox.director.click(me, post.message_id, button, timeout=10)
    assert lines_with_a_person(stage) == []


async def test_closed_direct_message_leaves_no_id_in_the_log(home: Home, stage: Stage) -> None:
    me = home.member_ids[0]
    await home.sandbox.director.set_accepts_dms(me, accepts=False)
    await home.remind(await home.watched())
    await home.until(lambda: any(me in post.pinged_user_ids for post in home.reminders()), "the ping instead")
    assert direct(home, me) == []
    assert lines_with_a_person(stage) == []


@pytest.mark.parametrize("path", [OPENING, POSTING])
@pytest.mark.parametrize("status", [400, 500])
async def test_direct_message_that_discord_refuses_leaves_no_id_in_the_log(
    home: Home, stage: Stage, path: str, status: int
) -> None:
    me = home.member_ids[0]

    def is_direct(request: FaultRequest) -> bool:
        return str(home.channel_id) not in request.path

    fault = home.sandbox.faults.status("POST", path, status, when=is_direct)
    await home.remind(await home.watched())
    await home.until(lambda: fault.hits == 1, "the refusal")
    await home.until(lambda: bool(direct(home, me)) or len(home.reminders()) > 1, "another attempt")
    assert lines_with_a_person(stage) == []


async def test_being_forgotten_while_a_direct_message_is_on_its_way_leaves_no_id_anywhere(
    home: Home, stage: Stage
) -> None:
    me = home.member_ids[0]
    hold_up = home.sandbox.faults.hold("POST", OPENING)
    await home.remind(await home.watched())
    await hold_up.reached(timeout=10)
    asked = await home.run("my forget", by=me)
    await home.sandbox.director.click(me, asked, "Forget me", timeout=10)
    hold_up.release()
    pending = "SELECT count(*) FROM gathered_message WHERE status = 'pending'"
    await home.until(lambda: stage.scene.rows(pending) == [(0,)], "the end of the message")
    assert direct(home, me) == []
    rows = [stage.scene.rows(f"SELECT * FROM {name}") for name in ("held_reminder", "gathered_message", "member")]
    assert str(me) not in str(rows)
    assert lines_with_a_person(stage) == []
