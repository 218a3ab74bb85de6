"""What a person does with a bot: commands, menus, suggestions, buttons, selects, modals.

What the bot writes in answer comes to the page with everything else that happens; an act says only whether the bot
answered in time, and which modal it opened.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable
from types import MappingProxyType
from typing import Any

from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.page.acts import Act, ActError, Handler
from reminder_bot.sandbox.replies import InteractionReply, NoAnswer
from reminder_bot.sandbox.snowflake import parse_snowflake
from reminder_bot.sandbox.uploads import Upload


async def run_command(act: Act) -> Payload:
    """Use a slash command; the options are by name, see `_values`."""
    channel_id, name = act.snowflake("channel_id"), act.text("name", most=100)
    options = _values(act)
    seconds = _patience(act)
    return await _answered(act, act.director.command(act.user_id, channel_id, name, options, timeout=seconds))


async def complete_option(act: Act) -> Payload:
    """Return the bot's suggestions for the option that is typed into; none when it is too slow."""
    channel_id, name = act.snowflake("channel_id"), act.text("name", most=100)
    focused, options = act.text("focused", most=100), _values(act)
    try:
        choices = await act.director.autocomplete(
            act.user_id, channel_id, name, options, focused, timeout=_patience(act)
        )
    except NoAnswer:
        return {"choices": None}
    return {"choices": [{"name": choice.name, "value": choice.value} for choice in choices]}


async def use_message_menu(act: Act) -> Payload:
    """Use a command of a message's menu."""
    message_id, name = act.snowflake("message_id"), act.text("name", most=100)
    return await _answered(act, act.director.context_menu(act.user_id, name, message_id, timeout=_patience(act)))


async def use_member_menu(act: Act) -> Payload:
    """Use a command of a member's menu."""
    channel_id, name, target_id = act.snowflake("channel_id"), act.text("name", most=100), act.snowflake("user_id")
    seconds = _patience(act)
    return await _answered(act, act.director.member_menu(act.user_id, channel_id, name, target_id, timeout=seconds))


async def press_button(act: Act) -> Payload:
    """Press a button under a message."""
    message_id, custom_id = act.snowflake("message_id"), act.text("custom_id", most=100)
    return await _answered(act, act.director.click(act.user_id, message_id, custom_id, timeout=_patience(act)))


async def choose(act: Act) -> Payload:
    """Choose from a select under a message."""
    message_id, custom_id, values = act.snowflake("message_id"), act.text("custom_id", most=100), act.texts("values")
    seconds = _patience(act)
    return await _answered(act, act.director.select(act.user_id, message_id, custom_id, values, timeout=seconds))


async def submit_modal(act: Act) -> Payload:
    """Send a modal that the bot opened."""
    reply = act.visitor.take_modal(act.snowflake("modal"))
    if reply is None:
        raise ActError("This form is not open any more.")
    values = act.mapping("values")
    return await _answered(act, act.director.submit_modal(act.user_id, reply, values, timeout=_patience(act)))


def _values(act: Act) -> dict[str, Any]:
    """Return the options as the director takes them.

    An id comes as ``{"id": "…"}``, JSON's numbers being too small; a file as ``{"file": {"name": …, "data": …}}``.
    """
    options = act.mapping("options")
    return {name: _value(value) if isinstance(value, dict) else value for name, value in options.items()}


def _value(value: Payload) -> int | Upload | None:
    file = value.get("file")
    if not isinstance(file, dict):
        return parse_snowflake(value.get("id"))
    try:
        # The name becomes part of an address.
        name = re.sub(r"[^\w.-]", "_", str(file.get("name")))[:100]
        return Upload(name, base64.b64decode(str(file.get("data")), validate=True))
    except ValueError as error:
        raise ActError("That file did not arrive whole.") from error


def _patience(act: Act) -> float:
    return act.platform.behaviour.interaction_seconds


async def _answered(act: Act, using: Awaitable[InteractionReply]) -> Payload:
    try:
        reply = await using
    except NoAnswer as error:
        # One that only asked for time is shown as thinking until it says more.
        return {"is_answered": error.is_acknowledged}
    if reply.modal is None:
        return {"is_answered": True}
    return {"is_answered": True, "modal": {**reply.modal, "key": act.visitor.keep_modal(reply)}}


COMMAND_ACTS: MappingProxyType[str, Handler] = MappingProxyType(
    {
        "command": run_command,
        "complete": complete_option,
        "message_menu": use_message_menu,
        "member_menu": use_member_menu,
        "press": press_button,
        "choose": choose,
        "submit_modal": submit_modal,
    }
)
