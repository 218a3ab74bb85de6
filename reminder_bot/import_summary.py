"""What an import did, in sentences for whoever runs it."""

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from utils.formatting import plural

if TYPE_CHECKING:
    from utils.legacy.stage import Stage
    from utils.migration.plan import Totals
    from utils.migration.report import Outcome
    from utils.migration.run_folder import Manifest

_MOST_SHOWN = 20


def question(totals: "Totals", database: Path) -> str:
    """Return what is asked before anything is written."""
    events = plural(totals.imported, "new event", "new events")
    updated = f" and update {plural(totals.updated, 'event', 'events')}" if totals.updated else ""
    return f"Write {events}{updated} to {database}? Database and files are backed up first."


def print_summary(outcome: "Outcome", stage: "Stage", database: Path, *, is_rehearsal: bool) -> None:
    """Print what was done, what was left, and the first of what is to be looked at."""
    for file in outcome.files:
        if file.left is None:
            click.echo(f"{file.path}: {plural(file.entries, 'event', 'events')}, {file.readable} readable")
        else:
            click.echo(f"{file.path}: left, {file.left}")
    _print_findings(stage, "Rejected", outcome.rejected, rejections=True)
    _print_findings(stage, "To look at", outcome.warnings, rejections=False)
    click.echo(_result(outcome, database, is_rehearsal=is_rehearsal))
    totals = outcome.totals
    if totals.dormant and not outcome.is_refused:
        events = plural(totals.dormant, "event starts", "events start")
        click.echo(f"{events} paused, not reminded about for over 14 days: `/list` shows them, `/resume` goes on.")
    if totals.without_guild and not outcome.is_refused:
        events = plural(totals.without_guild, "event waits for its server", "events wait for their server")
        click.echo(f"{events}: the bot finds it by the channel at its next start.")


def print_run(manifest: "Manifest") -> None:
    """Print one run in a line or two."""
    counts = ", ".join(f"{number} {what}" for what, number in manifest.events.items())
    state = "not finished" if manifest.state == "begun" else manifest.state
    click.echo(f"{manifest.run}: {state}{', events ' + counts if counts else ''}")
    for source in manifest.sources:
        click.echo(f"    from {source.path}")


def _result(outcome: "Outcome", database: Path, *, is_rehearsal: bool) -> str:
    totals = outcome.totals
    if not outcome.usable:
        return "Nothing was done: there is no usable event in what was named."
    if outcome.is_refused:
        return "Nothing was done."
    if totals.is_nothing:
        return f"Nothing is new: {plural(totals.unchanged, 'event is', 'events are')} in {database} already."
    counts = (
        f"{totals.imported} imported, {totals.updated} updated, {totals.unchanged} unchanged; "
        f"{plural(totals.answers, 'answer', 'answers')}, {plural(outcome.people, 'new person', 'new people')}"
    )
    if is_rehearsal:
        return f"Would be done in {database}: {counts}. Nothing was written."
    return f"Done and verified in {database}: {counts}. Run {outcome.run}; `rollback` takes it back."


def _print_findings(stage: "Stage", heading: str, count: int, *, rejections: bool) -> None:
    if not count:
        return
    click.echo(f"{heading}: {count}")
    for finding in islice(stage.findings(rejections=rejections), _MOST_SHOWN):
        place = finding.file if finding.key is None else f"{finding.file}, event {finding.key}"
        field = "" if finding.field is None else f" {finding.field}"
        click.echo(f"  {place}:{field} {finding.message}")
    if count > _MOST_SHOWN:
        click.echo(f"  … and {count - _MOST_SHOWN} more; --report FILE has them all")
