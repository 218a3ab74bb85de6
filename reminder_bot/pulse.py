"""Whether the event loop turns freely, and for how long the gateway has been down; sampled twice a second."""

import asyncio
from collections.abc import Callable

from utils.histogram import Histogram

INTERVAL_SECONDS = 0.5

_DELAY_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class Pulse:
    """A timer that notes how late it is called: so long had everything else to wait, too."""

    def __init__(self, is_online: Callable[[], bool]) -> None:
        self._is_online = is_online
        self._last_online: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.delays = Histogram(_DELAY_BOUNDS)
        """Seconds by which the timer was called too late."""

    @property
    def offline_seconds(self) -> float | None:
        """How long the gateway has been down: 0 while it is up, None when it has not been up yet."""
        if self._is_online():
            return 0.0
        return None if self._last_online is None else asyncio.get_running_loop().time() - self._last_online

    def start(self) -> None:
        """Begin, on the running event loop."""
        self._wait(asyncio.get_running_loop())

    def stop(self) -> None:
        """End; nothing is sampled afterwards."""
        if self._timer is not None:
            self._timer.cancel()

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        due = loop.time() + INTERVAL_SECONDS
        self._timer = loop.call_at(due, self._beat, loop, due)

    def _beat(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        now = loop.time()
        self.delays.observe(max(now - due, 0.0))
        if self._is_online():
            self._last_online = now
        self._wait(loop)
