"""The benchmark of the import, at a size that proves only that it runs and yields its figures."""

import json
from pathlib import Path

from click.testing import CliRunner

from tests.bench.migration import main, write_events


def figures(*arguments: object) -> dict[str, float]:
    result = CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)
    answered: dict[str, float] = json.loads(result.stdout.splitlines()[-1])
    return answered


def test_every_kind_of_run_yields_its_figures(tmp_path: Path) -> None:
    path, database = write_events(tmp_path / "events.json", 20), tmp_path / "data" / "bot.db"
    assert figures("take", path, database)["peak_mib"] > 0
    assert figures("imports")["cpu"] > 0
    assert figures("parse", path)["count"] == 20
    assert figures("insert", database, tmp_path / "rows.db")["seconds"] > 0
