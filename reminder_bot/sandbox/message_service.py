"""Messages come and go: each change of the world with what the gateway tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from reminder_bot.sandbox.entities import ChannelType, Payload
from reminder_bot.sandbox.gateway import Gateway
from reminder_bot.sandbox.mentions import apply_mentions, parse_allowed_mentions
from reminder_bot.sandbox.messages import (
    COMPONENTS_V2,
    EPHEMERAL,
    SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS,
    Message,
)
from reminder_bot.sandbox.snowflake import parse_snowflake
from reminder_bot.sandbox.world import World

_SETTABLE_FLAGS = SUPPRESS_EMBEDS | EPHEMERAL | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2
"""What a new message may be given; others are ignored. Of voice messages there are none here."""


class MessageService:
    """Writes, edits and deletes messages; permissions are the caller's business."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        """Change ``world`` and tell ``gateway``."""
        self._world = world
        self._gateway = gateway

    def build(self, channel_id: int, author_id: int, body: Payload) -> Message:
        """Make a message from a checked request body, in no channel yet."""
        channel = self._world.channel(channel_id)
        reference = body.get("message_reference") or {}
        message = Message(
            self._world.snowflakes.make(),
            channel_id,
            channel.guild_id,
            self._world.user(author_id),
            str(body.get("content") or ""),
            embeds=as_stored(body.get("embeds") or []),
            components=as_stored_components(body.get("components") or []),
            attachments=_attachments(body.get("attachments") or []),
            reference_id=parse_snowflake(reference.get("message_id")),
            flags=int(body.get("flags") or 0) & _SETTABLE_FLAGS,
            nonce=body.get("nonce"),
        )
        apply_mentions(self._world, message, parse_allowed_mentions(body.get("allowed_mentions")))
        return message

    def place(self, message: Message) -> Message:
        """Put a message into its channel and tell of it; writing in an archived thread opens it again."""
        channel = self._world.channel(message.channel_id)
        if channel.kind.is_thread and channel.is_archived:
            channel.is_archived = False
            self._gateway.tell_thread(channel, "THREAD_UPDATE")
        if channel.kind is ChannelType.DM and not channel.messages:
            # Bots learn of a direct channel by its first message; who watches learns what may be done in it.
            self._gateway.watchers.tell("CHANNEL_CREATE", channel)
        # Only an answer to an interaction can be for one person alone, and such a one is in no channel.
        message.flags &= ~EPHEMERAL
        self._world.place_message(message)
        self._gateway.tell_message("MESSAGE_CREATE", message)
        return message

    def create(self, channel_id: int, author_id: int, body: Payload) -> Message:
        """Write a message."""
        return self.place(self.build(channel_id, author_id, body))

    def edit(self, message: Message, body: Payload) -> Message:
        """Change what a body names of a message; an edit pings nobody."""
        edit_in_place(message, body)
        message.edited_at = self._world.now()
        if not message.is_ephemeral:
            self._gateway.tell_message("MESSAGE_UPDATE", message)
        return message

    def delete(self, message: Message) -> None:
        """Delete a message."""
        self._world.drop_message(message)
        payload = {"id": str(message.id), **self._place(message.channel_id)}
        self._gateway.tell_channel(self._world.channel(message.channel_id), "MESSAGE_DELETE", payload)

    def bulk_delete(self, channel_id: int, message_ids: list[int]) -> None:
        """Delete those of the messages that exist in a channel, told as one event."""
        channel = self._world.channel(channel_id)
        found = [channel.messages[message_id] for message_id in message_ids if message_id in channel.messages]
        for message in found:
            self._world.drop_message(message)
        payload = {"ids": [str(message.id) for message in found], **self._place(channel_id)}
        self._gateway.tell_channel(channel, "MESSAGE_DELETE_BULK", payload)

    def _place(self, channel_id: int) -> Payload:
        guild_id = self._world.channel(channel_id).guild_id
        place = {"channel_id": str(channel_id)}
        return place if guild_id is None else {**place, "guild_id": str(guild_id)}


def edit_in_place(message: Message, body: Payload) -> None:
    """Change what a body names, and tell nobody."""
    if "content" in body:
        message.content = str(body["content"] or "")
    if "embeds" in body:
        message.embeds = as_stored(body["embeds"] or [])
    if "components" in body:
        message.components = as_stored_components(body["components"] or [])
    if "attachments" in body:
        message.attachments = _attachments(body["attachments"] or [])


def as_stored(embeds: list[Payload]) -> list[Payload]:
    """Return embeds as Discord keeps them: each with its type."""
    return [{**embed, "type": "rich"} for embed in embeds]


def as_stored_components(rows: list[Payload]) -> list[Payload]:
    """Return components as Discord keeps them: numbered through, ids as strings."""
    counter = count(1)
    return [_numbered(row, counter) for row in rows]


def _numbered(component: Payload, counter: Iterator[int]) -> Payload:
    numbered = {**component, "id": component.get("id") or next(counter)}
    if "default_values" in component:
        numbered["default_values"] = [{**value, "id": str(value["id"])} for value in component["default_values"]]
    if "components" in component:
        numbered["components"] = [_numbered(inner, counter) for inner in component["components"]]
    return numbered


def _attachments(files: list[Payload]) -> list[Payload]:
    kept = []
    for index, file in enumerate(files, start=1):
        name = file.get("filename") or f"file-{index}"
        link, size = f"https://cdn.invalid/{index}/{name}", 1
        if data := file.get("data"):
            # What was uploaded is kept in its own address.
            link, size = f"data:application/octet-stream;base64,{data}", len(data) * 3 // 4 - data.count("=")
        kept.append({"id": str(file.get("id", index)), "filename": name, "size": size, "url": link, "proxy_url": link})
    return kept
