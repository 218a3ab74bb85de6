"""Counts by bound, as whoever adds up by hand would get them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.histogram import Histogram

numbers = st.floats(0, 100, allow_nan=False)


@given(st.lists(numbers, min_size=1, max_size=8, unique=True).map(sorted), st.lists(numbers))
def test_each_bound_counts_the_values_that_are_no_larger(bounds: list[float], values: list[float]) -> None:
    histogram = Histogram(bounds)
    for value in values:
        histogram.observe(value)
    expected = [(bound, sum(value <= bound for value in values)) for bound in (*bounds, math.inf)]
    assert list(histogram.cumulative()) == expected
    assert histogram.count == len(values)
    assert histogram.sum == pytest.approx(sum(values))


@pytest.mark.parametrize("bounds", [(), (2.0, 1.0), (1.0, 1.0)])
def test_bounds_that_do_not_ascend_are_refused(bounds: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="ascend"):
        Histogram(bounds)
