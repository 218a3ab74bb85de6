"""Who may use which command, and `/help`, `/health` and `/sync`, through a real bot process."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from reminder_bot.cogs.upkeep import NO_NAME
from reminder_bot.sandbox.entities import Role
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.replies import CommandMisuse
from reminder_bot.sandbox.uploads import Upload
from tests.integration.command_stage import MENU, Home, Stage, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

REFUSAL = "Only organisers may do this: members with Manage Server, Manage Events or an organiser role."
ROLE_ID = 4_100_000_000_000_000
"""The id in ADMIN_ROLES: settings are read before any guild is there, so it is given to a role later."""

ORGANISER_COMMANDS: dict[str, dict[str, Any]] = {
    "watch": {},
    "unwatch": {"event": "1"},
    "pause": {"event": "1"},
    "resume": {"event": "1"},
    "set_interval": {"event": "1", "interval": "1h"},
    "remind": {},
    "audit": {},
    "log": {},
    "export": {},
    "stats": {},
    "health": {},
    "doctor": {},
    "event create": {},
    "event edit": {"event": "1"},
    "event copy": {"event": "1"},
    "event cancel": {"event": "1"},
    "event show": {"event": "1"},
    "event preview": {"event": "1"},
    "settings show": {},
    "settings setup": {},
    "settings zone": {"zone": "Paris"},
    "settings export": {},
    "settings import": {"file": Upload("settings.json", b"{}")},
}
FOR_EVERYONE = {
    "status", "list", "search", "help", "Event status", "What has this member answered?", "away", "back",
    "my events", "my reminders", "my timezone", "my data", "my forget", "my remember",
}  # fmt: skip
COMMANDS = {*ORGANISER_COMMANDS, MENU, "Remind now", *FOR_EVERYONE, "sync"}
REGISTERED = {re.sub(r"^(event|my|settings) .*", r"\1", name) for name in COMMANDS}
"""A group is registered as one command."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module, with organisers by a role's name and by another one's id."""
    async with open_stage(tmp_path_factory.mktemp("callers"), ADMIN_ROLES=f" Raid Leads ,{ROLE_ID}") as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


async def member_with(home: Home, role_name: str, permissions: int = 0) -> int:
    """Let somebody join who has a new role; return their id."""
    role_id = await home.sandbox.director.create_role(home.guild_id, role_name, permissions)
    return await home.sandbox.director.add_member(home.guild_id, roles=[role_id])


async def member_with_listed_id(home: Home) -> int:
    """Let somebody join who has a role of any name with the id that is in ADMIN_ROLES."""
    director = home.sandbox.director
    home.sandbox.world.guild(home.guild_id).roles[ROLE_ID] = Role(ROLE_ID, "Anything")
    # The bot is told of the guild anew, the role included.
    await director.kick_bot(home.guild_id, home.bot_id)
    await director.invite_bot(home.guild_id, home.bot_id)
    return await director.add_member(home.guild_id, roles=[ROLE_ID])


async def test_commands_are_registered_for_guilds_only_and_hidden_from_nobody(stage: Stage) -> None:
    world, seed = stage.sandbox.world, stage.scene.seed
    await stage.sandbox.director.wait_for_commands(*REGISTERED, timeout=1)
    direct = world.open_dm(seed.organiser_id, seed.bot_id)
    with pytest.raises(CommandMisuse, match="guilds only"):
        await stage.sandbox.director.command(seed.organiser_id, direct.id, "help")


@pytest.mark.parametrize("name", ORGANISER_COMMANDS)
async def test_member_without_rights_is_refused(home: Home, name: str) -> None:
    message_id = await home.watched()
    before = home.stored(message_id)
    options = ORGANISER_COMMANDS[name]
    if "event" in options:
        options = {**options, "event": home.link(message_id)}
    reply = await home.run(name, by=home.member_ids[0], **options)
    assert reply.text == REFUSAL
    assert home.stored(message_id) == before
    assert home.reminders() == []


async def test_member_without_rights_is_refused_in_the_menu(home: Home) -> None:
    message_id = await home.post()
    reply = await home.menu(message_id, by=home.member_ids[0])
    assert reply.text == REFUSAL
    assert home.event(message_id) is None


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("watch", {"message": "nonsense", "interval": "nonsense"}),
        ("set_interval", {"event": "nonsense", "interval": "nonsense"}),
        ("pause", {"event": "nonsense"}),
    ],
)
async def test_refusal_comes_before_anything_is_said_about_the_input(
    home: Home, name: str, options: dict[str, Any]
) -> None:
    reply = await home.run(name, by=home.member_ids[0], **options)
    assert reply.text == REFUSAL


@pytest.mark.parametrize(
    "permission", [Permission.MANAGE_EVENTS, Permission.MANAGE_GUILD, Permission.ADMINISTRATOR], ids=lambda p: p.name
)
async def test_permission_makes_an_organiser(home: Home, permission: Permission) -> None:
    caller = await member_with(home, "Any name", int(permission))
    assert "Health" in (await home.run("health", by=caller)).text
    assert "Watching." in (await home.run("watch", by=caller, message=str(await home.post()))).text


@pytest.mark.parametrize("permission", [Permission.MANAGE_MESSAGES, Permission.MANAGE_ROLES], ids=lambda p: p.name)
async def test_other_permissions_do_not(home: Home, permission: Permission) -> None:
    caller = await member_with(home, "Any name", int(permission))
    assert (await home.run("health", by=caller)).text == REFUSAL


async def test_owner_of_the_guild_is_an_organiser(home: Home) -> None:
    assert "Health" in (await home.run("health", by=home.owner_id)).text


@pytest.mark.parametrize("role_name", ["Raid Leads", "raid leads"])
async def test_role_of_a_listed_name_makes_an_organiser(home: Home, role_name: str) -> None:
    caller = await member_with(home, role_name)
    assert "Health" in (await home.run("health", by=caller)).text
    assert "Watching." in (await home.run("watch", by=caller, message=str(await home.post()))).text


@pytest.mark.parametrize("role_name", ["Raid Lead", "Raid Leads 2", "Raid", "everyone", "@everyone"])
async def test_role_of_a_similar_name_does_not(home: Home, role_name: str) -> None:
    caller = await member_with(home, role_name)
    assert (await home.run("health", by=caller)).text == REFUSAL


async def test_role_of_a_listed_id_makes_an_organiser_in_its_guild_whatever_its_name(home: Home) -> None:
    caller = await member_with_listed_id(home)
    assert "Health" in (await home.run("health", by=caller)).text


async def test_rights_count_from_the_moment_they_change(home: Home) -> None:
    caller = await member_with(home, "Raid Leads")
    assert "Health" in (await home.run("health", by=caller)).text
    [role_id] = home.sandbox.world.member(home.guild_id, caller).role_ids
    await home.sandbox.director.remove_role(home.guild_id, caller, role_id)
    assert (await home.run("health", by=caller)).text == REFUSAL


async def test_rights_in_one_guild_are_none_in_another(home: Home, stage: Stage) -> None:
    async with stage.home("Other") as other:
        await home.sandbox.director.add_member(home.guild_id, user_id=other.organiser_id)
        assert (await home.run("health", by=other.organiser_id)).text == REFUSAL
        assert "Health" in (await other.run("health")).text


# What everybody may do


@pytest.mark.parametrize("name", ["list", "help"])
async def test_member_without_rights_may_look(home: Home, name: str) -> None:
    await home.watched("Looked at")
    reply = await home.run(name, by=home.member_ids[0])
    assert ("Looked at" if name == "list" else "Commands") in reply.text


async def test_member_without_rights_sees_the_status(home: Home) -> None:
    message_id = await home.watched("Looked at")
    reply = await home.run("status", by=home.member_ids[0], event=home.link(message_id))
    assert "Looked at" in reply.text


async def test_help_names_every_command_once_under_who_may_use_it(home: Home) -> None:
    reply = await home.run("help", by=home.member_ids[0])
    [card] = reply.embeds
    by_caller: dict[str, str] = {}
    for field in card["fields"]:
        heading = field["name"] if field["name"] != NO_NAME else list(by_caller)[-1]
        by_caller[heading] = by_caller.get(heading, "") + field["value"]
    assert set(by_caller) == {"Everyone", "Organisers", "Owner of the bot"}
    named = {
        heading: {name for name in COMMANDS if f"`/{name}" in text or f"**{name}**" in text}
        for heading, text in by_caller.items()
    }
    assert named["Everyone"] == FOR_EVERYONE
    assert named["Organisers"] == {*ORGANISER_COMMANDS, MENU, "Remind now"}
    assert named["Owner of the bot"] == {"sync"}
    assert all("…" not in text for text in by_caller.values()), "cut off"


# Health


async def test_health_shows_every_figure_and_that_all_is_well(home: Home) -> None:
    paused = await home.watched("Paused")
    await home.run("pause", event=home.link(paused))
    await home.watched("Running")
    [card] = (await home.run("health")).embeds
    figures = {field["name"]: field["value"] for field in card["fields"]}
    # The bot is shared with other tests, and some of them leave a blocked event behind.
    is_well = figures["Events"].endswith(", 0 blocked")
    assert card["description"] == ("All is well." if is_well else "Look at what is not as it should be.")
    assert figures["Connected"] == "yes"
    assert figures["Up since"].startswith("<t:")
    assert figures["Database"].endswith("MiB")
    assert figures["Last backup"] == "none"
    assert figures["Waiting to be written"] == "0"
    assert ", 1 paused, " in figures["Events"]
    assert figures["Next wake-up"].startswith("<t:")
    assert figures["Last wake-up late by"].endswith(" s")
    assert {"Gateway latency", "Being sent", "Last error"} <= set(figures)


# Sync


@pytest.mark.parametrize("caller", ["owner", "organiser"])
async def test_sync_is_refused_to_everybody_but_the_bots_owner(home: Home, caller: str) -> None:
    by = home.owner_id if caller == "owner" else home.organiser_id
    before = len(home.sandbox.record.calls_to("PUT", r"/applications/\d+/commands"))
    reply = await home.run("sync", by=by)
    assert "Only the owner of the bot may do this." in reply.text
    assert len(home.sandbox.record.calls_to("PUT", r"/applications/\d+/commands")) == before


async def test_sync_by_the_bots_owner_registers_the_commands_again(home: Home, stage: Stage) -> None:
    await home.sandbox.director.add_member(home.guild_id, user_id=stage.app_owner_id)
    before = len(home.sandbox.record.calls_to("PUT", r"/applications/\d+/commands"))
    reply = await home.run("sync", by=stage.app_owner_id)
    assert f"Registered {len(REGISTERED)} commands." in reply.text
    assert len(home.sandbox.record.calls_to("PUT", r"/applications/\d+/commands")) == before + 1


async def test_sync_that_discord_refuses_says_so(home: Home, stage: Stage) -> None:
    await home.sandbox.director.add_member(home.guild_id, user_id=stage.app_owner_id)
    refusal = {"message": "Missing Access", "code": 50001}
    home.sandbox.faults.status("PUT", r"/applications/\d+/commands", 403, body=refusal)
    reply = await home.run("sync", by=stage.app_owner_id)
    assert "Discord refused" in reply.text
    assert "Registered" not in reply.text
