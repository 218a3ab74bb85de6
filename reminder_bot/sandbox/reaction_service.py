"""Reactions come and go: each change of the world with what the gateway tells of it."""

from __future__ import annotations

from reminder_bot.sandbox.emoji import is_unicode_emoji
from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.errors import ApiError, ErrorKind
from reminder_bot.sandbox.gateway import Gateway
from reminder_bot.sandbox.messages import Message, Reaction, ReactionEmoji
from reminder_bot.sandbox.world import World

MAX_REACTIONS = 20
"""Different emojis on one message."""


class ReactionService:
    """Adds and removes reactions; permissions are the caller's business."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        """Change ``world`` and tell ``gateway``."""
        self._world = world
        self._gateway = gateway

    def resolve(self, text: str) -> ReactionEmoji:
        """Read an emoji that exists.

        Raises:
            ApiError: it is neither a unicode emoji nor a custom one of a guild here (10014).
        """
        emoji = ReactionEmoji.parse(text)
        if emoji.id is None and is_unicode_emoji(emoji.name):
            return emoji
        found = self._world.find_emoji(emoji.id) if emoji.id is not None else None
        if found is None:
            raise ApiError(ErrorKind.UNKNOWN_EMOJI)
        return ReactionEmoji(found[1].name, found[1].id)

    def add(self, message: Message, user_id: int, emoji: ReactionEmoji) -> None:
        """Let someone react; a second time changes nothing.

        Raises:
            ApiError: the message has 20 different emojis already (30010).
        """
        reaction = message.reactions.get(emoji.key)
        if reaction is None:
            if len(message.reactions) >= MAX_REACTIONS:
                raise ApiError(ErrorKind.TOO_MANY_REACTIONS)
            reaction = message.reactions[emoji.key] = Reaction(emoji)
        if user_id in reaction.user_ids:
            return
        reaction.user_ids[user_id] = None
        payload = self._payload(message, reaction.emoji) | {
            "user_id": str(user_id),
            "message_author_id": str(message.author_id),
            "type": 0,
            "burst": False,
        }
        if message.guild_id is not None:
            payload["member"] = self._world.member(message.guild_id, user_id).to_payload()
        self._tell(message, "MESSAGE_REACTION_ADD", payload)

    def remove(self, message: Message, user_id: int, emoji: ReactionEmoji) -> None:
        """Take someone's reaction away; nothing happens when it is not there."""
        reaction = message.reactions.get(emoji.key)
        if reaction is None or user_id not in reaction.user_ids:
            return
        del reaction.user_ids[user_id]
        if not reaction.user_ids:
            del message.reactions[emoji.key]
        payload = self._payload(message, reaction.emoji) | {"user_id": str(user_id), "type": 0, "burst": False}
        self._tell(message, "MESSAGE_REACTION_REMOVE", payload)

    def clear(self, message: Message, emoji: ReactionEmoji | None = None) -> None:
        """Take all reactions away, or all of one emoji."""
        if emoji is None:
            message.reactions.clear()
            payload = self._payload(message, None)
            self._tell(message, "MESSAGE_REACTION_REMOVE_ALL", payload)
            return
        reaction = message.reactions.pop(emoji.key, None)
        if reaction is not None:
            self._tell(message, "MESSAGE_REACTION_REMOVE_EMOJI", self._payload(message, reaction.emoji))

    def _payload(self, message: Message, emoji: ReactionEmoji | None) -> Payload:
        payload: Payload = {"channel_id": str(message.channel_id), "message_id": str(message.id)}
        if message.guild_id is not None:
            payload["guild_id"] = str(message.guild_id)
        if emoji is not None:
            payload["emoji"] = emoji.to_payload()
        return payload

    def _tell(self, message: Message, event: str, payload: Payload) -> None:
        self._gateway.tell_channel(self._world.channel(message.channel_id), event, payload)
