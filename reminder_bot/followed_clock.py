"""A clock that follows the sandbox's, whose calendar may be skipped ahead or go faster than real time."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import aiohttp

from utils.errors import ConfigurationError
from utils.time import whole_milliseconds

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
_ASK_SECONDS = 60.0
"""Longer than the sandbox keeps a question waiting for a change."""

_FAILURES = (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError)


class FollowedClock:
    """Asks the clock at an address once, then is told of each change; between two answers it counts by itself.

    Use it as an async context manager.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._base = 0.0
        self._heard_at = 0.0
        self._speed = 1.0
        self._version = -1
        self._listeners: list[Callable[[], None]] = []
        self._following: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Ask for the time, and follow it.

        Raises:
            ConfigurationError: there is no such clock.
        """
        self._client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ASK_SECONDS))
        try:
            await self._ask()
        except _FAILURES as error:
            await self._client.close()
            raise ConfigurationError([f"There is no clock at {self._url}."]) from error
        self._following = asyncio.create_task(self._follow())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Follow no more."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        await self._client.close()

    def now(self) -> datetime:
        """Return the present moment: aware, UTC, whole milliseconds."""
        passed = (time.monotonic() - self._heard_at) * self._speed
        return whole_milliseconds(datetime.fromtimestamp(self._base + passed, UTC))

    def real_delay(self, delay: timedelta) -> timedelta:
        """Return the delay, divided by the clock's speed."""
        return delay / self._speed

    def on_change(self, call: Callable[[], None]) -> None:
        """Have ``call`` called when the clock is skipped ahead or changes its speed."""
        self._listeners.append(call)

    async def _follow(self) -> None:
        while True:
            try:
                before = self._version
                await self._ask()
            except _FAILURES as error:
                log.debug("the sandbox's clock does not answer error=%s", type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            if self._version != before:
                for call in self._listeners:
                    call()

    async def _ask(self) -> None:
        async with self._client.get(self._url, params={"after": str(self._version)}) as response:
            told = await response.json()
        now, speed, version = float(told["now"]), float(told["speed"]), int(told["version"])
        if version != self._version:
            self._base, self._heard_at, self._speed, self._version = now, time.monotonic(), speed, version
