"""REST: answers to interactions and their follow-ups; the token in the path is the only pass."""

from __future__ import annotations

from aiohttp import web

from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.interactions import CallbackKind, Interaction
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.rest_call import Call, Route, json_answer, no_content


async def answer(call: Call) -> web.Response:
    """Take the first answer; with ``with_response`` say what it made."""
    service = call.platform.interactions
    interaction = service.find(call.params["token"], interaction_id=call.snowflake("interaction_id"))
    service.answer(interaction, call.form)
    if call.request.query.get("with_response", "").lower() not in ("true", "1"):
        return no_content()
    return json_answer(_callback_payload(call, interaction))


def _callback_payload(call: Call, interaction: Interaction) -> Payload:
    about: Payload = {"id": str(interaction.id), "type": int(interaction.kind)}
    message = interaction.original
    payload: Payload = {"interaction": about}
    if message is None or interaction.callback is None:
        return payload
    about |= {
        "response_message_id": str(message.id),
        "response_message_loading": interaction.is_thinking,
        "response_message_ephemeral": message.is_ephemeral,
    }
    resource: Payload = {"type": int(interaction.callback)}
    if interaction.callback is not CallbackKind.DEFERRED_UPDATE:
        resource["message"] = message.to_payload(interaction.application_id)
    return {**payload, "resource": resource}


async def follow_up(call: Call) -> web.Response:
    """Take a follow-up."""
    interaction = _interaction(call)
    message = call.platform.interactions.follow_up(interaction, call.form)
    return json_answer(message.to_payload(interaction.application_id))


async def get_message(call: Call) -> web.Response:
    """Return one of the interaction's messages."""
    interaction = _interaction(call)
    return json_answer(_message(call, interaction).to_payload(interaction.application_id))


async def edit_message(call: Call) -> web.Response:
    """Change one of the interaction's messages."""
    interaction = _interaction(call)
    message = call.platform.interactions.edit(interaction, _message(call, interaction), call.form)
    return json_answer(message.to_payload(interaction.application_id))


async def delete_message(call: Call) -> web.Response:
    """Delete one of the interaction's messages."""
    interaction = _interaction(call)
    call.platform.interactions.delete(interaction, _message(call, interaction))
    return no_content()


def _interaction(call: Call) -> Interaction:
    application_id = call.snowflake("application_id")
    return call.platform.interactions.find(call.params["token"], application_id=application_id)


def _message(call: Call, interaction: Interaction) -> Message:
    return call.platform.interactions.find_message(interaction, call.params["message_id"])


_WEBHOOK = "/webhooks/{application_id}/{token}"

ROUTES = (
    Route("POST", "/interactions/{interaction_id}/{token}/callback", answer, is_open=True),
    Route("POST", _WEBHOOK, follow_up, "follow_ups", is_open=True),
    Route("GET", f"{_WEBHOOK}/messages/{{message_id}}", get_message, is_open=True),
    Route("PATCH", f"{_WEBHOOK}/messages/{{message_id}}", edit_message, is_open=True),
    Route("DELETE", f"{_WEBHOOK}/messages/{{message_id}}", delete_message, is_open=True),
)
