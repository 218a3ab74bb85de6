"""What a person sees after using the bot."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from reminder_bot.sandbox.component_limits import BUTTON, SELECTS, inner_components
from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.interactions import Interaction
from reminder_bot.sandbox.messages import Message


class NoAnswer(Exception):
    """The bot did not answer an interaction in time; ``is_acknowledged`` when it only asked for more of it."""

    def __init__(self, text: str, *, is_acknowledged: bool) -> None:
        """Say what was not answered."""
        super().__init__(text)
        self.is_acknowledged = is_acknowledged


class CommandMisuse(Exception):
    """Discord's own client would not let a person do this."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A suggestion of an autocompletion."""

    name: str
    value: str | int | float


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; link buttons have no custom id."""

    label: str
    custom_id: str | None
    disabled: bool


@dataclass(frozen=True, slots=True)
class ReplyMessage:
    """A message of the bot as it read at one moment."""

    content: str
    embeds: list[Payload]
    components: list[Payload]
    ephemeral: bool
    message_id: int | None
    attachments: list[Payload]

    @property
    def files(self) -> dict[str, bytes]:
        """What was uploaded with it, by name."""
        return {
            file["filename"]: base64.b64decode(file["url"].partition(",")[2])
            for file in self.attachments
            if file["url"].startswith("data:")
        }

    @property
    def text(self) -> str:
        """All that can be read in it, line by line: content and every text of the embeds."""
        lines: list[str | None] = [self.content]
        for embed in self.embeds:
            lines += [embed.get("title"), embed.get("description"), (embed.get("author") or {}).get("name")]
            for field in embed.get("fields") or []:
                lines += [field["name"], field["value"]]
            lines.append((embed.get("footer") or {}).get("text"))
        return "\n".join(line for line in lines if line)

    @property
    def buttons(self) -> list[Button]:
        """Its buttons, in order."""
        found = [c for c in inner_components(self.components) if c.get("type") == BUTTON]
        return [Button(_label(c), c.get("custom_id"), bool(c.get("disabled"))) for c in found]

    @property
    def option_values(self) -> list[str]:
        """The values of its first select."""
        selects = [c for c in inner_components(self.components) if c.get("type") in SELECTS]
        return [option["value"] for option in selects[0].get("options") or []] if selects else []


@dataclass(frozen=True, slots=True)
class InteractionReply(ReplyMessage):
    """A bot's answer to an interaction.

    ``elapsed_seconds`` is until the first answer, a deferral included; ``modal`` is set when the answer was one.
    """

    deferred: bool
    elapsed_seconds: float
    modal: Payload | None
    interaction: Interaction

    @classmethod
    def of(cls, interaction: Interaction) -> InteractionReply:
        """Read an interaction that was answered."""
        answered_at = interaction.answered_at if interaction.answered_at is not None else interaction.created_at
        return cls(
            **_read(interaction.original),
            deferred=interaction.is_deferred,
            elapsed_seconds=answered_at - interaction.created_at,
            modal=interaction.modal,
            interaction=interaction,
        )

    def follow_ups(self) -> list[ReplyMessage]:
        """Return the follow-ups sent so far."""
        return [ReplyMessage(**_read(message)) for message in self.interaction.follow_ups]

    def refresh(self) -> InteractionReply:
        """Return the answer as it reads now."""
        return InteractionReply.of(self.interaction)


def _read(message: Message | None) -> dict[str, Any]:
    return {
        "content": message.content if message else "",
        "embeds": list(message.embeds) if message else [],
        "components": list(message.components) if message else [],
        "ephemeral": message.is_ephemeral if message else False,
        "message_id": message.id if message else None,
        "attachments": list(message.attachments) if message else [],
    }


def _label(button: Payload) -> str:
    return str(button.get("label") or (button.get("emoji") or {}).get("name") or "")
