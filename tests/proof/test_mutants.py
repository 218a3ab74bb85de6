"""The oracle sees: with any one rule of the bot broken, a short run under faults does not come out clean."""

import asyncio

import pytest

from tests.chaos.mutants import MUTANTS
from tests.chaos.mutation import SCENARIOS, try_mutant


def test_every_mutant_has_its_scenario() -> None:
    assert set(SCENARIOS) == set(MUTANTS)
    assert len(MUTANTS) >= 8


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS)
async def test_oracle_catches_the_bot_with_a_rule_broken(name: str) -> None:
    outcome, caught_by = await asyncio.to_thread(try_mutant, name)
    assert caught_by, f"{name} was not caught; found {outcome.findings[:5]}"
