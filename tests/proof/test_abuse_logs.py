"""The log at its most talkative, through work and failures of every kind: no token, no text, nobody's name."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import pytest
import pytest_asyncio

from tests.integration.command_stage import Home, Stage, everything, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "Quetzal"
"""Part of every text, title and name here; none of the bot's own words."""

POSTS = r"/channels/\d+/messages"
ANSWERS = r"/(interactions|webhooks)/.*"
FORM_ERROR = {
    "message": "Invalid Form Body",
    "code": 50035,
    "errors": {"content": {"_errors": [{"code": "STRING_TYPE_REGEX", "message": f'Value "{SECRET} text" is odd.'}]}},
}
"""Discord may quote what it refuses."""

NO_ANSWER_SECONDS = 2
PATIENCE_SECONDS = 15


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module that logs all it ever logs."""
    async with open_stage(tmp_path_factory.mktemp("logs"), LOG_LEVEL="DEBUG", ADMIN_ROLES=f"{SECRET} leads") as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild where everything and everybody has the secret in its name."""
    async with stage.home(f"{SECRET} guild") as home:
        director = home.sandbox.director
        for number, user_id in enumerate(home.people):
            home.sandbox.world.user(user_id).name = f"{SECRET} {number}"
            await director.rename_member(home.guild_id, user_id, f"{SECRET} nick {number}")
        await director.rename_channel(home.channel_id, f"{SECRET}-channel")
        await director.create_role(home.guild_id, f"{SECRET} leads")
        yield home


def log_of(stage: Stage) -> str:
    """Return all that the bot has logged."""
    return stage.scene.bot.last_lines(1_000_000)


def interaction_tokens(stage: Stage) -> set[str]:
    """Return the tokens that the bot has answered interactions with."""
    paths = [call.path.split("/") for call in stage.sandbox.record.calls]
    return {parts[3] for parts in paths if parts[1] in ("interactions", "webhooks")}


def assert_discreet(stage: Stage) -> None:
    """Fail when the log holds a token, the bot's or an interaction's, or anything that people wrote."""
    log = log_of(stage)
    assert [line for line in log.splitlines() if SECRET.casefold() in line.casefold()] == []
    assert stage.scene.seed.token not in log
    tokens = interaction_tokens(stage)
    assert tokens
    assert [token for token in tokens if token in log] == []


async def watch_secret(home: Home) -> int:
    """Watch an event whose text is secret; return its id."""
    message_id = await home.post(f"{SECRET} night\n{SECRET} body")
    await home.run("watch", message=home.link(message_id), interval="1h")
    assert home.event(message_id) is not None
    return message_id


async def test_every_command_and_reaction_leaves_no_text_in_the_log(home: Home, stage: Stage) -> None:
    director = home.sandbox.director
    message_id = await watch_secret(home)
    await home.react(message_id, home.member_ids[:2])
    await director.edit_message(message_id, f"{SECRET} again\n{SECRET} body")
    await director.rename_member(home.guild_id, home.member_ids[0], f"{SECRET} new")
    await director.rename_guild(home.guild_id, f"{SECRET} guild 2")
    for name in ("status", "pause", "resume", "remind", "unwatch"):
        await home.run(name, event=home.link(message_id))
    chosen = await home.post(f"{SECRET} to choose")
    await home.choose(await home.run("watch"), chosen)
    for name in ("list", "help", "health", "remind", "sync"):
        await home.run(name)
    await home.suggestions("status", "event", f"{SECRET} typed")
    await director.delete_message(chosen)
    await home.until(lambda: home.stored(chosen).state == "archived", "the end of the deleted message's event")
    assert_discreet(stage)


async def test_refusals_leave_nothing_of_what_was_typed_in_the_log(home: Home, stage: Stage) -> None:
    message_id = await watch_secret(home)
    await home.run("watch", message=f"https://discord.com/channels/{SECRET}/1/2")
    await home.run("watch", interval=f"{SECRET} minutes")
    await home.run("status", event=f"{SECRET} typed \ud83d")
    await home.run("set_interval", event=str(message_id), interval=f"1 {SECRET}")
    await home.run("pause", by=home.member_ids[0], event=SECRET)
    await home.menu(message_id, by=home.member_ids[0])
    assert_discreet(stage)


@pytest.mark.parametrize("status", [400, 403, 404, 500])
async def test_reminder_that_discord_refuses_leaves_no_text_in_the_log(home: Home, stage: Stage, status: int) -> None:
    body = {400: FORM_ERROR, 403: {"message": "Missing Permissions", "code": 50013}}.get(status)
    message_id = await watch_secret(home)
    fault = home.sandbox.faults.status("POST", POSTS, status, body=body)
    await home.run("remind", event=str(message_id))
    assert fault.hits == 1
    assert_discreet(stage)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize("status", [400, 403, 429, 500])
async def test_answer_that_discord_refuses_leaves_neither_text_nor_token_in_the_log(
    home: Home, stage: Stage, method: str, status: int
) -> None:
    message_id = await watch_secret(home)
    body = {400: FORM_ERROR, 403: {"message": "Missing Access", "code": 50001}}.get(status)
    fault = home.sandbox.faults.status(method, ANSWERS, status, body=body, times=2)
    # One that is deferred first, and one that is refused at once.
    asked = [home.run("status", event=str(message_id)), home.run("pause", by=home.member_ids[0], event=SECRET)]
    await asyncio.gather(*(asyncio.wait_for(each, NO_ANSWER_SECONDS) for each in asked), return_exceptions=True)
    fault.remove()
    assert fault.hits >= 1
    assert_discreet(stage)


@contextmanager
def written_by_somebody_else(stage: Stage) -> Iterator[None]:
    """Hold the database's write lock, as a backup gone wrong does."""
    with closing(sqlite3.connect(stage.scene.database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@contextmanager
def file_moved_away(stage: Stage) -> Iterator[None]:
    """Have somebody move the database file."""
    path = stage.scene.database
    elsewhere = path.rename(path.with_suffix(".moved"))
    yield
    elsewhere.rename(path)


@pytest.mark.parametrize("trouble", [written_by_somebody_else, file_moved_away], ids=lambda trouble: trouble.__name__)
async def test_database_that_cannot_be_written_leaves_no_text_in_the_log(
    home: Home, stage: Stage, trouble: Callable[[Stage], AbstractContextManager[None]]
) -> None:
    message_id = await watch_secret(home)
    other = await home.post(f"{SECRET} not stored")
    with trouble(stage):
        await home.sandbox.director.react(message_id, home.member_ids[0], "✅")
        await home.sandbox.director.edit_message(message_id, f"{SECRET} edited meanwhile")
        options = {"message": str(other)}
        refused = await home.sandbox.director.command(
            home.organiser_id, home.channel_id, "watch", options, timeout=PATIENCE_SECONDS
        )
    assert "The database could not do that" in everything(refused)
    assert "command failed" in log_of(stage)
    await home.until(lambda: home.member_ids[0] in home.answers(message_id), "storing the answer after all")
    assert_discreet(stage)
