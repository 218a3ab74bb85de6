"""Tells Discord about the commands when they have changed, and leaves it alone otherwise."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from discord import app_commands
from discord.ext import commands

from reminder_bot.discord_errors import discord_errors

log = logging.getLogger(__name__)

KEY = "commands"
"""Under which the fingerprint of the commands registered last is kept."""

AnyCommand = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu
Load = Callable[[str], Awaitable[str | None]]
Save = Callable[[str, str], Awaitable[None]]


async def fingerprint(bot: commands.Bot) -> str:
    """Return a SHA-256 of everything Discord is told of the commands, and of the application they belong to.

    That includes their texts in every language, when the tree has a translator.
    """
    payloads = [await _payload(bot.tree, command) for command in bot.tree.get_commands()]
    payloads.sort(key=lambda payload: (payload["type"], payload["name"]))
    text = json.dumps([bot.application_id, payloads], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


async def _payload(tree: app_commands.CommandTree[Any], command: AnyCommand) -> dict[str, Any]:
    if tree.translator is None:
        return command.to_dict(tree)
    return await command.get_translated_payload(tree, tree.translator)


class CommandSync:
    """Registers the bot's commands globally; ``load`` and ``save`` keep the fingerprint between two starts."""

    def __init__(self, bot: commands.Bot, *, load: Load, save: Save) -> None:
        self._bot = bot
        self._load = load
        self._save = save
        self._lock = asyncio.Lock()

    async def if_changed(self) -> bool:
        """Register the commands when they differ from those registered last; return whether they did.

        Raises:
            DiscordError: Discord did not take them; they count as changed next time.
            StorageError: the fingerprint could not be read or stored.
        """
        async with self._lock:
            if await self._load(KEY) == await fingerprint(self._bot):
                return False
            await self._register()
            return True

    async def now(self) -> int:
        """Register the commands whether they have changed or not; return how many there are.

        Raises:
            DiscordError: Discord did not take them.
            StorageError: the fingerprint could not be stored.
        """
        async with self._lock:
            return await self._register()

    async def _register(self) -> int:
        wanted = await fingerprint(self._bot)
        with discord_errors():
            registered = await self._bot.tree.sync()
        await self._save(KEY, wanted)
        log.info("commands registered count=%s", len(registered))
        return len(registered)
