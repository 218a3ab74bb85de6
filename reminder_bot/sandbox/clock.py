"""The sandbox's calendar: the real time, until somebody skips some of it or has it go faster.

Only the calendar does. Connections, rate limits and the three seconds an answer may take keep the real time: a network
does not become faster because a season is to pass.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from aiohttp import web

from reminder_bot.sandbox.entities import Payload

SPEEDS = (1, 60, 3600)
"""How many seconds of the calendar pass in one real second."""

PATH = "/clock"
_LONGEST_WAIT_SECONDS = 20.0


class SandboxClock:
    """Tells the sandbox's time, and whoever asks when it changes its pace."""

    def __init__(self, start: float | None = None, steady: Callable[[], float] = time.monotonic) -> None:
        """Begin at a moment, or now; ``steady`` gives the seconds that really pass."""
        self._steady = steady
        self._base = time.time() if start is None else start
        self._since = steady()
        self._changed = asyncio.Event()
        self.speed = 1
        self.version = 0
        self.on_change: Callable[[], None] | None = None

    def now(self) -> float:
        """Return the calendar's moment, in seconds since 1970."""
        return self._base + (self._steady() - self._since) * self.speed

    def set_speed(self, speed: int) -> None:
        """Go on at one of `SPEEDS`."""
        self._move(self.now(), speed)

    def skip_to(self, moment: float) -> None:
        """Go to a later moment; the calendar never goes back."""
        self._move(max(moment, self.now()), self.speed)

    def shown(self) -> Payload:
        """Write it for the page, and for a bot that follows it."""
        return {"now": self.now(), "speed": self.speed, "version": self.version}

    async def answer(self, request: web.Request) -> web.Response:
        """Tell the time: with ``?after=`` the version that is known, as soon as there is another, or after a while."""
        known, changed = request.query.get("after"), self._changed
        if known == str(self.version):
            try:
                async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
                    await changed.wait()
            except TimeoutError:
                pass
        return web.json_response(self.shown())

    def _move(self, now: float, speed: int) -> None:
        self._base, self._since, self.speed = now, self._steady(), speed
        self.version += 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        if self.on_change is not None:
            self.on_change()
