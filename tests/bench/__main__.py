"""The suite, as ``python -m tests.bench``: measure, print the table, keep the numbers."""

import time
from dataclasses import replace
from pathlib import Path

import click

from tests.bench.catalogue import NAMES, figure_of
from tests.bench.chart import chart
from tests.bench.results import ResultsError, load, results_of, save
from tests.bench.session import ArmError, measure
from tests.bench.table import comparison_table, table, verdict


@click.command()
@click.option("--only", type=click.Choice(NAMES), multiple=True, help="Measure this figure only; may be repeated.")
@click.option("--runs", type=click.IntRange(1, 99), default=5, show_default=True, help="Runs of each figure.")
@click.option("--quick", is_flag=True, help="Small sizes: shows that it works, measures nothing.")
@click.option("--json", "kept", type=click.Path(path_type=Path, dir_okay=False), help="Keep the numbers in this file.")
@click.option("--chart", "drawn", type=click.Path(path_type=Path, dir_okay=False), help="Draw the growth as an SVG.")
@click.option("--base", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="Compare with such a file.")
def main(
    only: tuple[str, ...], runs: int, kept: Path | None, drawn: Path | None, base: Path | None, *, quick: bool
) -> None:
    """Measure how fast the bot is, each figure beside the limit of its parts."""
    for path in (kept, drawn):
        # Before half an hour of measuring, not after it.
        if path is not None and not path.absolute().parent.is_dir():
            raise click.UsageError(f"There is no folder {path.parent} to write {path.name} into.")
    names = [name for name in NAMES if not only or name in only]
    started = time.monotonic()
    try:
        before = load(base, is_quick=quick) if base is not None else None
        rounds = measure(names, runs, is_quick=quick, tell=lambda text: click.echo(text, err=True))
    except (ArmError, ResultsError) as error:
        raise click.ClickException(str(error)) from error
    results = [result for name in names for result in results_of(figure_of(name), rounds[name])]
    if quick:
        click.echo("These sizes are too small to be judged, and most lines name the full ones.\n")
        results = [replace(result, is_kept=None) for result in results]
    if kept is not None:
        save(kept, results, rounds, is_quick=quick)
    if drawn is not None and "growth" in rounds:
        drawn.write_text(chart(rounds["growth"]), encoding="utf-8")
    click.echo(table(results))
    click.echo(f"\n{verdict(results)} {runs} runs in {(time.monotonic() - started) / 60:.1f} minutes.")
    if before is not None:
        click.echo(f"\n{comparison_table(before, results)}")


if __name__ == "__main__":
    main()
