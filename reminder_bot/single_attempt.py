"""One request, one attempt: discord.py's own repeats would post a text that was right seconds ago.

discord.py repeats a request by itself after a 5xx, a 429 or a reset connection, up to five times over 25 seconds, with
the body it was first given. A reminder has to be narrowed to who is missing *now* before it is tried again, and looked
for in the channel first. Inside `single_attempt` a second attempt is refused before it leaves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace

import aiohttp


class RepeatRefusedError(aiohttp.ClientError):
    """discord.py was about to repeat a request that is ours to repeat."""


class _Attempts:
    def __init__(self) -> None:
        self.made = 0


_attempts: ContextVar[_Attempts | None] = ContextVar("attempts", default=None)


@contextmanager
def single_attempt() -> Iterator[None]:
    """Let one HTTP request of this task leave, and refuse the next.

    Raises:
        RepeatRefusedError: inside the block, in place of a second request.
    """
    token = _attempts.set(_Attempts())
    try:
        yield
    finally:
        _attempts.reset(token)


def trace_config() -> aiohttp.TraceConfig:
    """Return the hook that counts requests, for discord.py's ``http_trace``."""
    config = aiohttp.TraceConfig()
    config.on_request_start.append(_count)
    return config


async def _count(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, _params: aiohttp.TraceRequestStartParams
) -> None:
    attempts = _attempts.get()
    if attempts is None:
        return
    if attempts.made:
        raise RepeatRefusedError("a repeat of this request is not discord.py's to make")
    attempts.made += 1
