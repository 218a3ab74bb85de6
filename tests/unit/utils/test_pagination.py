"""Pages: nothing lost, nothing too large."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.pagination import paginate


@given(st.lists(st.text("ab", max_size=20)), st.integers(1, 6), st.integers(20, 60))
def test_pages_hold_every_line_in_order_within_the_limits(lines: list[str], max_lines: int, max_chars: int) -> None:
    pages = paginate(lines, max_lines, max_chars)
    assert [line for page in pages for line in page] == lines
    for page in pages:
        assert 0 < len(page) <= max_lines
        assert len("\n".join(page)) <= max_chars


def test_pages_are_as_full_as_they_may_be() -> None:
    assert paginate(["aa", "bb", "cc"], max_lines=9, max_chars=5) == [("aa", "bb"), ("cc",)]
    assert paginate(["a", "b", "c"], max_lines=2) == [("a", "b"), ("c",)]


def test_line_longer_than_a_page_is_shortened() -> None:
    assert paginate(["abcdef", "g"], max_chars=4) == [("abc…",), ("g",)]


@pytest.mark.parametrize(("max_lines", "max_chars"), [(0, 10), (10, 0)])
def test_page_that_holds_nothing_is_refused(max_lines: int, max_chars: int) -> None:
    with pytest.raises(ValueError, match="at least one line"):
        paginate(["a"], max_lines, max_chars)
