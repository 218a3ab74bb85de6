"""Reaction frames: drawn, written and compressed before the clock starts, then sent as fast as the client reads."""

import json
import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import web

from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.gateway import Gateway
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.world import World
from tests.bench.filling import EMOJIS

WITHDRAWALS = 0.25
"""The share of frames about somebody who holds something that take it away."""


@dataclass(slots=True)
class Storm:
    """Frames, and the answers that are right after them, by message and person."""

    frames: list[tuple[str, Payload]] = field(default_factory=list)
    held: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    last: tuple[int, int] = (0, 0)
    """Whose answer is stored when everything is; it is in no other frame."""

    @property
    def answers(self) -> dict[tuple[int, int], str]:
        """Who answers what: the emoji added last of those still held."""
        return {key: held[-1] for key, held in self.held.items() if held}


def draw_storm(world: World, messages: Sequence[Message], people: Sequence[int], count: int) -> Storm:
    """Draw ``count`` frames: people answer, change their minds, withdraw; the last person answers at the end only."""
    draw, storm = random.Random(1), Storm()
    for _ in range(count - 1):
        message, user_id = draw.choice(messages), draw.choice(people[:-1])
        held = storm.held.setdefault((message.id, user_id), [])
        missing = [emoji for emoji in EMOJIS if emoji not in held]
        if not missing or (held and draw.random() < WITHDRAWALS):
            _withdraw(storm, message, user_id, held.pop(draw.randrange(len(held))))
        else:
            _answer(storm, world, message, user_id, draw.choice(missing))
    storm.last = (messages[0].id, people[-1])
    _answer(storm, world, messages[0], people[-1], EMOJIS[0])
    return storm


@dataclass(frozen=True, slots=True)
class Burst:
    """Frames as they go over the wire, for the one client that is connected."""

    socket: web.WebSocketResponse
    packed: Sequence[bytes | str]

    async def send(self) -> None:
        """Write all of them, as fast as the other end reads."""
        for frame in self.packed:
            if isinstance(frame, bytes):
                await self.socket.send_bytes(frame)
            else:
                await self.socket.send_str(frame)


def pack(gateway: Gateway, storm: Storm) -> Burst:
    """Number and compress a storm for the one client of a gateway, which must send nothing else until it is sent.

    It reaches into the gateway: what the sandbox does for each frame would otherwise be part of the time.
    """
    (socket,) = gateway._sockets
    (session,) = gateway._sessions.values()
    packed: list[bytes | str] = []
    for event, data in storm.frames:
        session.sequence += 1
        text = json.dumps({"op": 0, "t": event, "s": session.sequence, "d": data}, separators=(",", ":"))
        deflate = socket._deflate
        packed.append(text if deflate is None else deflate.compress(text.encode()) + deflate.flush(zlib.Z_SYNC_FLUSH))
    return Burst(socket._socket, packed)


def _answer(storm: Storm, world: World, message: Message, user_id: int, emoji: str) -> None:
    storm.held.setdefault((message.id, user_id), []).append(emoji)
    member = world.member(message.guild_id or 0, user_id).to_payload()
    payload = _payload(message, user_id, emoji) | {"member": member, "message_author_id": str(message.author_id)}
    storm.frames.append(("MESSAGE_REACTION_ADD", payload))


def _withdraw(storm: Storm, message: Message, user_id: int, emoji: str) -> None:
    storm.frames.append(("MESSAGE_REACTION_REMOVE", _payload(message, user_id, emoji)))


def _payload(message: Message, user_id: int, emoji: str) -> Payload:
    return {
        "channel_id": str(message.channel_id), "message_id": str(message.id), "guild_id": str(message.guild_id),
        "user_id": str(user_id), "emoji": {"id": None, "name": emoji}, "type": 0, "burst": False,
    }  # fmt: skip
