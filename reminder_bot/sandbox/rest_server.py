"""REST: every request goes through faults, token, rate limit and handler, and is recorded."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from dataclasses import asdict
from email.utils import formatdate
from typing import Any

from aiohttp import web

from reminder_bot.sandbox.entities import Application
from reminder_bot.sandbox.errors import ApiError, ErrorKind
from reminder_bot.sandbox.faults import ConnectionDropped, Fault, FaultAnswer, FaultRequest, Side
from reminder_bot.sandbox.platform import Platform
from reminder_bot.sandbox.record import RestCall
from reminder_bot.sandbox.rest_call import Call, Route, json_answer

API_PREFIX = "/api/v10"

_MAJOR_PARAMETERS = ("channel_id", "guild_id", "token")


class RestServer:
    """Answers what comes under /api/v10."""

    def __init__(self, platform: Platform, routes: tuple[Route, ...]) -> None:
        """Serve ``routes``, tried in order."""
        self._platform = platform
        self._routes = routes

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request, or drop its connection where a fault says so."""
        at, started_at = self._platform.now(), self._platform.world.steady()
        path = request.path.removeprefix(API_PREFIX)
        body = await _read_body(request)
        faults = self._platform.faults.take(FaultRequest(request.method, path, body))
        status = 500
        try:
            response = await self._answer(request, path, body, faults)
            status = response.status
        except ConnectionDropped:
            status = 0
            if request.transport is not None:
                request.transport.abort()
            # The transport is gone: what is returned here reaches nobody.
            return web.Response(status=500)
        finally:
            name = "+".join(fault.name for fault in faults) or None
            seconds = self._platform.world.steady() - started_at
            call = RestCall(at, request.method, path, status, name, seconds)
            self._platform.record.calls.append(call)
            self._platform.gateway.watchers.tell("REST_CALL", asdict(call))
        # By the sandbox's calendar, not the machine's: it may have been skipped ahead.
        response.headers.setdefault("Date", formatdate(self._platform.now(), usegmt=True))
        return response

    async def _answer(self, request: web.Request, path: str, body: Any, faults: list[Fault]) -> web.Response:
        instead = await _strike(faults, Side.BEFORE)
        if instead is not None:
            return instead
        response = await self._handle(request, path, body)
        await _strike(faults, Side.AFTER)
        return response

    async def _handle(self, request: web.Request, path: str, body: Any) -> web.Response:
        headers: dict[str, str] = {}
        try:
            route, params = self._find(request.method, path)
            application = self._authorise(request, route)
            headers, refusal = self._limit(route, params, application)
            if refusal is not None:
                return refusal
            response = await route.handler(Call(self._platform, request, params, body, application))
        except ApiError as error:
            response = json_answer(error.body, error.status)
        response.headers.update(headers)
        return response

    def _find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        is_known_path = False
        for route in self._routes:
            match = route.pattern.fullmatch(path)
            if match is None:
                continue
            if route.method == method:
                return route, match.groupdict()
            is_known_path = True
        raise ApiError(ErrorKind.METHOD_NOT_ALLOWED if is_known_path else ErrorKind.NOT_FOUND)

    def _authorise(self, request: web.Request, route: Route) -> Application | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        application = self._platform.world.application_by_token(token) if scheme == "Bot" else None
        if application is None and not route.is_open:
            raise ApiError(ErrorKind.UNAUTHORIZED)
        return application

    def _limit(
        self, route: Route, params: dict[str, str], application: Application | None
    ) -> tuple[dict[str, str], web.Response | None]:
        major = "+".join(params[name] for name in _MAJOR_PARAMETERS if name in params)
        bot_id = application.id if application is not None else 0
        verdict = self._platform.limiter.check(
            route.allowance, route.bucket, major, bot_id, is_global_exempt=route.is_open
        )
        if verdict.retry_after is None:
            return verdict.headers, None
        sentence = "You are being rate limited."
        body = {"message": sentence, "retry_after": verdict.retry_after, "global": verdict.is_global}
        response = json_answer(body, 429)
        response.headers.update(verdict.headers)
        return {}, response


async def _strike(faults: list[Fault], side: Side) -> web.Response | None:
    for fault in faults:
        answer = await fault.strike() if fault.side is side else None
        if answer is not None:
            return _fault_response(answer)
    return None


def _fault_response(answer: FaultAnswer) -> web.Response:
    if isinstance(answer.body, str):
        response = web.Response(status=answer.status, text=answer.body, content_type="text/html")
    else:
        response = json_answer(answer.body, answer.status)
    response.headers.update(answer.headers)
    return response


async def _read_body(request: web.Request) -> Any:
    if not request.can_read_body:
        return None
    if request.content_type != "multipart/form-data":
        return _parsed(await request.text())
    form = await request.post()
    body = _parsed(str(form.get("payload_json", "{}")))
    if isinstance(body, dict):
        # The first answer to an interaction has its message one level deeper.
        for described in (body.get("data") or body).get("attachments") or []:
            part = form.get(f"files[{described.get('id')}]")
            if isinstance(part, web.FileField):
                described["data"] = base64.b64encode(part.file.read()).decode()
    return body


def _parsed(text: str) -> Any:
    with suppress(ValueError):
        return json.loads(text)
    return None
