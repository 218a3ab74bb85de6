"""`/settings export` and `import` through a real bot process: there and back, and files that cannot be used."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from reminder_bot.sandbox.replies import InteractionReply
from reminder_bot.sandbox.uploads import Upload
from tests.integration.command_stage import Home, Stage, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("settings-file")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


def stored(home: Home) -> dict[str, Any]:
    """Return what is stored of the guild's choices."""
    rows = home.stage.scene.rows("SELECT settings FROM guild WHERE guild_id = ?", home.guild_id)
    read: dict[str, Any] = json.loads(rows[0][0])
    return read


async def give(home: Home, content: bytes, by: int | None = None) -> InteractionReply:
    """Import a file."""
    return await home.run("settings import", by=by or home.owner_id, file=Upload("settings.json", content))


async def give_settings(home: Home, by: int | None = None, **settings: Any) -> InteractionReply:
    """Import a file that names these settings."""
    document = {"kind": "reminder-bot settings", "version": 1, "settings": settings}
    return await give(home, json.dumps(document).encode(), by)


async def exported(home: Home) -> bytes:
    """Return the file that an export gives."""
    reply = await home.run("settings export")
    (content,) = reply.files.values()
    return content


async def test_export_taken_back_restores_what_it_was_made_of(home: Home) -> None:
    role = await home.sandbox.director.create_role(home.guild_id, "Raiders")
    channel = await home.new_channel("reminders")
    chosen: dict[str, Any] = {
        "zone": "Europe/Paris",
        "language": "fr",
        "organiser_roles": [str(role)],
        "default_interval_minutes": 90,
        "answers": [["✅", "yes", "Coming"], ["🍕", "other", ""]],
        "audience": {"roles": [str(role)], "excluded_members": [str(home.member_ids[0])]},
        "place": "elsewhere",
        "place_channel_id": str(channel),
        "deletes_older": True,
        "delete_after_minutes": 120,
        "wants_tally": True,
        "before_minutes": [1440, 60],
        "quiet_hours": "22:00-07:00",
        "is_silent": True,
        "escalate_after": 3,
        "log_channel_id": str(channel),
    }
    reply = await give_settings(home, **chosen)
    assert stored(home) == chosen
    assert "**Interval**: as the operator of the bot has it → 1 hour 30 minutes" in reply.text
    assert reply.text.count("→") == 15
    content = await exported(home)
    await give_settings(home, None, **dict.fromkeys(chosen))
    assert stored(home) == {}
    await give(home, content)
    assert stored(home) == chosen
    again = await give(home, content)
    assert "All was as in the file already." in again.text


async def test_export_of_a_guild_that_has_chosen_nothing_names_every_setting(home: Home) -> None:
    settings = json.loads(await exported(home))["settings"]
    assert len(settings) == 16
    assert (settings["zone"], settings["answers"], settings["before_minutes"]) == (None, None, [60])


async def test_what_a_file_does_not_name_stays(home: Home) -> None:
    await give_settings(home, wants_tally=True, language="fr")
    await give_settings(home, zone="Europe/Paris", language=None)
    assert stored(home) == {"wants_tally": True, "zone": "Europe/Paris"}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("zone", "Atlantis", "“Time zone” (`zone`) must be the name of a time zone"),
        ("language", "tlh", "“Language” (`language`) must be a language that I speak"),
        ("organiser_roles", ["5"], "One of these roles is none of this server's."),
        ("organiser_roles", 5, "“Organiser roles” (`organiser_roles`) must be a list"),
        ("default_interval_minutes", -5, "“Interval” (`default_interval_minutes`) must be a number of minutes"),
        ("default_interval_minutes", 0.01, "The interval must be between"),
        ("answers", [["✅", "yes", ""]], "“Answers” (`answers`) must be a list of 2 to 10 answers"),
        ("answers", [["✅", "yes", ""], ["<:gone:4300000000000000>", "no", ""]], "no emoji that I can use"),
        ("audience", {"roles": ["5"]}, "One of these roles is none of this server's."),
        ("audience", {"everybody": True}, "“Who is asked” (`audience`) must be lists"),
        ("place", "elsewhere", "“Where reminders go” (`place`) must be channel, thread, or elsewhere"),
        ("before_minutes", [1, 2, 3, 4, 5, 6], "“Before the start” (`before_minutes`) must be a list of at most 5"),
        ("deletes_older", "yes", "“Only the latest reminder” (`deletes_older`) must be true or false"),
        ("delete_after_minutes", 0, "“Delete reminders” (`delete_after_minutes`) must be a whole number"),
        ("wants_tally", 1, "“Final tally” (`wants_tally`) must be true or false"),
        ("quiet_hours", "night", "“Quiet hours” (`quiet_hours`) must be two times such as 22:00-07:00"),
        ("is_silent", "yes", "“Silent reminders” (`is_silent`) must be true or false"),
        ("escalate_after", 21, "“Unanswered reminders” (`escalate_after`) must be a whole number from 1 to 20"),
        ("log_channel_id", 5, "“Log channel” (`log_channel_id`) must be a channel's id in quotes"),
        ("log_channel_id", "5", "There is no such channel or thread"),
        ("colour", "red", "There is no setting “colour”."),
    ],
)
async def test_one_wrong_value_changes_nothing_and_is_named(home: Home, name: str, value: Any, told: str) -> None:
    reply = await give_settings(home, **{"zone": "Europe/Paris", name: value})
    assert told in reply.text
    assert stored(home) == {}


async def test_channel_that_the_caller_cannot_see_cannot_be_named(home: Home) -> None:
    hidden = await home.new_channel("hidden", hidden_from=[home.organiser_id])
    for channel_id in (hidden, home.guild_id):
        reply = await give_settings(home, home.organiser_id, place="elsewhere", place_channel_id=str(channel_id))
        assert "There is no such channel or thread, or you or I cannot see it." in reply.text
    assert stored(home) == {}


async def test_channel_of_another_server_cannot_be_named(home: Home, stage: Stage) -> None:
    async with stage.home("Other") as other:
        reply = await give_settings(home, place="elsewhere", place_channel_id=str(other.channel_id))
        assert "There is no such channel or thread" in reply.text
    assert stored(home) == {}


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"settings": {}}', b"\xff\xfe", b"[" * 60_000, b"\x89PNG\r\n", b'"\\ud800"'],
)
async def test_file_of_another_kind_is_refused(home: Home, content: bytes) -> None:
    assert "That is no file of settings." in (await give(home, content)).text
    assert stored(home) == {}


async def test_file_of_a_newer_version_and_one_that_is_too_large_are_refused(home: Home) -> None:
    newer = {"kind": "reminder-bot settings", "version": 2, "settings": {"language": "fr"}}
    assert "of another version of the bot" in (await give(home, json.dumps(newer).encode())).text
    assert "That file is too large for settings." in (await give(home, b" " * 70_000)).text
    assert stored(home) == {}


async def test_organiser_roles_come_from_a_file_for_who_manages_the_server_only(home: Home) -> None:
    role = await home.sandbox.director.create_role(home.guild_id, "Planners")
    refused = await give_settings(home, home.organiser_id, language="fr", organiser_roles=[str(role)])
    assert "Only members with Manage Server" in refused.text
    assert stored(home) == {}
    await give_settings(home, organiser_roles=[str(role)])
    # A file with the roles as they are is anybody's who organises.
    await give_settings(home, home.organiser_id, language="fr", organiser_roles=[str(role)])
    assert stored(home) == {"language": "fr", "organiser_roles": [str(role)]}


async def test_role_that_was_deleted_meanwhile_is_in_nobodys_way(home: Home) -> None:
    role = await home.sandbox.director.create_role(home.guild_id, "Raiders")
    await give_settings(home, audience={"roles": [str(role)]})
    content = await exported(home)
    await home.sandbox.director.delete_role(home.guild_id, role)
    assert "All was as in the file already." in (await give(home, content)).text


async def test_member_who_is_no_organiser_is_refused(home: Home) -> None:
    reply = await give_settings(home, home.member_ids[0], language="fr")
    assert "Only organisers may do this" in reply.text
    assert stored(home) == {}
