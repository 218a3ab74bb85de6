"""`/export` by a real bot process: the file, what is in it, and what is not."""

import io
import json
import zipfile
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.integration.command_stage import Home, Stage, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("export")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


async def test_export_of_a_server_without_events_says_how_to_start(home: Home) -> None:
    reply = await home.run("export")
    assert reply.text == "There is no event in a channel that you can see. `/watch` starts one."
    assert reply.files == {}


async def test_export_is_a_file_of_what_the_caller_can_see_and_says_what_is_not_in_it(home: Home) -> None:
    secret = await home.new_channel("secret")
    await home.watched("Secret raid", channel_id=secret)
    ended = await home.watched("Open raid")
    await home.react(ended, home.member_ids[:2])
    await home.run("unwatch", event=str(ended))
    await home.close_channel(secret, home.organiser_id)
    reply = await home.run("export", format="json")
    [(name, content)] = reply.files.items()
    found = json.loads(content)["tables"]
    assert name.endswith(".json")
    assert [row["title"] for row in found["event"]] == ["Open raid"]
    assert {row["user_id"] for row in found["reaction"]} == {str(user_id) for user_id in home.member_ids[:2]}
    assert reply.text.startswith("1 event and 2 answers.")
    assert "Without 1 event in channels that you cannot see." in reply.text
    assert "2 events and 2 answers." in (await home.run("export", by=home.owner_id)).text


async def test_export_is_csv_unless_asked_for_otherwise(home: Home) -> None:
    await home.watched("Open raid")
    [(name, content)] = (await home.run("export")).files.items()
    assert name.endswith("-csv.zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "Open raid" in archive.read("event.csv").decode()
