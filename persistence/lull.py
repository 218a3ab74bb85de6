"""When the writer begins a group of frames: when the event loop has handed over what it has, or soon."""

import asyncio
import threading
import time
from collections.abc import Callable

LONGEST_SECONDS = 0.25
"""How long frames may wait for a lull before they are stored in the midst of the storm."""

_AT_REST_SECONDS = 0.001
"""A turn of the event loop that takes longer has something to do."""


class Lull:
    """Lets the writer's thread wait while the event loop is busy handing it frames.

    Both threads need the interpreter's lock for most of what they do. Working at the same time they take it from each
    other, and the writer's groups are as small as what the loop puts down between two turns.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, enough: int) -> None:
        self._loop = loop
        self._enough = enough
        self._sign = threading.Event()

    def wait(self, waiting: Callable[[], int], is_urgent: Callable[[], bool]) -> None:
        """Return at once when nothing waits, something is urgent or enough waits; else when a lull has come.

        That is when in a whole, short turn of the event loop nothing was added, or after `LONGEST_SECONDS`.

        Raises:
            RuntimeError: the event loop is closed.
        """
        ends = time.perf_counter() + LONGEST_SECONDS
        before = waiting()
        while 0 < before < self._enough and not is_urgent():
            asked = time.perf_counter()
            self._sign.clear()
            self._loop.call_soon_threadsafe(self._sign.set)
            self._sign.wait(max(0.0, ends - asked))
            now, after = time.perf_counter(), waiting()
            if now >= ends or (after == before and now - asked < _AT_REST_SECONDS):
                return
            before = after
