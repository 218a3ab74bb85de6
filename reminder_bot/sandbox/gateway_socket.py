"""One websocket of the gateway: frames in, frames out, heartbeats, IDENTIFY and RESUME.

Source: discord.com/developers/docs/events/gateway.
"""

from __future__ import annotations

import asyncio
import json
import math
import secrets
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from reminder_bot.sandbox.entities import Application, Payload
from reminder_bot.sandbox.gateway_payloads import member_chunks
from reminder_bot.sandbox.gateway_session import Session
from reminder_bot.sandbox.intents import Intent
from reminder_bot.sandbox.record import Connection, Delivered
from reminder_bot.sandbox.snowflake import parse_snowflake

if TYPE_CHECKING:
    from reminder_bot.sandbox.gateway import Gateway

HEARTBEAT, IDENTIFY, PRESENCE, VOICE_STATE, RESUME, REQUEST_MEMBERS = 1, 2, 3, 4, 6, 8
INVALID_SESSION, HELLO, HEARTBEAT_ACK = 9, 10, 11

UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED, BAD_TOKEN = 4001, 4002, 4003, 4004
ALREADY_AUTHENTICATED, INVALID_SEQUENCE, TIMED_OUT, DISALLOWED_INTENTS = 4005, 4007, 4009, 4014

_LATE_HEARTBEAT = 1.5

_ACK_SECONDS = 0.05
"""discord.py notes when it sent a heartbeat after sending it: answered at once, it takes itself for a minute behind."""


class GatewaySocket:
    """A connection: it sends in order from a queue and reads until it ends."""

    def __init__(self, gateway: Gateway, request: web.Request) -> None:
        """Wrap a request that asks for a websocket."""
        self._gateway = gateway
        self._request = request
        self._socket = web.WebSocketResponse(compress=False, autoclose=False, autoping=False, max_msg_size=1 << 20)
        self._pings: dict[bytes, asyncio.Future[None]] = {}
        self._queue: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
        self._session: Session | None = None
        self._connection: Connection | None = None
        # zstd-stream is answered in plain text frames, which a client takes as well.
        self._deflate = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None

    # Out

    def send_soon(self, frame: str, sequence: int = 0) -> None:
        """Send a frame after those before it; ``sequence`` is an event's number."""
        self._queue.put_nowait((frame, sequence))

    def send_op(self, op: int, data: Any = None) -> None:
        """Send an opcode that is not an event."""
        self.send_soon(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    @property
    def bot_id(self) -> int | None:
        """Id of the bot that identified itself here, if one has."""
        return None if self._session is None else self._session.bot_id

    async def ping(self) -> None:
        """Wait until the other end has read everything up to now, and answered; for ever where it does not."""
        token = secrets.token_bytes(8)
        self._pings[token] = asyncio.get_running_loop().create_future()
        try:
            await self._socket.ping(token)
            await self._pings[token]
        finally:
            del self._pings[token]

    def abort(self) -> None:
        """Drop the connection without a goodbye."""
        self._let_session_go()
        if self._request.transport is not None:
            self._request.transport.abort()

    async def close(self, code: int) -> None:
        """Close with a code."""
        self._let_session_go()
        await self._socket.close(code=code)

    async def run(self) -> web.StreamResponse:
        """Say hello and serve until the connection ends."""
        await self._socket.prepare(self._request)
        self.send_op(HELLO, {"heartbeat_interval": int(self._gateway.behaviour.heartbeat_seconds * 1000), "_trace": []})
        writer = asyncio.create_task(self._write())
        try:
            await self._read()
        finally:
            self._let_session_go()
            writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer
        return self._socket

    async def _write(self) -> None:
        while True:
            frame, sequence = await self._queue.get()
            await self._gateway.may_speak.wait()
            try:
                if self._deflate is None:
                    await self._socket.send_str(frame)
                else:
                    packed = self._deflate.compress(frame.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                    await self._socket.send_bytes(packed)
            except ConnectionError:
                return
            if sequence and self._connection is not None:
                written = Delivered(self._gateway.world.now(), self._connection.session_id, sequence)
                self._gateway.record.delivered.append(written)

    def _let_session_go(self) -> None:
        if self._session is not None and self._connection is not None:
            self._gateway.detach(self._session, self, self._connection)
            self._session = None

    # In

    async def _read(self) -> None:
        patience = self._gateway.behaviour.heartbeat_seconds * _LATE_HEARTBEAT
        while not self._socket.closed:
            try:
                message = await self._socket.receive(timeout=patience)
            except TimeoutError:
                await self.close(TIMED_OUT)
                return
            if message.type is WSMsgType.PING:
                await self._socket.pong(message.data)
                continue
            if message.type is WSMsgType.PONG:
                answered = self._pings.get(bytes(message.data))
                if answered is not None and not answered.done():
                    answered.set_result(None)
                continue
            if message.type is not WSMsgType.TEXT:
                # A close frame is answered, so that the client does not wait for the end of the connection.
                await self._socket.close()
                return
            code = self._take(message.data)
            if code is not None:
                await self.close(code)

    def _take(self, text: str) -> int | None:
        """Act on a frame; return the code to close with, if any."""
        try:
            frame = json.loads(text)
            op, data = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError):
            return DECODE_ERROR
        if op == HEARTBEAT:
            asyncio.get_running_loop().call_later(_ACK_SECONDS, self.send_op, HEARTBEAT_ACK)
            return None
        if op == IDENTIFY:
            return self._identify(data)
        if op == RESUME:
            return self._resume(data)
        if op not in (PRESENCE, VOICE_STATE, REQUEST_MEMBERS):
            return UNKNOWN_OPCODE
        if self._session is None:
            return NOT_AUTHENTICATED
        if op == REQUEST_MEMBERS:
            self._request_members(self._session, data)
        return None

    def _identify(self, data: Payload) -> int | None:
        if self._session is not None:
            return ALREADY_AUTHENTICATED
        application = self._gateway.world.application_by_token(str(data.get("token")))
        if application is None:
            return BAD_TOKEN
        intents = int(data.get("intents") or 0)
        if _disallowed(application, intents):
            return DISALLOWED_INTENTS
        session = self._gateway.open_session(application, intents, int(data.get("large_threshold") or 50))
        self._attach(session, is_resume=False)
        self._gateway.greet(session)
        return None

    def _resume(self, data: Payload) -> int | None:
        session = self._gateway.find_session(str(data.get("session_id")), str(data.get("token")))
        if session is None:
            self.send_op(INVALID_SESSION, data=False)
            return None
        sequence = int(data.get("seq") or 0)
        if sequence > session.sequence:
            return INVALID_SEQUENCE
        self._attach(session, is_resume=True)
        if not session.replay(sequence):
            self._let_session_go()
            self.send_op(INVALID_SESSION, data=False)
            return None
        session.dispatch("RESUMED", {"_trace": []})
        return None

    def _attach(self, session: Session, *, is_resume: bool) -> None:
        self._session = session
        self._connection = self._gateway.attach(session, self, is_resume=is_resume)

    def _request_members(self, session: Session, data: Payload) -> None:
        world = self._gateway.world
        guild_id = parse_snowflake(data.get("guild_id"))
        if guild_id is None or not world.is_member(guild_id, session.bot_id):
            return
        is_everyone = not data.get("query") and not data.get("limit") and data.get("user_ids") is None
        if is_everyone and Intent.GUILD_MEMBERS not in session.intents:
            return
        wait = self._gateway.member_request_wait(session, guild_id) if is_everyone else 0.0
        if wait:
            meta = {"guild_id": str(guild_id), "nonce": data.get("nonce")}
            session.dispatch("RATE_LIMITED", {"opcode": REQUEST_MEMBERS, "retry_after": wait, "meta": meta})
            return
        guild = world.guild(guild_id)
        if is_everyone and self._gateway.is_cutting_members_short:
            half = math.ceil(len(guild.members) / 2)
            session.dispatch("GUILD_MEMBERS_CHUNK", next(member_chunks(guild, data, half)))
            return
        for chunk in member_chunks(guild, data):
            session.dispatch("GUILD_MEMBERS_CHUNK", chunk)


def _disallowed(application: Application, intents: int) -> bool:
    switched_off = (
        (Intent.GUILD_MEMBERS, application.has_members_intent),
        (Intent.GUILD_PRESENCES, application.has_presences_intent),
        (Intent.MESSAGE_CONTENT, application.has_message_content_intent),
    )
    return any(intent & intents and not is_on for intent, is_on in switched_off)
