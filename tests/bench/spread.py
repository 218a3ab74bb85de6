"""Medians, percentiles and the exponent of a growth."""

import math
from collections.abc import Mapping, Sequence


def percentile(numbers: Sequence[float], share: float) -> float:
    """Return the smallest number that at least ``share`` (0 to 1) of them do not exceed."""
    in_order = sorted(numbers)
    return in_order[max(math.ceil(share * len(in_order)) - 1, 0)]


def exponent(costs: Mapping[int, float]) -> float:
    """Fit cost = a · size^k by least squares on the logarithms, and return k; 0 is no growth, 1 is proportional."""
    points = [(math.log(size), math.log(cost)) for size, cost in costs.items()]
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return slope / sum((x - mean_x) ** 2 for x, _ in points)
