"""Interactions: a person uses a command, a button, a select or a modal, and the bot answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import IntEnum

from reminder_bot.sandbox.command_limits import SUBCOMMAND, SUBCOMMAND_GROUP
from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.messages import LOADING, Message


class InteractionKind(IntEnum):
    """What a person did."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class CallbackKind(IntEnum):
    """How a bot answers first."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


ALLOWED_CALLBACKS = {
    InteractionKind.COMMAND: {CallbackKind.MESSAGE, CallbackKind.DEFERRED_MESSAGE, CallbackKind.MODAL},
    InteractionKind.COMPONENT: set(CallbackKind) - {CallbackKind.CHOICES},
    InteractionKind.AUTOCOMPLETE: {CallbackKind.CHOICES},
    InteractionKind.MODAL: set(CallbackKind) - {CallbackKind.CHOICES, CallbackKind.MODAL},
}
"""Source: discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object."""


@dataclass(slots=True)
class Interaction:
    """One use of a bot by a person, and all that the bot answered."""

    id: int
    token: str
    kind: InteractionKind
    application_id: int
    user_id: int
    channel_id: int
    guild_id: int | None
    data: Payload
    created_at: float
    message: Message | None = None
    callback: CallbackKind | None = None
    answered_at: float | None = None
    original: Message | None = None
    is_ephemeral: bool = False
    is_edited: bool = False
    modal: Payload | None = None
    choices: list[Payload] | None = None
    follow_ups: list[Message] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_deferred(self) -> bool:
        """Whether the first answer only asked for time."""
        return self.callback in (CallbackKind.DEFERRED_MESSAGE, CallbackKind.DEFERRED_UPDATE)

    @property
    def is_thinking(self) -> bool:
        """Whether the person still sees "thinking…"."""
        return self.original is not None and bool(self.original.flags & LOADING)

    @property
    def is_settled(self) -> bool:
        """Whether there is something to show: an answer, or what followed a deferral."""
        if self.callback is None:
            return False
        return not self.is_deferred or self.is_edited or bool(self.follow_ups)

    def metadata(self, user: Payload) -> Payload:
        """Write what messages say of the interaction they came from."""
        metadata: Payload = {
            "id": str(self.id),
            "type": int(self.kind),
            "user": user,
            "authorizing_integration_owners": {"0": str(self.guild_id or 0)},
        }
        if self.kind is InteractionKind.COMMAND:
            metadata["name"] = " ".join(self._names())
        if self.kind is InteractionKind.COMPONENT and self.message is not None:
            metadata["interacted_message_id"] = str(self.message.id)
        if self.kind is InteractionKind.MODAL:
            metadata["triggering_interaction_metadata"] = {**metadata, "type": int(InteractionKind.COMMAND)}
        return metadata

    def _names(self) -> list[str]:
        """Return the command's name, and those of its group and subcommand."""
        names, step = [str(self.data["name"])], self.data
        while inner := [each for each in step.get("options") or [] if each["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP)]:
            step = inner[0]
            names.append(step["name"])
        return names
