"""Serves the page: its files, and a WebSocket over which the world comes in and acts go out."""

from __future__ import annotations

import asyncio
import json
import mimetypes
from pathlib import Path

from aiohttp import WSMsgType, web

from reminder_bot.sandbox.director import Director
from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.page.acts import Act, ActError, perform
from reminder_bot.sandbox.page.backstage import Backstage
from reminder_bot.sandbox.page.command_acts import COMMAND_ACTS
from reminder_bot.sandbox.page.crowd_acts import CROWD_ACTS
from reminder_bot.sandbox.page.feed import Feed
from reminder_bot.sandbox.page.guard import PAGE_HEADERS, Guard
from reminder_bot.sandbox.page.language_acts import LANGUAGE_ACTS
from reminder_bot.sandbox.page.message_acts import MESSAGE_ACTS
from reminder_bot.sandbox.page.shown import shown_world
from reminder_bot.sandbox.page.stage_acts import StageActs
from reminder_bot.sandbox.page.visitor import Visitor
from reminder_bot.sandbox.platform import Platform
from reminder_bot.sandbox.snowflake import parse_snowflake

_FILES = Path(__file__).with_name("static")
_MOST_BYTES = 256 * 1024
_HEARTBEAT_SECONDS = 20.0

_NO_TOKEN = "Open the address that the terminal shows: it ends in a token, which is new at each start.\n"


class Page:
    """A Discord to look at, for people who know its address."""

    def __init__(self, platform: Platform, director: Director, reader_id: int, backstage: Backstage | None) -> None:
        """Show a platform; a reader begins as the person ``reader_id``."""
        self._platform = platform
        self._director = director
        self._reader_id = reader_id
        self._backstage = backstage
        self._guard = Guard()
        self._feed = Feed(platform)
        self._acts = {
            **MESSAGE_ACTS,
            **COMMAND_ACTS,
            **CROWD_ACTS,
            **LANGUAGE_ACTS,
            **StageActs(backstage, self._feed.send_viewpoint).by_name(),
        }
        self._sockets: set[web.WebSocketResponse] = set()

    def address(self, port: int) -> str:
        """Return where the page is found."""
        return f"http://127.0.0.1:{port}/?token={self._guard.token}"

    def mount(self, app: web.Application) -> None:
        """Serve the page from an application."""
        app.router.add_get("/", self._index)
        app.router.add_get("/static/{name}", self._file)
        app.router.add_get("/live", self._live)
        app.on_shutdown.append(self._close)

    async def _index(self, request: web.Request) -> web.Response:
        if not self._guard.admits(request):
            return web.Response(status=403, text=_NO_TOKEN, headers=PAGE_HEADERS)
        return _file_response(_FILES / "index.html")

    async def _file(self, request: web.Request) -> web.Response:
        # A route's part holds no slash, and only what lies in the folder is looked at.
        wanted = request.match_info["name"]
        found = next((path for path in _FILES.iterdir() if path.name == wanted), None)
        if found is None:
            return web.Response(status=404, text="There is no such file.\n", headers=PAGE_HEADERS)
        return _file_response(found)

    async def _live(self, request: web.Request) -> web.StreamResponse:
        if not self._guard.admits(request):
            return web.Response(status=403, text=_NO_TOKEN, headers=PAGE_HEADERS)
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT_SECONDS, max_msg_size=_MOST_BYTES)
        await socket.prepare(request)
        visitor = Visitor(self._wanted_reader(request))
        self._sockets.add(socket)
        self._welcome(visitor)
        try:
            async with asyncio.TaskGroup() as tasks:
                writing = tasks.create_task(self._write(socket, visitor))
                await self._read(socket, visitor, tasks)
                writing.cancel()
        finally:
            self._feed.leave(visitor)
            self._sockets.discard(socket)
        return socket

    def _wanted_reader(self, request: web.Request) -> int:
        """Return who the page wants to act as; it may come back after a break and go on as before."""
        wanted = parse_snowflake(request.query.get("as"))
        user = self._platform.world.users.get(wanted or 0)
        return user.id if user is not None and not user.is_bot else self._reader_id

    def _welcome(self, visitor: Visitor) -> None:
        stage = self._backstage.shown() if self._backstage is not None else {}
        world = {**shown_world(self._platform), "now": self._platform.now(), "stage": stage}
        visitor.send({"event": "WELCOME", "data": world})
        self._feed.send_viewpoint(visitor)
        self._feed.join(visitor)

    async def _write(self, socket: web.WebSocketResponse, visitor: Visitor) -> None:
        while not socket.closed and not visitor.is_lost:
            frames = await visitor.take()
            try:
                await socket.send_str(json.dumps(frames, separators=(",", ":")))
            except ConnectionError:
                return
        await socket.close()

    async def _read(self, socket: web.WebSocketResponse, visitor: Visitor, tasks: asyncio.TaskGroup) -> None:
        doing: set[asyncio.Task[None]] = set()
        async for message in socket:
            request = _request(message.data) if message.type is WSMsgType.TEXT else None
            if request is None:
                break
            task = tasks.create_task(self._do(visitor, request))
            doing.add(task)
            task.add_done_callback(doing.discard)
        for task in doing:
            task.cancel()

    async def _do(self, visitor: Visitor, request: Payload) -> None:
        answer: Payload = {"reply": request.get("id")}
        handler = self._acts.get(str(request.get("act")))
        try:
            if handler is None:
                raise ActError("This sandbox cannot do that.")
            answer["result"] = await perform(handler, Act(self._platform, self._director, visitor, request))
        except ActError as error:
            answer["error"] = str(error)
        visitor.send(answer)

    async def _close(self, _app: web.Application) -> None:
        for socket in list(self._sockets):
            await socket.close(code=1001)


def _request(text: str) -> Payload | None:
    try:
        request = json.loads(text)
    except ValueError:
        return None
    return request if isinstance(request, dict) else None


def _file_response(path: Path) -> web.Response:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return web.Response(body=path.read_bytes(), content_type=kind, charset="utf-8", headers=PAGE_HEADERS)
