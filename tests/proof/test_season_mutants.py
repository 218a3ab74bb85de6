"""The oracle of a season sees: with any one rule of what people choose broken, a short season comes out wrong."""

from pathlib import Path

import pytest

from tests.chaos.mutants import GONE_CODE
from tests.season.mutants import MUTANTS
from tests.season.plan import SHORT, make_plan
from tests.season.run import BOT, play


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
async def test_oracle_of_a_season_catches_the_bot_with_a_rule_broken(tmp_path: Path, name: str) -> None:
    rules, _ = MUTANTS[name]
    outcome = await play(make_plan(1, SHORT), tmp_path, (*BOT, name))
    assert outcome.exit_code != GONE_CODE, "the place that it patches is gone"
    assert {finding.rule for finding in outcome.findings} & rules, "\n".join(map(str, outcome.findings))
