"""What Discord is told of the commands in other languages."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from reminder_bot.interactions.command_translator import CatalogueTranslator, command_name
from utils.i18n import mark, speaking


async def _payload(command: Any) -> dict[str, Any]:
    bot = commands.Bot(command_prefix=commands.when_mentioned, help_command=None, intents=discord.Intents.none())
    payload: dict[str, Any] = await command.get_translated_payload(bot.tree, CatalogueTranslator())
    await bot.close()
    return payload


@app_commands.command(description=mark("Show the watched events"))
@app_commands.describe(event=mark("Such as 30m, 2h30m or 1d"))
async def watch(interaction: discord.Interaction, event: str) -> None: ...


async def test_names_and_descriptions_are_told_in_french_and_in_no_other_language() -> None:
    payload = await _payload(watch)
    assert (payload["name"], payload["name_localizations"]) == ("watch", {"fr": "suivre"})
    assert payload["description_localizations"] == {"fr": "Afficher les événements suivis"}
    (option,) = payload["options"]
    assert (option["name"], option["name_localizations"]) == ("event", {"fr": "événement"})
    assert option["description_localizations"] == {"fr": "Par exemple 30m, 2h30m ou 1d"}


async def test_a_menus_name_may_have_spaces_and_capitals() -> None:
    async def use(interaction: discord.Interaction, message: discord.Message) -> None: ...

    menu = app_commands.ContextMenu(name=mark("Watch this message"), callback=use)
    assert (await _payload(menu))["name_localizations"] == {"fr": "Suivre ce message"}
    with speaking("fr"):
        assert (command_name(menu), command_name(watch)) == ("Suivre ce message", "suivre")


async def test_a_group_and_its_commands_are_told_each_by_its_own_name() -> None:
    group = app_commands.Group(name="list", description=mark("Changes"))
    group.add_command(watch)
    payload = await _payload(group)
    assert payload["name_localizations"] == {"fr": "liste"}
    assert payload["options"][0]["name_localizations"] == {"fr": "suivre"}


async def test_what_is_not_translated_is_left_to_the_english_name() -> None:
    @app_commands.command(name="unheard-of", description="Never seen")
    async def unknown(interaction: discord.Interaction) -> None: ...

    payload = await _payload(unknown)
    assert (payload["name_localizations"], payload["description_localizations"]) == ({}, {})
