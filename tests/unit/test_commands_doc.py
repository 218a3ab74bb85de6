"""docs/commands.md and the commands themselves say the same."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, cast

import discord
import pytest
from discord import app_commands
from discord.ext import commands

from reminder_bot.checkup import Checkup
from reminder_bot.cogs.absence import AbsenceCog
from reminder_bot.cogs.auditing import AuditingCog
from reminder_bot.cogs.deliveries import DeliveriesCog
from reminder_bot.cogs.doctor import DoctorCog
from reminder_bot.cogs.events import EventsCog
from reminder_bot.cogs.exporting import ExportingCog
from reminder_bot.cogs.figures import FiguresCog
from reminder_bot.cogs.members import MembersCog
from reminder_bot.cogs.menus import MenusCog
from reminder_bot.cogs.organising import OrganisingCog
from reminder_bot.cogs.searching import SearchingCog
from reminder_bot.cogs.settings import SettingsCog
from reminder_bot.cogs.upkeep import UpkeepCog
from reminder_bot.cogs.viewing import ViewingCog
from reminder_bot.cogs.watching import WatchingCog
from reminder_bot.interactions.command_sync import CommandSync
from reminder_bot.interactions.options import Who, who_may_use
from reminder_bot.services import Services

DOC = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
HEADINGS = {"For organisers": Who.ORGANISER, "For everyone": Who.EVERYONE, "For the owner of the bot": Who.OWNER}

Usable = app_commands.Command[Any, ..., Any] | app_commands.ContextMenu


@pytest.fixture
async def bot() -> AsyncIterator[commands.Bot]:
    bot = commands.Bot(command_prefix=commands.when_mentioned, help_command=None, intents=discord.Intents.none())
    services = cast(Services, None)
    sync = CommandSync(bot, load=_load, save=_save)
    await bot.add_cog(WatchingCog(bot, services))
    await bot.add_cog(EventsCog(bot, services))
    await bot.add_cog(OrganisingCog(bot, services))
    await bot.add_cog(ViewingCog(bot, services))
    await bot.add_cog(SearchingCog(bot, services))
    await bot.add_cog(DeliveriesCog(bot, services))
    await bot.add_cog(ExportingCog(bot, services))
    await bot.add_cog(FiguresCog(bot, services))
    await bot.add_cog(MenusCog(bot, services))
    await bot.add_cog(AuditingCog(bot, services))
    await bot.add_cog(SettingsCog(bot, services))
    await bot.add_cog(DoctorCog(bot, services, cast(Checkup, None)))
    await bot.add_cog(MembersCog(bot, services))
    await bot.add_cog(AbsenceCog(bot, services))
    await bot.add_cog(UpkeepCog(bot, services, sync))
    yield bot
    await bot.close()


async def _load(_key: str) -> str | None:
    return None


async def _save(_key: str, _value: str) -> None:
    return


def _usable(bot: commands.Bot) -> Iterator[Usable]:
    """Yield what people can use: of a group, its commands."""
    for command in bot.tree.get_commands():
        if isinstance(command, app_commands.Group):
            yield from (each for each in command.walk_commands() if isinstance(each, app_commands.Command))
        else:
            yield command


def _usage(command: Usable) -> str:
    if not isinstance(command, app_commands.Command):
        return command.name
    options = "".join(f" {option.name}{'' if option.required else '?'}" for option in command.parameters)
    return f"/{command.qualified_name}{options}"


def _documented() -> dict[str, Who]:
    found: dict[str, Who] = {}
    who = Who.EVERYONE
    for line in DOC.splitlines():
        if line.startswith("## "):
            who = HEADINGS[line.removeprefix("## ")]
        elif slash := re.fullmatch(r"### `(.+)`", line):
            found[slash[1]] = who
        elif menu := re.fullmatch(r"### (?:Message|Member) menu “(.+)”", line):
            found[menu[1]] = who
    return found


async def test_commands_with_options_and_who_may_use_them_are_documented(bot: commands.Bot) -> None:
    assert {_usage(command): who_may_use(command) for command in _usable(bot)} == _documented()


async def test_every_slash_command_has_an_example_with_its_own_options(bot: commands.Bot) -> None:
    examples = [line for line in map(str.strip, DOC.splitlines()) if re.match(r"/\w+", line)]
    for command in _usable(bot):
        if isinstance(command, app_commands.Command):
            name = f"/{command.qualified_name}"
            [example] = [line for line in examples if line == name or line.startswith(f"{name} ")]
            used = set(re.findall(r"(\w+):(?!//)", example))
            assert used <= {option.name for option in command.parameters}
            assert used >= {option.name for option in command.parameters if option.required}


async def test_every_command_is_for_servers_only_and_hidden_from_nobody(bot: commands.Bot) -> None:
    for command in bot.tree.get_commands():
        payload = command.to_dict(bot.tree)
        assert payload["contexts"] == [0], command.name
        assert payload["integration_types"] == [0], command.name
        assert payload["dm_permission"] is False, command.name
        assert payload["default_member_permissions"] is None, command.name


async def test_every_option_that_can_be_suggested_is(bot: commands.Bot) -> None:
    for command in _usable(bot):
        if isinstance(command, app_commands.Command):
            for option in command.parameters:
                assert option.autocomplete is (
                    option.name in ("event", "interval", "zone", "start", "until", "remind_in")
                ), (
                    command.name,
                    option.name,
                )
                assert option.description not in ("", "…"), (command.name, option.name)


async def test_unloading_the_cogs_leaves_no_command(bot: commands.Bot) -> None:
    for name in tuple(bot.cogs):
        await bot.remove_cog(name)
    assert bot.tree.get_commands() == []
