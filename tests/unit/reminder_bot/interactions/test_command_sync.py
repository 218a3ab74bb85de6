"""Commands are registered when they have changed, or when asked."""

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from discord import app_commands
from discord.ext import commands

from reminder_bot.interactions.command_sync import CommandSync, fingerprint
from reminder_bot.interactions.command_translator import CatalogueTranslator
from utils.errors import TransientDiscordError


class Discord:
    """Takes commands in place of the tree's own request, or fails to."""

    def __init__(self, bot: commands.Bot, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls = 0
        self.is_down = False
        self._bot = bot
        monkeypatch.setattr(bot.tree, "sync", self._sync)

    async def _sync(self) -> list[Any]:
        if self.is_down:
            raise OSError("unreachable")
        self.calls += 1
        return list(self._bot.tree.get_commands())


class Memory:
    """Keeps values by key."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    async def load(self, key: str) -> str | None:
        return self.values.get(key)

    async def save(self, key: str, value: str) -> None:
        self.values[key] = value


@pytest.fixture
async def bot() -> AsyncIterator[commands.Bot]:
    bot = commands.Bot(command_prefix=commands.when_mentioned, help_command=None, intents=discord.Intents.none())
    bot.tree.add_command(_command("one"))
    yield bot
    await bot.close()


def _command(name: str) -> app_commands.Command[Any, ..., None]:
    async def callback(interaction: discord.Interaction) -> None: ...

    return app_commands.Command(name=name, description="Does something", callback=callback)


async def test_if_changed_registers_once_until_a_command_changes(
    bot: commands.Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, memory = Discord(bot, monkeypatch), Memory()
    sync = CommandSync(bot, load=memory.load, save=memory.save)
    assert await sync.if_changed() is True
    assert await sync.if_changed() is False
    bot.tree.add_command(_command("two"))
    assert await sync.if_changed() is True
    assert server.calls == 2


async def test_if_changed_after_a_restart_registers_nothing(bot: commands.Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    server, memory = Discord(bot, monkeypatch), Memory()
    await CommandSync(bot, load=memory.load, save=memory.save).if_changed()
    assert await CommandSync(bot, load=memory.load, save=memory.save).if_changed() is False
    assert server.calls == 1


async def test_a_refused_registration_is_tried_again(bot: commands.Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    server, memory = Discord(bot, monkeypatch), Memory()
    sync = CommandSync(bot, load=memory.load, save=memory.save)
    server.is_down = True
    with pytest.raises(TransientDiscordError):
        await sync.if_changed()
    assert memory.values == {}
    server.is_down = False
    assert await sync.if_changed() is True


async def test_now_registers_unchanged_commands_and_counts_them(
    bot: commands.Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, memory = Discord(bot, monkeypatch), Memory()
    sync = CommandSync(bot, load=memory.load, save=memory.save)
    await sync.if_changed()
    assert await sync.now() == 1
    assert server.calls == 2


async def test_fingerprint_does_not_depend_on_the_order_of_commands(bot: commands.Bot) -> None:
    bot.tree.add_command(_command("two"))
    forwards = await fingerprint(bot)
    for name in ("one", "two"):
        bot.tree.remove_command(name)
    for name in ("two", "one"):
        bot.tree.add_command(_command(name))
    assert await fingerprint(bot) == forwards


async def test_fingerprint_tells_applications_apart(bot: commands.Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await fingerprint(bot)
    monkeypatch.setattr(bot._connection, "application_id", 4711)
    assert await fingerprint(bot) != before


async def test_fingerprint_changes_with_the_texts_in_another_language(bot: commands.Bot) -> None:
    class Loud(app_commands.Translator):
        async def translate(self, string: app_commands.locale_str, locale: discord.Locale, context: Any) -> str | None:
            return string.message.upper() if locale is discord.Locale.french else None

    english = await fingerprint(bot)
    await bot.tree.set_translator(CatalogueTranslator())
    untranslated = await fingerprint(bot)
    await bot.tree.set_translator(Loud())
    assert len({english, untranslated, await fingerprint(bot)}) == 3
