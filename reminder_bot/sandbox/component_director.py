"""What people do with the buttons, selects and modals of a bot."""

from __future__ import annotations

from collections.abc import Mapping

from reminder_bot.sandbox.component_limits import BUTTON, SELECTS, STRING_SELECT, TEXT_INPUT, inner_components
from reminder_bot.sandbox.entities import ChannelType, Payload
from reminder_bot.sandbox.interaction_director import InteractionDirector
from reminder_bot.sandbox.interaction_payloads import select_data
from reminder_bot.sandbox.interactions import InteractionKind
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.replies import CommandMisuse, InteractionReply


class ComponentDirector(InteractionDirector):
    """Uses what a bot's messages offer, not sooner than people: discord.py loses a click that overtakes an answer."""

    async def click(
        self, user_id: int, target: InteractionReply | int, button: str, *, timeout: float = 5.0
    ) -> InteractionReply:
        """Press a button, found by its custom id or label, under a reply or a message by id.

        Raises:
            CommandMisuse: there is no such button, it is disabled, or it stands in somebody else's direct messages.
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
            CommandMisuse: there is no such select, it does not offer these values, or not as many or few, or it stands
                in somebody else's direct messages.
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
        if not select.get("min_values", 1) <= len(values) <= select.get("max_values", 1):
            raise CommandMisuse(f"{len(values)} values are not what {select['custom_id']!r} takes")
        kinds = select.get("channel_types")
        if kinds and any(int(self._world.channel(int(value)).kind) not in kinds for value in values):
            raise CommandMisuse(f"{select['custom_id']!r} does not offer channels of that kind")
        data = select_data(self._world, message.guild_id, select, values)
        return await self._use_component(user_id, message, data, timeout)

    async def submit_modal(
        self, user_id: int, reply: InteractionReply, values: Mapping[str, str | list[str]], *, timeout: float = 5.0
    ) -> InteractionReply:
        """Fill in the modal a reply opened: texts, and lists for selects; texts left out keep their given value.

        Raises:
            CommandMisuse: the reply opened none, it has no such input, or a text is too long or is missing.
            NoAnswer: the bot did not answer in time.
        """
        if reply.modal is None:
            raise CommandMisuse("the bot opened no modal")
        inputs = [c for c in inner_components(reply.modal["components"]) if "custom_id" in c]
        unknown = set(values) - {component["custom_id"] for component in inputs}
        if unknown:
            raise CommandMisuse(f"the modal has no input {sorted(unknown)}")
        for component in inputs:
            _check_text(component, values)
        data = {
            "custom_id": reply.modal["custom_id"],
            "components": [_filled_row(row, values) for row in reply.modal["components"]],
            "resolved": {},
        }
        before = reply.interaction
        kind = InteractionKind.MODAL
        await self._platform.gateway.caught_up(before.application_id)
        interaction = self._open(kind, before.application_id, user_id, before.channel_id, data, before.message)
        return await self._reply(interaction, timeout)

    def _message(self, target: InteractionReply | int) -> Message:
        message_id = target if isinstance(target, int) else target.message_id
        if message_id is None:
            raise CommandMisuse("there is no message to act on")
        return self._platform.interactions.message(message_id)

    async def _use_component(self, user_id: int, message: Message, data: Payload, timeout: float) -> InteractionReply:
        channel = self._world.channel(message.channel_id)
        if channel.kind is ChannelType.DM and all(user.id != user_id for user in channel.recipients):
            raise CommandMisuse(f"message {message.id} is in direct messages that user {user_id} has no part in")
        kind = InteractionKind.COMPONENT
        await self._platform.gateway.caught_up(message.author_id)
        interaction = self._open(kind, message.author_id, user_id, message.channel_id, data, message)
        return await self._reply(interaction, timeout)


def _check_text(component: Payload, values: Mapping[str, str | list[str]]) -> None:
    """Hold a text against its input's bounds, as Discord's client does before it sends a modal."""
    if component["type"] != TEXT_INPUT:
        return
    text = values.get(component["custom_id"], component.get("value") or "")
    least = max(component.get("min_length", 0), 1 if component.get("required", True) else 0)
    if (text or component.get("required", True)) and not least <= len(text) <= component.get("max_length", 4000):
        raise CommandMisuse(f"a text of {len(text)} characters does not fit {component['custom_id']!r}")


def _filled_row(row: Payload, values: Mapping[str, str | list[str]]) -> Payload:
    if "component" in row:
        return {"type": row["type"], "id": row.get("id", 0), "component": _filled_input(row["component"], values)}
    return {"type": row["type"], "components": [_filled_input(inner, values) for inner in row.get("components") or []]}


def _filled_input(component: Payload, values: Mapping[str, str | list[str]]) -> Payload:
    custom_id = component["custom_id"]
    filled = {"type": component["type"], "id": component.get("id", 0), "custom_id": custom_id}
    if component["type"] in SELECTS:
        return {**filled, "values": values.get(custom_id, [])}
    return {**filled, "value": values.get(custom_id, component.get("value") or "")}
