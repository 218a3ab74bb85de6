"""Work that gives way to the bot: a thread of low priority, and rests in proportion to the work."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress

NICENESS = 10
"""Of 19; the scheduler then gives a thread about a tenth of what one of the bot's own gets, where both want a core."""

SHORTEST_REST = 0.002
LONGEST_REST = 0.25


def give_way() -> None:
    """Lower the priority of the calling thread alone, where the system can (Linux); for the first step of a thread.

    Source: setpriority(2), which on Linux knows threads by their own ids.
    """
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


class Rests:
    """Asks whether to stop, and rests before: ``share`` times as long as the work since the last time took."""

    def __init__(self, should_stop: Callable[[], bool], share: float) -> None:
        self._should_stop = should_stop
        self._share = share
        self._resumed = time.monotonic()

    def __call__(self) -> bool:
        """Rest, and return whether to stop."""
        taken = time.monotonic() - self._resumed
        if not self._should_stop():
            time.sleep(min(max(taken * self._share, SHORTEST_REST), LONGEST_REST))
        self._resumed = time.monotonic()
        return self._should_stop()
