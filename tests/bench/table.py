"""The table at the end: text that is Markdown as well."""

import statistics
from collections.abc import Sequence

from tests.bench.figures import Comparison
from tests.bench.results import Result

HEAD = ("#", "figure", "median (least–most)", "reference", "compared", "bar", "")
COMPARED_HEAD = ("#", "figure", "before", "now", "change", "")


def table(results: Sequence[Result]) -> str:
    """Return a row for each result."""
    return _aligned([HEAD, *map(_row, results)])


def comparison_table(before: Sequence[Result], now: Sequence[Result]) -> str:
    """Return a row for each result that both have; only what lies outside the other's spread is called a change."""
    known = {_key(result): result for result in before}
    pairs = [(known[_key(result)], result) for result in now if _key(result) in known]
    return _aligned([COMPARED_HEAD, *(_compared_row(old, new) for old, new in pairs)])


def verdict(results: Sequence[Result]) -> str:
    """Say in one sentence how many bars are kept."""
    kept = [result.is_kept for result in results if result.is_kept is not None]
    return f"{kept.count(True)} of {len(kept)} bars kept." if kept else "Nothing was judged."


def _key(result: Result) -> tuple[int, str, str]:
    return result.row, result.name, result.against


def _row(result: Result) -> tuple[str, ...]:
    reference = f"{_median(result.reference, result.unit)}, {result.against}" if result.reference else ""
    compared, bar = "", ""
    unit = "×" if result.comparison == Comparison.RATIO else result.unit
    if result.comparison != Comparison.ALONE:
        sign = "+" if result.comparison == Comparison.EXCESS and statistics.median(result.compared) >= 0 else ""
        compared = sign + _with_spread(result.compared, unit)
    if result.limit is not None:
        bar = f"{'≥' if result.is_least else '≤'} {_number(result.limit, unit)}"
    word = {None: "", True: "pass", False: "**short**"}[result.is_kept]
    return str(result.row), result.name, _with_spread(result.measured, result.unit), reference, compared, bar, word


def _compared_row(old: Result, new: Result) -> tuple[str, ...]:
    before, now = statistics.median(old.measured), statistics.median(new.measured)
    change = f"{(now / before - 1) * 100:+.0f} %" if before else ""
    is_apart = max(old.measured) < min(new.measured) or max(new.measured) < min(old.measured)
    measured = (_with_spread(old.measured, old.unit), _with_spread(new.measured, new.unit))
    return str(new.row), new.name, *measured, change, "" if is_apart else "within the spread"


def _with_spread(numbers: Sequence[float], unit: str) -> str:
    if len(set(numbers)) == 1:
        return _median(numbers, unit)
    return f"{_median(numbers, unit)} ({_short(min(numbers))}–{_short(max(numbers))})"


def _median(numbers: Sequence[float], unit: str) -> str:
    return _number(statistics.median(numbers), unit)


def _number(number: float, unit: str) -> str:
    return f"{_short(number)} {unit}".rstrip()


def _short(number: float) -> str:
    """Write three significant digits, thousands apart."""
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    padded = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    lines = [f"| {' | '.join(cells)} |" for cells in padded]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])
