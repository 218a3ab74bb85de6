"""What is read out of the rounds: medians, comparisons within a run, bars, exponents."""

from pathlib import Path

import pytest

from tests.bench.figures import Bar, Comparison, Figure, Line, Round, at, at_least, at_most, growth, most
from tests.bench.results import Result, load, results_of, save
from tests.bench.spread import exponent, percentile
from tests.bench.table import comparison_table, table, verdict

ROUNDS: list[Round] = [{"bot": {"ms": ours}, "raw": {"ms": theirs}} for ours, theirs in [(2, 1), (8, 2), (30, 10)]]


def result(comparison: Comparison, bar: Bar | None = None) -> Result:
    line = Line("time", "ms", at("bot", "ms"), at("raw", "ms"), "raw", comparison, bar)
    (found,) = results_of(Figure(7, "time", {}, (line,)), ROUNDS)
    return found


def test_ratio_is_taken_within_each_run_and_judged_by_its_median() -> None:
    assert result(Comparison.RATIO).compared == (2.0, 4.0, 3.0)
    assert result(Comparison.RATIO, at_most(3)).is_kept is True
    assert result(Comparison.RATIO, at_most(2.9)).is_kept is False
    assert result(Comparison.RATIO, at_least(3.1)).is_kept is False
    assert result(Comparison.RATIO).is_kept is None


def test_excess_is_taken_within_each_run() -> None:
    assert result(Comparison.EXCESS).compared == (1, 6, 20)


def test_without_a_comparison_the_measurement_itself_is_judged() -> None:
    assert result(Comparison.ALONE, at_most(8)).is_kept is True
    assert result(Comparison.ALONE, at_most(7)).is_kept is False


def test_values_read_the_largest_and_the_difference() -> None:
    found: Round = {"a": {"x": 3.0, "y": 5.0}, "b": {"x": 1.0}}
    assert most("a", "x", "y")(found) == 5.0
    assert growth(at("a", "y"), at("b", "x"))(found) == 4.0


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 2), (0.75, 3), (0.99, 4), (1.0, 4)])
def test_percentile_is_the_smallest_number_that_so_many_do_not_exceed(share: float, expected: float) -> None:
    assert percentile([4, 1, 3, 2], share) == expected


@pytest.mark.parametrize("power", [-0.5, 0.0, 1.0, 2.0])
def test_exponent_is_the_power_that_the_costs_were_made_with(power: float) -> None:
    assert exponent({size: 7 * size**power for size in (1, 10, 300)}) == pytest.approx(power)


def test_results_come_back_from_a_file_as_they_were(tmp_path: Path) -> None:
    results = [result(Comparison.RATIO, at_most(2)), result(Comparison.ALONE)]
    save(tmp_path / "kept.json", results, {"time": ROUNDS})
    assert load(tmp_path / "kept.json") == results


def test_table_shows_median_spread_reference_bar_and_verdict() -> None:
    results = [result(Comparison.RATIO, at_most(2)), result(Comparison.EXCESS, at_most(7))]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table(results).splitlines()[2:]]
    assert rows == [
        ["7", "time", "8 ms (2–30)", "2 ms, raw", "3 × (2–4)", "≤ 2 ×", "**short**"],
        ["7", "time", "8 ms (2–30)", "2 ms, raw", "+6 ms (1–20)", "≤ 7 ms", "pass"],
    ]
    assert verdict(results) == "1 of 2 bars kept."


def test_change_is_called_one_only_outside_the_spread() -> None:
    before = [Result(1, "near", "ms", (1.0, 3.0)), Result(1, "far", "ms", (1.0, 3.0)), Result(1, "gone", "ms", (1.0,))]
    now = [Result(1, "near", "ms", (2.0, 4.0)), Result(1, "far", "ms", (4.0, 6.0)), Result(1, "new", "ms", (1.0,))]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in comparison_table(before, now).splitlines()]
    assert rows[2:] == [
        ["1", "near", "2 ms (1–3)", "3 ms (2–4)", "+50 %", "within the spread"],
        ["1", "far", "2 ms (1–3)", "5 ms (4–6)", "+150 %", ""],
    ]
