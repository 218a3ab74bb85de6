"""The gateway: bots' sessions, who is told what, and the cuts that tests ask for."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress

from aiohttp import web

from reminder_bot.sandbox.behaviour import Behaviour
from reminder_bot.sandbox.channels import Channel
from reminder_bot.sandbox.entities import Application, Payload
from reminder_bot.sandbox.gateway_payloads import (
    guild_create_payload,
    message_event_payload,
    ready_payload,
    thread_payload,
)
from reminder_bot.sandbox.gateway_session import Session
from reminder_bot.sandbox.gateway_socket import GatewaySocket
from reminder_bot.sandbox.guilds import Guild
from reminder_bot.sandbox.intents import Intent, needed_intent
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.record import Connection, Record
from reminder_bot.sandbox.watchers import Watchers
from reminder_bot.sandbox.world import World

_POLL_SECONDS = 0.01

_CATCH_UP_ROUNDS = 5
"""Turns of the bot's event loop, at least, in which it comes from the bytes of an answer to what it does with it."""

_CATCH_UP_SECONDS = 2.0

REFUSED_MEMBERS_SECONDS = 30.0
"""What a refused request for all members is told to wait."""


class Gateway:
    """Keeps the sessions and sends each event to the bots that may know of it."""

    def __init__(self, world: World, record: Record, behaviour: Behaviour) -> None:
        """Begin without sessions; ``url`` is set by the server once it has a port."""
        self.world = world
        self.record = record
        self.behaviour = behaviour
        self.url = ""
        self.watchers = Watchers()
        self.may_speak = asyncio.Event()
        self.may_speak.set()
        self._sessions: dict[str, Session] = {}
        self._sockets: set[GatewaySocket] = set()
        self._is_refusing = False
        self._is_refusing_members = False
        self.is_cutting_members_short = False
        self._member_requests: dict[tuple[int, int], float] = {}

    # Connections

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket until it ends."""
        if self._is_refusing:
            return web.Response(status=503, text="upstream connect error")
        socket = GatewaySocket(self, request)
        self._sockets.add(socket)
        try:
            return await socket.run()
        finally:
            self._sockets.discard(socket)

    def open_session(self, application: Application, intents: int, large_threshold: int) -> Session:
        """Begin a session; the bot's dead ones are forgotten."""
        for session in [s for s in self._sessions.values() if s.bot_id == application.id and not s.is_connected]:
            del self._sessions[session.id]
        session = Session(secrets.token_hex(16), application, Intent(intents), large_threshold)
        self._sessions[session.id] = session
        return session

    def find_session(self, session_id: str, token: str) -> Session | None:
        """Return a session that may be resumed."""
        session = self._sessions.get(session_id)
        if session is None or session.application.token != token:
            return None
        is_too_late = (
            session.lost_at is not None and self.world.steady() - session.lost_at > self.behaviour.resume_seconds
        )
        return None if is_too_late else session

    def attach(self, session: Session, socket: GatewaySocket, *, is_resume: bool) -> Connection:
        """Let a connection carry a session."""
        session.send = socket.send_soon
        session.lost_at = None
        connection = Connection(session.id, self.world.now(), is_resume)
        self.record.connections.append(connection)
        self._tell_presence(session)
        return connection

    def detach(self, session: Session, socket: GatewaySocket, connection: Connection) -> None:
        """Note that a connection ended; its session waits for a RESUME."""
        connection.ended_at = self.world.now()
        if session.send == socket.send_soon:
            session.send = None
            session.lost_at = self.world.steady()
            self._tell_presence(session)

    def greet(self, session: Session) -> None:
        """Send READY and every available guild."""
        session.dispatch("READY", ready_payload(self.world, session, self.url))
        if Intent.GUILDS not in session.intents:
            return
        for guild in self.world.guilds_of(session.bot_id):
            if guild.is_available:
                session.dispatch("GUILD_CREATE", guild_create_payload(self.world, guild, session))

    def member_request_wait(self, session: Session, guild_id: int) -> float:
        """Return how long a request for all members must wait, 0 when it may go ahead (and is noted)."""
        key = (session.bot_id, guild_id)
        if self._is_refusing_members:
            return REFUSED_MEMBERS_SECONDS
        allowed_at = self._member_requests.get(key, 0.0) + self.behaviour.member_request_seconds
        now = self.world.steady()
        if self.behaviour.member_request_seconds and key in self._member_requests and now < allowed_at:
            return allowed_at - now
        self._member_requests[key] = now
        return 0.0

    # Telling

    def tell_bot(self, bot_id: int, event: str, data: Payload) -> int:
        """Send an event to one bot; return how many sessions took it."""
        sessions = [session for session in self._sessions.values() if session.bot_id == bot_id]
        for session in sessions:
            session.dispatch(event, data)
        return len(sessions)

    async def caught_up(self, bot_id: int) -> None:
        """Let a bot read what it was answered so far; one that says nothing for two seconds is not waited for."""
        if not self.may_speak.is_set():
            return
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(_CATCH_UP_SECONDS):
                for socket in [socket for socket in self._sockets if socket.bot_id == bot_id]:
                    for _ in range(_CATCH_UP_ROUNDS):
                        await socket.ping()

    def tell_guild(self, guild_id: int, event: str, data: Payload) -> None:
        """Send an event to the bots of a guild that asked for its kind."""
        self.watchers.tell(event, data)
        for session in self._guild_sessions(guild_id, event):
            session.dispatch(event, data)

    def tell_channel(self, channel: Channel, event: str, data: Payload | Callable[[Session], Payload]) -> None:
        """Send an event to the bots that can see a channel."""
        if not callable(data):
            self.watchers.tell(event, data)
        for session in list(self._channel_sessions(channel, event)):
            session.dispatch(event, data(session) if callable(data) else data)

    def tell_message(self, event: str, message: Message) -> None:
        """Send MESSAGE_CREATE or MESSAGE_UPDATE, to each bot what it may read."""
        self.watchers.tell(event, message)
        channel = self.world.channel(message.channel_id)
        self.tell_channel(channel, event, lambda session: message_event_payload(self.world, message, session))

    def tell_thread(self, thread: Channel, event: str, **extra: object) -> None:
        """Send THREAD_CREATE or THREAD_UPDATE, with each bot's own membership."""
        self.watchers.tell(event, thread)
        self.tell_channel(thread, event, lambda session: {**thread_payload(thread, session.bot_id), **extra})

    def tell_guild_back(self, guild: Guild) -> None:
        """Send GUILD_CREATE to the guild's bots after an outage."""
        self.watchers.tell("GUILD_UPDATE", guild.to_payload())
        for session in self._guild_sessions(guild.id, "GUILD_CREATE"):
            session.dispatch("GUILD_CREATE", guild_create_payload(self.world, guild, session))

    def tell_guild_joined(self, guild: Guild, bot_id: int) -> None:
        """Send GUILD_CREATE to a bot that was invited: a new guild says nothing of ``unavailable``."""
        for session in self._guild_sessions(guild.id, "GUILD_CREATE"):
            if session.bot_id == bot_id:
                payload = guild_create_payload(self.world, guild, session)
                del payload["unavailable"]
                session.dispatch("GUILD_CREATE", payload)

    def is_online(self, bot_id: int) -> bool:
        """Whether a bot has a session that is connected."""
        return any(session.bot_id == bot_id and session.is_connected for session in self._sessions.values())

    def _tell_presence(self, session: Session) -> None:
        online = self.is_online(session.bot_id)
        self.watchers.tell("PRESENCE_UPDATE", {"user_id": str(session.bot_id), "is_online": online})

    def _guild_sessions(self, guild_id: int, event: str) -> Iterator[Session]:
        if not self.world.guild(guild_id).is_available and event not in ("GUILD_DELETE",):
            return
        for session in self._sessions.values():
            if needed_intent(event) in session.intents and self.world.is_member(guild_id, session.bot_id):
                yield session

    def _channel_sessions(self, channel: Channel, event: str) -> Iterator[Session]:
        if channel.guild_id is None:
            for session in self._sessions.values():
                is_party = any(user.id == session.bot_id for user in channel.recipients)
                if is_party and needed_intent(event, is_direct=True) in session.intents:
                    yield session
            return
        for session in self._guild_sessions(channel.guild_id, event):
            if Permission.VIEW_CHANNEL in self.world.permissions(session.bot_id, channel.id):
                yield session

    # What tests do to it

    @property
    def connected(self) -> bool:
        """Whether a bot is identified or resumed now."""
        return any(session.is_connected for session in self._sessions.values())

    async def wait_connected(self, timeout: float = 10.0) -> None:
        """Wait for a bot.

        Raises:
            TimeoutError: none came within ``timeout`` seconds.
        """
        async with asyncio.timeout(timeout):
            while not self.connected:
                await asyncio.sleep(_POLL_SECONDS)

    async def cut(self, *, resumable: bool = True) -> None:
        """Drop every connection as a dead network does; with ``resumable`` False the sessions are forgotten as well."""
        if not resumable:
            self._sessions.clear()
        for socket in list(self._sockets):
            socket.abort()
        await asyncio.sleep(0)

    async def reconnect_request(self) -> None:
        """Ask every bot to reconnect and resume (opcode 7)."""
        for socket in list(self._sockets):
            socket.send_op(7)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every bot that its session is invalid (opcode 9)."""
        if not resumable:
            self._sessions.clear()
        for socket in list(self._sockets):
            socket.send_op(9, data=resumable)

    def refuse(self) -> None:
        """Answer new connections with 503 until ``accept``."""
        self._is_refusing = True

    def accept(self) -> None:
        """Take connections again."""
        self._is_refusing = False

    def refuse_members(self) -> None:
        """Refuse every request for all members of a guild until ``accept_members``."""
        self._is_refusing_members = True

    def cut_members_short(self) -> None:
        """Answer each request for all members with the first half of them alone until ``accept_members``."""
        self.is_cutting_members_short = True

    def accept_members(self) -> None:
        """Answer requests for members again, and whole."""
        self._is_refusing_members = self.is_cutting_members_short = False

    def position(self, bot_id: int) -> tuple[str, int] | None:
        """Return the id of a bot's newest session, connected or not, and the number of its last event."""
        sessions = [session for session in self._sessions.values() if session.bot_id == bot_id]
        return (sessions[-1].id, sessions[-1].sequence) if sessions else None

    def silence(self) -> None:
        """Send nothing any more, not even heartbeat answers, on connections that stay up."""
        self.may_speak.clear()

    def speak(self) -> None:
        """Send again, first what was kept back."""
        self.may_speak.set()

    async def close(self) -> None:
        """Close every connection for good."""
        self.may_speak.set()
        self._is_refusing = True
        for socket in list(self._sockets):
            await socket.close(1001)
