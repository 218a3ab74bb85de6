"""The oracle of events sees: with any one rule of theirs broken, the scenario does not come out right."""

import sys
from pathlib import Path

import pytest

from tests.integration.event_mutants import MUTANTS
from tests.integration.event_oracle import judge
from tests.integration.event_scenario import messages, open_scenario, play


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
async def test_oracle_of_events_catches_the_bot_with_a_rule_broken(tmp_path: Path, name: str) -> None:
    command = (sys.executable, "-m", "tests.integration.event_mutants", name)
    async with open_scenario(tmp_path, command) as scenario:
        await play(scenario)
        assert scenario.scene.bot.is_running, scenario.scene.log()
        assert judge(scenario.story, messages(scenario.scene.sandbox.record.posts[1:]))
