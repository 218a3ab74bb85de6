"""How often a value fell between which bounds: counts that only grow, made for being added to thousands of times."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence


class Histogram:
    """Counts of observed values by upper bound, with their sum; one thread adds, others may read.

    A reader may see a value counted that is not in the sum yet; that is mended by its next look.
    """

    __slots__ = ("_bounds", "_counts", "_sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        if list(bounds) != sorted(set(bounds)) or not bounds:
            raise ValueError("the bounds of a histogram ascend")
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    @property
    def sum(self) -> float:
        """All values together."""
        return self._sum

    @property
    def count(self) -> int:
        """How many values there were."""
        return sum(self._counts)

    def observe(self, value: float) -> None:
        """Add a value; one that equals a bound counts below it."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def cumulative(self) -> Iterator[tuple[float, int]]:
        """Yield each bound with how many values were no larger, the last one infinity with all of them."""
        total = 0
        for bound, count in zip((*self._bounds, float("inf")), tuple(self._counts), strict=True):
            total += count
            yield bound, total
