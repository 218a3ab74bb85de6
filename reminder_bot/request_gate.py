"""The last moment before a request leaves for Discord: is it its turn, is it still wanted, has it left before?

discord.py waits for rate limits inside a request, and repeats one by itself after a 5xx, a 429 or a reset connection,
up to five times over 25 seconds, with the body it was first given. A reminder has to be narrowed to who is missing
*now* before it is tried again, and looked for in the channel first; and it must not leave at all when the gateway was
lost while it waited. aiohttp calls the hook below when all waiting is over.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp
from yarl import URL

from reminder_bot.clock_watch import ClockWatch
from reminder_bot.pace import RequestBudget

UNCOUNTED = ("/interactions/", "/webhooks/")
"""Answers to commands do not count against the global limit.

Source: https://discord.com/developers/docs/topics/rate-limits#global-rate-limit
"""

API_PATH = "/api/"


class RequestRefusedError(aiohttp.ClientError):
    """A request was stopped before it left; says why, for people."""


@dataclass(slots=True)
class _Attempt:
    may_leave: Callable[[], bool]
    was_made: bool = False

    async def make(self, budget: RequestBudget) -> float:
        if self.was_made:
            raise RequestRefusedError("Discord did not take the message at the first attempt.")
        self.was_made = True
        taken_at = await budget.take()
        # Last: whatever happened during the wait counts.
        if not self.may_leave():
            raise RequestRefusedError("It was held back: the connection was lost, or somebody answered.")
        return taken_at


_attempt: ContextVar[_Attempt | None] = ContextVar("attempt", default=None)


@contextmanager
def single_attempt(may_leave: Callable[[], bool]) -> Iterator[None]:
    """Let one HTTP request of this task leave, if ``may_leave`` says so at the last moment, and refuse the next.

    Whoever makes it has waited for a turn before deciding what to send; its place in the budget it takes as it leaves.

    Raises:
        RequestRefusedError: inside the block, in place of a request that must not leave.
    """
    token = _attempt.set(_Attempt(may_leave))
    try:
        yield
    finally:
        _attempt.reset(token)


def trace_config(budget: RequestBudget, watch: ClockWatch | None = None) -> aiohttp.TraceConfig:
    """Return the hook that every request of the client passes, for discord.py's ``http_trace``.

    ``watch`` hears when Discord has written its answers.
    """

    async def pass_gate(
        _session: aiohttp.ClientSession, context: SimpleNamespace, request: aiohttp.TraceRequestStartParams
    ) -> None:
        context.taken_at = await _place(request.url, budget)
        if watch is not None:
            context.left_at = watch.now()

    async def leave(
        _session: aiohttp.ClientSession, context: SimpleNamespace, _request: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        # A new connection takes a while: many of them would arrive among those who come after.
        if context.taken_at is not None:
            budget.leave(context.taken_at)

    async def hear(
        _session: aiohttp.ClientSession, context: SimpleNamespace, answer: aiohttp.TraceRequestEndParams
    ) -> None:
        # Files come from elsewhere, and may have lain there.
        if watch is not None and API_PATH in answer.url.path:
            watch.answered(context.left_at, answer.response.headers.get("Date"))

    config = aiohttp.TraceConfig()
    config.on_request_start.append(pass_gate)
    config.on_request_headers_sent.append(leave)
    config.on_request_end.append(hear)
    return config


async def _place(url: URL, budget: RequestBudget) -> float | None:
    """Wait for a request's place in the budget, and return when it was taken; None when it needs none."""
    attempt = _attempt.get()
    if attempt is not None:
        return await attempt.make(budget)
    if not _is_counted(url):
        return None
    await budget.turn()
    return await budget.take()


def _is_counted(url: URL) -> bool:
    # The gateway is opened through the same HTTP session.
    return url.scheme in ("http", "https") and not any(part in url.path for part in UNCOUNTED)
