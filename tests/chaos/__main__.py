"""python -m tests.chaos: a seeded run of the bot under faults, judged at its end."""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

import click

from tests.chaos.plan import FaultKind, Scale, make_plan
from tests.chaos.report import describe_all, keep, table
from tests.chaos.run import StageError, run

SET_UP_SECONDS = 14
"""What it takes to start and to watch sixty events within Discord's limits."""


@click.command()
@click.option("--minutes", default=1.0, show_default=True, help="How long it lasts, the settling not counted.")
@click.option("--seed", default=1, show_default=True, help="The same seed repeats the same acts and faults.")
@click.option("--events", default=60, show_default=True, help="How many messages are watched.")
@click.option("--people", default=500, show_default=True, help="How many members there are in the three guilds.")
@click.option("--faults", default="", help="Only these kinds, comma-separated: " + ", ".join(FaultKind))
@click.option("--gap", default="3.5,6.5", show_default=True, help="Seconds between two faults, from and to.")
@click.option("--acts", default=14.0, show_default=True, help="What people do in a second, on average.")
@click.option("--mutant", default="", help="Run the bot with this rule broken; see tests/chaos/mutants.py.")
@click.option("--keep", "keeps", is_flag=True, help="Keep the folder even when nothing is wrong.")
def main(
    minutes: float, seed: int, events: int, people: int, faults: str, gap: str, acts: float, mutant: str, *, keeps: bool
) -> None:
    """Run the bot under faults and judge it; exit code 1 with the evidence when anything is wrong."""
    kinds = [FaultKind(name.strip()) for name in faults.split(",") if name.strip()]
    low, high = (float(part) for part in gap.split(","))
    plan = make_plan(seed, Scale(max(minutes * 60 - SET_UP_SECONDS, 10), events, people, kinds, (low, high), acts))
    folder = Path(tempfile.mkdtemp(prefix=f"chaos-{seed}-"))
    click.echo(f"Chaos: seed {seed}, {plan.seconds:.0f} s, {len(plan.faults)} faults; files in {folder}")
    bot = ["tests.chaos.mutants", mutant] if mutant else ["reminder_bot", "run"]
    try:
        outcome = asyncio.run(run(plan, folder, bot, click.echo))
    except StageError as error:
        click.echo(f"The run could not begin: {error}")
        sys.exit(2)
    click.echo(table(outcome))
    if outcome.findings or keeps:
        keep(outcome, folder)
        click.echo(f"Everything about the run is in {folder}")
    else:
        shutil.rmtree(folder)
    if outcome.findings:
        click.echo(describe_all(outcome.findings))
        sys.exit(1)
    click.echo("Nothing lost, nothing twice, nobody pinged by mistake.")


if __name__ == "__main__":
    main()
