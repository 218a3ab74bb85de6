"""A short season through a real bot process: eleven days, two changes of the clocks, each message held to the rules."""

from pathlib import Path

import pytest

from tests.season.plan import SHORT, make_plan
from tests.season.run import play


@pytest.mark.slow
async def test_eleven_days_of_choices_end_with_every_rule_kept(tmp_path: Path) -> None:
    outcome = await play(make_plan(1, SHORT), tmp_path)
    assert [str(finding) for finding in outcome.findings] == []
