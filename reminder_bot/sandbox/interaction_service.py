"""Interactions as they happen: sent to the bot, answered once, followed up for fifteen minutes."""

from __future__ import annotations

import secrets

from reminder_bot.sandbox.behaviour import Behaviour
from reminder_bot.sandbox.command_limits import choice_problems
from reminder_bot.sandbox.component_limits import check_modal
from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.errors import ApiError, ErrorKind, FormError
from reminder_bot.sandbox.gateway import Gateway
from reminder_bot.sandbox.interaction_payloads import interaction_payload
from reminder_bot.sandbox.interactions import ALLOWED_CALLBACKS, CallbackKind, Interaction, InteractionKind
from reminder_bot.sandbox.limits import check_message
from reminder_bot.sandbox.message_service import MessageService, edit_in_place
from reminder_bot.sandbox.messages import EPHEMERAL, LOADING, Message
from reminder_bot.sandbox.world import World


class InteractionService:
    """Keeps every interaction and what was answered to it."""

    def __init__(self, world: World, gateway: Gateway, messages: MessageService, behaviour: Behaviour) -> None:
        """Change ``world`` through ``messages`` and tell ``gateway``."""
        self._world = world
        self._gateway = gateway
        self._messages = messages
        self._behaviour = behaviour
        self._by_token: dict[str, Interaction] = {}
        self._ephemeral: dict[int, Message] = {}

    # From people

    def open(
        self,
        kind: InteractionKind,
        application_id: int,
        user_id: int,
        channel_id: int,
        data: Payload,
        message: Message | None = None,
    ) -> Interaction:
        """Send an interaction to its bot."""
        channel = self._world.channel(channel_id)
        interaction = Interaction(
            self._world.snowflakes.make(),
            secrets.token_urlsafe(48),
            kind,
            application_id,
            user_id,
            channel_id,
            channel.guild_id,
            data,
            self._world.steady(),
            message,
        )
        self._by_token[interaction.token] = interaction
        self._gateway.tell_bot(application_id, "INTERACTION_CREATE", interaction_payload(self._world, interaction))
        return interaction

    def message(self, message_id: int) -> Message:
        """Return a message, an ephemeral one included, or raise LookupError."""
        return self._ephemeral.get(message_id) or self._world.message(message_id)

    def ephemeral_messages(self, user_id: int) -> list[Message]:
        """Return the answers that only this person sees, oldest first."""
        return [message for message in self._ephemeral.values() if asker_id(message) == user_id]

    # From bots

    def find(self, token: str, *, interaction_id: int | None = None, application_id: int | None = None) -> Interaction:
        """Return an interaction by its token and one of its ids.

        Raises:
            ApiError: unknown or expired: 10062 for a first answer, 10015 for what follows.
        """
        kind = ErrorKind.UNKNOWN_INTERACTION if interaction_id is not None else ErrorKind.UNKNOWN_WEBHOOK
        interaction = self._by_token.get(token)
        if interaction is None or interaction_id not in (None, interaction.id):
            raise ApiError(kind)
        if application_id not in (None, interaction.application_id):
            raise ApiError(kind)
        if self._world.steady() - interaction.created_at > self._behaviour.token_seconds:
            raise ApiError(kind)
        return interaction

    def answer(self, interaction: Interaction, body: Payload) -> None:
        """Take a bot's first answer.

        Raises:
            ApiError: it comes too late (10062), or a second time (40060).
            FormError: it breaks a limit, or does not fit the interaction.
        """
        if interaction.callback is not None:
            raise ApiError(ErrorKind.ALREADY_ACKNOWLEDGED)
        if self._world.steady() - interaction.created_at > self._behaviour.interaction_seconds:
            raise ApiError(ErrorKind.UNKNOWN_INTERACTION)
        allowed = {int(kind) for kind in ALLOWED_CALLBACKS[interaction.kind]}
        if body.get("type") not in allowed:
            raise FormError({"type": ("BASE_TYPE_CHOICES", f"Value must be one of {sorted(allowed)}.")})
        callback = CallbackKind(int(body["type"]))
        self._apply(interaction, callback, body.get("data") or {})
        interaction.callback = callback
        interaction.answered_at = self._world.steady()
        interaction.changed.set()

    def follow_up(self, interaction: Interaction, body: Payload) -> Message:
        """Take a follow-up; the first one after a deferral takes the place of "thinking…".

        Raises:
            ApiError: nothing was answered yet (10015), or there is nothing in it.
            FormError: it breaks a limit.
        """
        if interaction.callback is None:
            raise ApiError(ErrorKind.UNKNOWN_WEBHOOK)
        check_message(body)
        if interaction.is_thinking and interaction.original is not None:
            return self.edit(interaction, interaction.original, body)
        message = self._write(interaction, body)
        interaction.follow_ups.append(message)
        interaction.changed.set()
        return message

    def find_message(self, interaction: Interaction, name: str) -> Message:
        """Return one of the interaction's messages: ``@original`` or an id.

        Raises:
            ApiError: there is none, or it was deleted (10008).
        """
        mine = [interaction.original, *interaction.follow_ups]
        found = (
            interaction.original if name == "@original" else next((m for m in mine if m and str(m.id) == name), None)
        )
        if found is None or not self._exists(found):
            raise ApiError(ErrorKind.UNKNOWN_MESSAGE)
        return found

    def edit(self, interaction: Interaction, message: Message, body: Payload) -> Message:
        """Change one of the interaction's messages."""
        check_message(body, is_edit=True)
        message.flags &= ~LOADING
        if message.is_ephemeral:
            edit_in_place(message, body)
            self._gateway.watchers.tell("MESSAGE_UPDATE", message)
        else:
            self._messages.edit(message, body)
        interaction.is_edited = True
        interaction.changed.set()
        return message

    def delete(self, interaction: Interaction, message: Message) -> None:
        """Delete one of the interaction's messages."""
        interaction.is_edited = True
        if message.is_ephemeral:
            del self._ephemeral[message.id]
            gone = {"id": str(message.id), "channel_id": str(message.channel_id)}
            self._gateway.watchers.tell("MESSAGE_DELETE", gone)
        else:
            self._messages.delete(message)
        interaction.changed.set()

    def _exists(self, message: Message) -> bool:
        return message.id in self._ephemeral or message.id in self._world.channel(message.channel_id).messages

    def _apply(self, interaction: Interaction, callback: CallbackKind, data: Payload) -> None:
        if callback is CallbackKind.CHOICES:
            problems = dict(choice_problems("data.", data.get("choices") or []))
            if problems:
                raise FormError(problems)
            interaction.choices = list(data.get("choices") or [])
        elif callback is CallbackKind.MODAL:
            check_modal(data)
            interaction.modal = data
        elif callback in (CallbackKind.UPDATE, CallbackKind.DEFERRED_UPDATE):
            interaction.original = interaction.message
            if callback is CallbackKind.UPDATE and interaction.message is not None:
                self.edit(interaction, interaction.message, data)
        else:
            self._begin_message(interaction, callback, data)

    def _begin_message(self, interaction: Interaction, callback: CallbackKind, data: Payload) -> None:
        interaction.is_ephemeral = bool(int(data.get("flags") or 0) & EPHEMERAL)
        if callback is CallbackKind.MESSAGE:
            check_message(data)
            interaction.original = self._write(interaction, data)
        else:
            interaction.original = self._write(interaction, {"flags": data.get("flags") or 0}, extra_flags=LOADING)

    def _write(self, interaction: Interaction, body: Payload, extra_flags: int = 0) -> Message:
        message = self._messages.build(interaction.channel_id, interaction.application_id, body)
        message.flags |= extra_flags
        message.application_id = interaction.application_id
        message.interaction = interaction.metadata(self._world.user(interaction.user_id).to_payload())
        if message.is_ephemeral:
            self._ephemeral[message.id] = message
            self._gateway.watchers.tell("MESSAGE_CREATE", message)
            return message
        return self._messages.place(message)


def asker_id(message: Message) -> int | None:
    """Return who asked for a message that answers an interaction."""
    return int(message.interaction["user"]["id"]) if message.interaction is not None else None
