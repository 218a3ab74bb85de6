"""Messages and the reactions on them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from reminder_bot.sandbox.entities import Payload, User
from reminder_bot.sandbox.snowflake import iso_timestamp, snowflake_seconds

_CUSTOM_EMOJI = re.compile(r"<?(a?):?(\w{2,32}):(\d{15,20})>?")

SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6
LOADING = 1 << 7
SUPPRESS_NOTIFICATIONS = 1 << 12
COMPONENTS_V2 = 1 << 15


@dataclass(frozen=True, slots=True)
class ReactionEmoji:
    """The emoji of a reaction: unicode, or custom with an id."""

    name: str
    id: int | None = None

    @classmethod
    def parse(cls, text: str) -> ReactionEmoji:
        """Read ``✅``, ``name:id`` (as in REST paths) or ``<:name:id>``."""
        match = _CUSTOM_EMOJI.fullmatch(text)
        if match is None:
            return cls(text)
        return cls(match.group(2), int(match.group(3)))

    @property
    def key(self) -> str:
        """What makes two emojis the same: the id, or the characters without the presentation selector."""
        return str(self.id) if self.id is not None else self.name.replace("\ufe0f", "")

    def __str__(self) -> str:
        """Write the emoji as in a message."""
        return self.name if self.id is None else f"<:{self.name}:{self.id}>"

    def to_payload(self) -> Payload:
        """Write the emoji as in a reaction."""
        if self.id is None:
            return {"id": None, "name": self.name}
        return {"id": str(self.id), "name": self.name, "animated": False}


@dataclass(slots=True)
class Reaction:
    """One emoji on a message, and who holds it, in the order they reacted."""

    emoji: ReactionEmoji
    user_ids: dict[int, None] = field(default_factory=dict)


@dataclass(slots=True)
class Message:
    """A message.

    ``pinged_user_ids`` is who was notified by it: after allowed_mentions, and in a direct channel the other one always;
    ``mentions`` is what its JSON lists.
    """

    id: int
    channel_id: int
    guild_id: int | None
    author: User
    content: str = ""
    embeds: list[Payload] = field(default_factory=list)
    components: list[Payload] = field(default_factory=list)
    attachments: list[Payload] = field(default_factory=list)
    reference_id: int | None = None
    flags: int = 0
    nonce: str | int | None = None
    mentions: list[User] = field(default_factory=list)
    mention_role_ids: list[int] = field(default_factory=list)
    mentions_everyone: bool = False
    pinged_user_ids: tuple[int, ...] = ()
    edited_at: float | None = None
    reactions: dict[str, Reaction] = field(default_factory=dict)
    thread_id: int | None = None
    interaction: Payload | None = None
    application_id: int | None = None
    is_system: bool = False

    @property
    def author_id(self) -> int:
        """Id of who wrote it."""
        return self.author.id

    @property
    def is_ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def is_silent(self) -> bool:
        """Whether those it pings see it marked, and hear nothing: sent with Discord's @silent."""
        return bool(self.flags & SUPPRESS_NOTIFICATIONS)

    @property
    def sent_at(self) -> float:
        """The moment it was sent, in seconds since 1970."""
        return snowflake_seconds(self.id)

    @property
    def emojis(self) -> list[str]:
        """The emojis on it, in the order they came."""
        return [str(reaction.emoji) for reaction in self.reactions.values()]

    def reaction_users(self, emoji: str) -> list[int]:
        """Return who holds an emoji, in the order they reacted."""
        reaction = self.reactions.get(ReactionEmoji.parse(emoji).key)
        return list(reaction.user_ids) if reaction else []

    def _kind(self) -> int:
        if self.is_system:
            return 6
        if self.interaction is not None and self.interaction["type"] == 2:
            return 20
        return 19 if self.reference_id is not None else 0

    def to_payload(self, viewer_id: int | None = None) -> Payload:
        """Write the message as Discord does; ``viewer_id`` decides the ``me`` of reactions."""
        payload: Payload = {
            "id": str(self.id),
            "channel_id": str(self.channel_id),
            "type": self._kind(),
            "author": self.author.to_payload(),
            "content": self.content,
            "timestamp": iso_timestamp(self.sent_at),
            "edited_timestamp": iso_timestamp(self.edited_at) if self.edited_at is not None else None,
            "tts": False,
            "mention_everyone": self.mentions_everyone,
            "mentions": [user.to_payload() for user in self.mentions],
            "mention_roles": [str(role_id) for role_id in self.mention_role_ids],
            "attachments": self.attachments,
            "embeds": self.embeds,
            "components": self.components,
            "pinned": False,
            "flags": self.flags,
        }
        payload |= self._optional_part()
        if self.reactions:
            payload["reactions"] = [_reaction_payload(reaction, viewer_id) for reaction in self.reactions.values()]
        return payload

    def _optional_part(self) -> Payload:
        part: Payload = {}
        if self.nonce is not None:
            part["nonce"] = self.nonce
        if self.application_id is not None:
            part |= {"application_id": str(self.application_id), "webhook_id": str(self.application_id)}
        if self.interaction is not None:
            part["interaction_metadata"] = self.interaction
        if self.reference_id is not None:
            part["message_reference"] = self._reference()
        return part

    def _reference(self) -> dict[str, Any]:
        reference = {"type": 0, "message_id": str(self.reference_id), "channel_id": str(self.channel_id)}
        return reference | ({"guild_id": str(self.guild_id)} if self.guild_id else {})


def _reaction_payload(reaction: Reaction, viewer_id: int | None) -> Payload:
    count = len(reaction.user_ids)
    return {
        "emoji": reaction.emoji.to_payload(),
        "count": count,
        "count_details": {"normal": count, "burst": 0},
        "me": viewer_id in reaction.user_ids,
        "me_burst": False,
        "burst_colors": [],
    }
