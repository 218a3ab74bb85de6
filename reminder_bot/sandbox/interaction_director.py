"""What people do with a bot's commands, buttons, selects and modals."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from reminder_bot.sandbox.command_limits import CHAT_INPUT, MESSAGE_MENU, SUBCOMMAND, SUBCOMMAND_GROUP
from reminder_bot.sandbox.component_limits import BUTTON, SELECTS, STRING_SELECT, inner_components
from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.gateway_payloads import message_payload
from reminder_bot.sandbox.interaction_payloads import command_data, select_data
from reminder_bot.sandbox.interactions import CallbackKind, Interaction, InteractionKind
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.platform import Platform
from reminder_bot.sandbox.replies import Choice, CommandMisuse, InteractionReply, NoAnswer

_POLL_SECONDS = 0.01
_QUIET_SECONDS = 0.5
"""How long a click that was only acknowledged is waited for; a bot may leave it at that."""


class InteractionDirector:
    """Uses the bot as people do through Discord's client."""

    def __init__(self, platform: Platform) -> None:
        """Act on a platform."""
        self._platform = platform
        self._world = platform.world

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
            options: names to values; ids for people, channels and roles.
            timeout: seconds.

        Raises:
            CommandMisuse: Discord's client would not send this.
            NoAnswer: the bot did not answer in time.
        """
        command, path = self._command(user_id, channel_id, name, CHAT_INPUT)
        data = command_data(self._world, self._guild_id(channel_id), command, path, options or {})
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
        application_id = int(command["application_id"])
        data = {
            "id": command["id"],
            "name": command["name"],
            "type": MESSAGE_MENU,
            "target_id": str(message.id),
            "resolved": {"messages": {str(message.id): message_payload(self._world, message, application_id)}},
        }
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        interaction = self._open(InteractionKind.COMMAND, application_id, user_id, message.channel_id, data)
        return await self._reply(interaction, timeout)

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
        await _wait(interaction, lambda: interaction.callback is not None, timeout)
        return [Choice(choice["name"], choice["value"]) for choice in interaction.choices or []]

    async def click(
        self, user_id: int, target: InteractionReply | int, button: str, *, timeout: float = 5.0
    ) -> InteractionReply:
        """Press a button, found by its custom id or label, under a reply or a message by id.

        Raises:
            CommandMisuse: there is no such button, or it is disabled.
            NoAnswer: the bot did not answer in time.
        """
        message = self._message(target)
        found = [c for c in inner_components(message.components) if c.get("type") == BUTTON]
        match = [c for c in found if button in (c.get("custom_id"), c.get("label"), (c.get("emoji") or {}).get("name"))]
        if not match or match[0].get("disabled") or "custom_id" not in match[0]:
            raise CommandMisuse(f"no button {button!r} to press")
        data = {"custom_id": match[0]["custom_id"], "component_type": BUTTON}
        return await self._use_component(user_id, message, data, timeout)

    async def select(
        self,
        user_id: int,
        target: InteractionReply | int,
        custom_id: str | None,
        values: list[str],
        *,
        timeout: float = 5.0,
    ) -> InteractionReply:
        """Choose from a select, the first one when no id is given.

        Raises:
            CommandMisuse: there is no such select, or the values are not among its options.
            NoAnswer: the bot did not answer in time.
        """
        message = self._message(target)
        found = [c for c in inner_components(message.components) if c.get("type") in SELECTS]
        match = [c for c in found if custom_id in (None, c.get("custom_id"))]
        if not match or match[0].get("disabled"):
            raise CommandMisuse(f"no select {custom_id!r} to choose from")
        select = match[0]
        offered = [option["value"] for option in select.get("options") or []]
        if select["type"] == STRING_SELECT and not set(values) <= set(offered):
            raise CommandMisuse(f"{values} are not among {offered}")
        data = select_data(self._world, message.guild_id, select, values)
        return await self._use_component(user_id, message, data, timeout)

    async def submit_modal(
        self, user_id: int, reply: InteractionReply, values: dict[str, str], *, timeout: float = 5.0
    ) -> InteractionReply:
        """Fill in the modal a reply opened; inputs left out keep their given value.

        Raises:
            CommandMisuse: the reply opened none, or it has no such input.
            NoAnswer: the bot did not answer in time.
        """
        if reply.modal is None:
            raise CommandMisuse("the bot opened no modal")
        inputs = [c for c in inner_components(reply.modal["components"]) if "custom_id" in c]
        unknown = set(values) - {component["custom_id"] for component in inputs}
        if unknown:
            raise CommandMisuse(f"the modal has no input {sorted(unknown)}")
        data = {
            "custom_id": reply.modal["custom_id"],
            "components": [_filled_row(row, values) for row in reply.modal["components"]],
            "resolved": {},
        }
        before = reply.interaction
        kind = InteractionKind.MODAL
        interaction = self._open(kind, before.application_id, user_id, before.channel_id, data, before.message)
        return await self._reply(interaction, timeout)

    # How

    def _guild_id(self, channel_id: int) -> int | None:
        return self._world.channel(channel_id).guild_id

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

    def _message(self, target: InteractionReply | int) -> Message:
        message_id = target if isinstance(target, int) else target.message_id
        if message_id is None:
            raise CommandMisuse("there is no message to act on")
        return self._platform.interactions.message(message_id)

    async def _use_component(self, user_id: int, message: Message, data: Payload, timeout: float) -> InteractionReply:
        kind = InteractionKind.COMPONENT
        interaction = self._open(kind, message.author_id, user_id, message.channel_id, data, message)
        return await self._reply(interaction, timeout)

    def _open(
        self,
        kind: InteractionKind,
        application_id: int,
        user_id: int,
        channel_id: int,
        data: Payload,
        message: Message | None = None,
    ) -> Interaction:
        return self._platform.interactions.open(kind, application_id, user_id, channel_id, data, message)

    async def _reply(self, interaction: Interaction, timeout: float) -> InteractionReply:
        await _wait(interaction, lambda: interaction.callback is not None, timeout)
        if interaction.callback is CallbackKind.DEFERRED_UPDATE:
            try:
                await _wait(interaction, lambda: interaction.is_settled, min(_QUIET_SECONDS, timeout))
            except NoAnswer:
                return InteractionReply.of(interaction)
        await _wait(interaction, lambda: interaction.is_settled, timeout)
        return InteractionReply.of(interaction)


async def _wait(interaction: Interaction, condition: Callable[[], bool], timeout: float) -> None:
    try:
        async with asyncio.timeout(timeout):
            while not condition():
                interaction.changed.clear()
                await interaction.changed.wait()
    except TimeoutError:
        name = interaction.data.get("name") or interaction.data.get("custom_id")
        raise NoAnswer(f"no answer to {name!r} within {timeout} seconds") from None


def _completed_options(command: Payload, path: list[str]) -> set[str]:
    options = command.get("options") or []
    for name in path:
        options = next(
            o.get("options") or [] for o in options if o["name"] == name and o["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP)
        )
    return {option["name"] for option in options if option.get("autocomplete")}


def _filled_row(row: Payload, values: dict[str, str]) -> Payload:
    if "component" in row:
        return {"type": row["type"], "id": row.get("id", 0), "component": _filled_input(row["component"], values)}
    return {"type": row["type"], "components": [_filled_input(inner, values) for inner in row.get("components") or []]}


def _filled_input(component: Payload, values: dict[str, str]) -> Payload:
    custom_id = component["custom_id"]
    value = values.get(custom_id, component.get("value") or "")
    return {"type": component["type"], "id": component.get("id", 0), "custom_id": custom_id, "value": value}
