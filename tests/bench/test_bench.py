"""Every figure runs at small sizes and yields what its lines read; nothing here is timed."""

import json
import math
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from tests.bench import filling
from tests.bench.__main__ import main
from tests.bench.catalogue import NAMES, figure_of
from tests.bench.chart import chart
from tests.bench.figures import Setup
from tests.bench.results import Result, load, results_of, save

OTHER_SIZES = {
    "storm": {"bot": "observed"},
    "due": {"bot_10000": "bot_1000", "memory_10000": "memory_1000"},
    "wake_up": {"events_10000": "events_100", "events_100000": "events_100"},
    "missing": {"people_50000": "people_2000"},
    "start": {"empty": "full"},
    "memory": {"bot": "bot_events", "bot_members": "bot_events", "alone": "alone_members"},
    "store": {"many": "few"},
}
"""Arms that differ from another only in size or in what is asked of them: small, they would be the same twice."""


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(tmp_path, is_quick=True)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_yields_what_its_lines_read(name: str, setup: Setup) -> None:
    figure = figure_of(name)
    same = OTHER_SIZES.get(name, {})
    found = {arm: run(setup) for arm, run in figure.arms.items() if arm not in same}
    found |= {arm: found[other] for arm, other in same.items()}
    results = results_of(figure, [found])
    assert [result.name for result in results if not all(map(math.isfinite, result.measured))] == []
    # What must not be lost or wrong must not be so at any size.
    assert [result for result in results if result.limit == 0 and not result.is_kept] == []
    if name == "growth":
        assert len(ElementTree.fromstring(chart([found]))) == 1 + len(figure.arms)


def test_rows_are_numbered_in_order() -> None:
    assert [figure_of(name).row for name in NAMES] == list(range(1, len(NAMES) + 1))


def test_suite_measures_keeps_and_compares(tmp_path: Path) -> None:
    before, kept = tmp_path / "before.json", tmp_path / "now.json"
    line = Result(2, "loop delay p99, 1 caller", "ms", (900.0,), against="an idle ticker")
    save(before, [line, replace(line, name="gone since")], {}, is_quick=True)
    done = CliRunner().invoke(
        main, ["--quick", "--runs", "1", "--only", "loop_delay", "--json", str(kept), "--base", str(before)]
    )
    assert done.exit_code == 0, done.output
    assert "| loop delay p99, 1 caller " in done.output
    assert "900 ms" in done.output
    assert "gone since" not in done.output
    assert [result.row for result in load(kept, is_quick=True)] == [2] * 8
    assert set(json.loads(kept.read_text(encoding="utf-8"))["rounds"]["loop_delay"][0]) == {"bot", "idle"}


def test_results_of_other_sizes_are_not_compared(tmp_path: Path) -> None:
    save(tmp_path / "quick.json", [], {}, is_quick=True)
    done = CliRunner().invoke(main, ["--base", str(tmp_path / "quick.json")])
    assert done.exit_code == 1
    assert "quick size" in done.output


@pytest.mark.parametrize("option", ["--json", "--chart"])
def test_a_folder_that_is_not_there_is_refused_before_anything_is_measured(option: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, [option, str(tmp_path / "none" / "file")])
    assert done.exit_code == 2
    assert "There is no folder" in done.output
    assert "run 1" not in done.output


def test_a_file_that_is_none_of_the_suites_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("[]", encoding="utf-8")
    done = CliRunner().invoke(main, ["--base", str(tmp_path / "other.json")])
    assert done.exit_code == 1
    assert "holds no results" in done.output


def test_prepared_database_is_made_once_and_copied_anew(tmp_path: Path) -> None:
    made: list[Path] = []

    def make(path: Path) -> None:
        made.append(path)
        path.write_bytes(b"template")

    filling.prepared(tmp_path, "name", make).write_bytes(b"changed")
    assert filling.prepared(tmp_path, "name", make).read_bytes() == b"template"
    assert len(made) == 1
