"""The oracle sees: with any one rule of the bot broken, a short run under faults does not come out clean."""

import asyncio

import pytest

from tests.chaos.mutants import MUTANTS
from tests.chaos.mutation import SCENARIOS, try_mutant

TRIES = 3


def test_every_mutant_has_its_scenario() -> None:
    assert set(SCENARIOS) == set(MUTANTS)
    assert len(MUTANTS) >= 8


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS)
async def test_oracle_catches_the_bot_with_a_rule_broken(name: str) -> None:
    # A run is short, and what a broken rule does shows only when people act at the right moment.
    for _ in range(TRIES):
        _outcome, caught_by = await asyncio.to_thread(try_mutant, name)
        if caught_by:
            return
    pytest.fail(f"{name} was not caught in {TRIES} runs")
