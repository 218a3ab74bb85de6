"""What people do with a bot's commands: slash commands, the menus of messages and members, suggestions."""

from __future__ import annotations

import asyncio
from typing import Any

from reminder_bot.sandbox.command_limits import CHAT_INPUT, MESSAGE_MENU, SUBCOMMAND, SUBCOMMAND_GROUP, USER_MENU
from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.gateway_payloads import message_payload
from reminder_bot.sandbox.interaction_director import InteractionDirector, wait_for
from reminder_bot.sandbox.interaction_payloads import USER, command_data, menu_data, resolve
from reminder_bot.sandbox.interactions import InteractionKind
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.replies import Choice, CommandMisuse, InteractionReply
from reminder_bot.sandbox.uploads import Upload

_POLL_SECONDS = 0.01


class CommandDirector(InteractionDirector):
    """Uses a bot's commands."""

    async def wait_for_commands(self, *names: str, timeout: float = 15.0) -> None:
        """Wait until commands are registered: all the names given, or any command.

        Raises:
            TimeoutError: they were not within ``timeout`` seconds.
        """
        async with asyncio.timeout(timeout):
            while True:
                known = self._platform.commands.names()
                if known and known >= set(names):
                    return
                await asyncio.sleep(_POLL_SECONDS)

    async def command(
        self,
        user_id: int,
        channel_id: int,
        name: str,
        options: dict[str, Any] | None = None,
        *,
        timeout: float = 5.0,
    ) -> InteractionReply:
        """Use a slash command and wait for what the person sees.

        Args:
            user_id: who.
            channel_id: where.
            name: ``watch``, or with a subcommand ``group sub``.
            options: names to values; ids for people, channels and roles, an `Upload` for a file.
            timeout: seconds.

        Raises:
            CommandMisuse: Discord's client would not send this.
            NoAnswer: the bot did not answer in time.
        """
        command, path = self._command(user_id, channel_id, name, CHAT_INPUT)
        values = {option: self._sent(value) for option, value in (options or {}).items()}
        data = command_data(self._world, self._guild_id(channel_id), command, path, values)
        interaction = self._open(InteractionKind.COMMAND, int(command["application_id"]), user_id, channel_id, data)
        return await self._reply(interaction, timeout)

    async def context_menu(
        self, user_id: int, name: str, target_message_id: int, *, timeout: float = 5.0
    ) -> InteractionReply:
        """Use a command of a message's menu and wait for what the person sees.

        Raises:
            CommandMisuse: there is no such command.
            NoAnswer: the bot did not answer in time.
        """
        message = self._world.message(target_message_id)
        command, _ = self._command(user_id, message.channel_id, name, MESSAGE_MENU)
        shown = message_payload(self._world, message, int(command["application_id"]))
        data = menu_data(command, message.id, {"messages": {str(message.id): shown}})
        return await self._use_menu(user_id, message.channel_id, command, data, timeout)

    async def member_menu(
        self, user_id: int, channel_id: int, name: str, target_user_id: int, *, timeout: float = 5.0
    ) -> InteractionReply:
        """Use a command of a member's menu, in a channel, and wait for what the person sees.

        Raises:
            CommandMisuse: there is no such command.
            NoAnswer: the bot did not answer in time.
        """
        command, _ = self._command(user_id, channel_id, name, USER_MENU)
        target = {"name": "target", "type": USER, "value": str(target_user_id)}
        data = menu_data(command, target_user_id, resolve(self._world, self._guild_id(channel_id), [target]))
        return await self._use_menu(user_id, channel_id, command, data, timeout)

    async def autocomplete(
        self,
        user_id: int,
        channel_id: int,
        name: str,
        options: dict[str, Any],
        focused: str,
        *,
        timeout: float = 3.0,
    ) -> list[Choice]:
        """Type into an option and return the suggestions; ``options`` holds the typed text of ``focused`` too.

        Raises:
            CommandMisuse: the option is not one to be completed.
            NoAnswer: the bot did not answer in time.
        """
        command, path = self._command(user_id, channel_id, name, CHAT_INPUT)
        values = {focused: "", **options}
        data = command_data(self._world, self._guild_id(channel_id), command, path, values, focused)
        if focused not in _completed_options(command, path):
            raise CommandMisuse(f"option {focused!r} of /{name} is not completed")
        application_id = int(command["application_id"])
        interaction = self._open(InteractionKind.AUTOCOMPLETE, application_id, user_id, channel_id, data)
        await wait_for(interaction, lambda: interaction.callback is not None, timeout)
        return [Choice(choice["name"], choice["value"]) for choice in interaction.choices or []]

    def _sent(self, value: Any) -> Any:
        return self._platform.uploads.keep(value) if isinstance(value, Upload) else value

    def _command(self, user_id: int, channel_id: int, name: str, kind: int) -> tuple[Payload, list[str]]:
        guild_id = self._guild_id(channel_id)
        first, *path = name.split() if kind == CHAT_INPUT else [name]
        command = self._platform.commands.find(guild_id, first, kind)
        if command is None:
            raise CommandMisuse(f"no bot has registered {first!r}; there are {sorted(self._platform.commands.names())}")
        if guild_id is None:
            if command.get("contexts") and 1 not in command["contexts"]:
                raise CommandMisuse(f"{first!r} is for guilds only")
            return command, path
        permissions = self._world.permissions(user_id, channel_id)
        needed = command.get("default_member_permissions")
        if Permission.USE_APPLICATION_COMMANDS not in permissions or (needed and int(needed) & ~int(permissions)):
            raise CommandMisuse(f"{first!r} is hidden from user {user_id} in channel {channel_id}")
        return command, path

    async def _use_menu(
        self, user_id: int, channel_id: int, command: Payload, data: Payload, timeout: float
    ) -> InteractionReply:
        kind = InteractionKind.COMMAND
        interaction = self._open(kind, int(command["application_id"]), user_id, channel_id, data)
        return await self._reply(interaction, timeout)


def _completed_options(command: Payload, path: list[str]) -> set[str]:
    options = command.get("options") or []
    for name in path:
        options = next(
            o.get("options") or [] for o in options if o["name"] == name and o["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP)
        )
    return {option["name"] for option in options if option.get("autocomplete")}
