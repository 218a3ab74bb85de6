"""python -m tests.season: a seeded season of the bot, judged at its end."""

import asyncio
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

import click

from tests.season.plan import FULL, SHORT, make_plan
from tests.season.run import BOT, play

MOST_SHOWN = 8
"""Findings of each rule; the rest are counted."""


@click.command()
@click.option("--seed", default=1, show_default=True, help="The same seed repeats the same acts.")
@click.option("--short", is_flag=True, help="Eleven days instead of three months.")
@click.option("--mutant", default="", help="Run the bot with this rule broken; see tests/season/mutants.py.")
@click.option("--keep", "keeps", is_flag=True, help="Keep the folder even when nothing is wrong.")
def main(seed: int, mutant: str, *, short: bool, keeps: bool) -> None:
    """Play a season, and say what was wrong with it; exit code 1 when anything was."""
    folder = Path(tempfile.mkdtemp(prefix="season-"))
    plan = make_plan(seed, SHORT if short else FULL)
    click.echo(f"Season {seed}: {plan.scale.days} days, {len(plan.events)} events, {len(plan.members)} members")
    command = (*BOT, mutant) if mutant else BOT
    outcome = asyncio.run(play(plan, folder, command, lambda text: click.echo(text, err=True)))
    click.echo(outcome.summary)
    counts = Counter(finding.rule for finding in outcome.findings)
    for rule, count in counts.most_common():
        click.echo(f"\n{rule}: {count}")
        for finding in [each for each in outcome.findings if each.rule == rule][:MOST_SHOWN]:
            click.echo(f"  {finding.text}")
    if keeps or outcome.findings:
        click.echo(f"Kept in {folder}")
    else:
        shutil.rmtree(folder)
        click.echo("Nothing was wrong.")
    sys.exit(bool(outcome.findings))


if __name__ == "__main__":
    main()
