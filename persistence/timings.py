"""How long store functions take, by name: measured on the thread that runs them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any


@dataclass(frozen=True, slots=True)
class FunctionTime:
    """What one store function has cost since the start; ``function`` reads ``due_events.list_due``."""

    function: str
    calls: int
    seconds: float
    longest_seconds: float


class Timings:
    """Sums for each function; one thread adds, others may read. As many entries as the code has store functions."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str], list[float]] = {}

    def add(self, call: Callable[..., Any], seconds: float) -> None:
        """Add one run of a function; of a partial, of the function within."""
        fn = call.func if type(call) is partial else call
        # Put together when it is read, which is seldom; this is done for every statement.
        key = (getattr(fn, "__module__", ""), getattr(fn, "__qualname__", type(fn).__name__))
        sums = self._sums.get(key)
        if sums is None:
            self._sums[key] = [1, seconds, seconds]
            return
        sums[0] += 1
        sums[1] += seconds
        if seconds > sums[2]:
            sums[2] = seconds

    def slowest(self) -> list[FunctionTime]:
        """Return every function that was run, the one that took the most time in all first."""
        found = [
            FunctionTime(f"{module.rpartition('.')[2]}.{name}", int(sums[0]), sums[1], sums[2])
            # A copy made in one step: the other thread may be adding a function.
            for (module, name), sums in tuple(self._sums.items())
        ]
        return sorted(found, key=lambda time: time.seconds, reverse=True)
