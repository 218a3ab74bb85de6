"""python -m tests.chaos.mutation [NAME...]: does the oracle see each broken rule? Short runs, one for each mutant."""

import asyncio
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click

from tests.chaos.mutants import GONE_CODE, MUTANTS
from tests.chaos.plan import FaultKind, Scale, make_plan
from tests.chaos.report import describe_all
from tests.chaos.run import Outcome, run

EVENTS, PEOPLE = 14, 260


@dataclass(frozen=True, slots=True)
class Scenario:
    """A short run that shows a mutant: its faults, and the rules of which at least one must be found broken."""

    kinds: tuple[FaultKind, ...]
    rules: frozenset[str]
    seconds: float = 14.0
    seed: int = 1
    gap: float = 3.0
    acts_per_second: float = 14.0

    @property
    def scale(self) -> Scale:
        """What the plan is drawn to."""
        return Scale(self.seconds, EVENTS, PEOPLE, self.kinds, (self.gap, self.gap + 0.5), self.acts_per_second)


def scenario(kinds: str, rules: str, **changes: float) -> Scenario:
    """Return a scenario from comma-separated names."""
    found = tuple(FaultKind(kind) for kind in kinds.split(","))
    return Scenario(found, frozenset(rules.split(",")), **changes)  # type: ignore[arg-type]  # the seed is whole


SCENARIOS: dict[str, Scenario] = {
    "no_second_look": scenario("lose_answer", "repeated,log"),
    "no_narrowing": scenario("lose_answer,storm_5xx,cut_resume", "wrong pings", acts_per_second=40.0),
    "claim_in_memory": scenario("kill_in_send", "repeated,log"),
    "send_offline": scenario("cut_resume,cut_new", "sent while cut,sent unread"),
    "no_journal": scenario("slow_reads", "lost answers,wrong pings", acts_per_second=40.0, gap=30.0),
    "no_reconciliation": scenario("kill,cut_new", "lost answers,sent unread"),
    "failure_is_success": scenario("forbid,storm_5xx,reset", "log"),
    "no_settling": scenario("kill_in_send", "pending,missing,log"),
    "ignore_permissions": scenario("cut_resume", "wrong pings"),
    "incomplete_members": scenario("members_refused", "forgotten", seconds=22.0, seed=7, gap=9.0),
    "ask_bots": scenario("cut_resume", "wrong pings"),
    "deaf": scenario("cut_resume", "lost answers,wrong pings"),
    "never_rearmed": scenario("cut_resume", "missing", acts_per_second=25.0),
    "blocked_for_ever": scenario("forbid", "state,missing"),
}


def try_mutant(name: str, *, is_control: bool = False) -> tuple[Outcome, set[str]]:
    """Run a mutant through its scenario, or the bot itself; return what came of it and the rules it was caught by."""
    chosen = SCENARIOS[name]
    folder = Path(tempfile.mkdtemp(prefix=f"mutant-{name}-"))
    try:
        bot = ["reminder_bot", "run"] if is_control else ["tests.chaos.mutants", name]
        plan = make_plan(chosen.seed, chosen.scale)
        outcome = asyncio.run(run(plan, folder, bot, lambda _: None))
    finally:
        shutil.rmtree(folder)
    if any(f"code {GONE_CODE} " in incident for incident in outcome.truth.incidents):
        raise click.ClickException(f"{name}: the place it patches is gone")
    return outcome, {finding.rule for finding in outcome.findings} & chosen.rules


@click.command()
@click.option("--control", is_flag=True, help="Run the bot itself through the same scenarios: nothing may be found.")
@click.argument("names", nargs=-1)
def main(names: tuple[str, ...], *, control: bool) -> None:
    """Run mutants, all when none is named; exit code 1 when the oracle missed one."""
    wrong = []
    for name in names or tuple(MUTANTS):
        started = time.monotonic()
        outcome, caught_by = try_mutant(name, is_control=control)
        is_right = not outcome.findings if control else bool(caught_by)
        counts = Counter(finding.rule for finding in outcome.findings)
        verdict = "right" if is_right else "WRONG"
        click.echo(f"{name:<20} {verdict:<6} {time.monotonic() - started:3.0f} s  {dict(counts)}")
        if control and outcome.findings:
            click.echo(describe_all(outcome.findings))
        wrong += [] if is_right else [name]
    if wrong:
        sys.exit(1)


if __name__ == "__main__":
    main()
