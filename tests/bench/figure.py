"""One arm of one figure in this process, as ``python -m tests.bench.figure NAME ARM``; prints its metrics as JSON."""

import json
from pathlib import Path

import click

from tests.bench.catalogue import NAMES, figure_of
from tests.bench.figures import Setup


@click.command()
@click.argument("name", type=click.Choice(NAMES))
@click.argument("arm")
@click.option("--size", type=click.Choice(["full", "quick"]), default="full", show_default=True)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False, exists=True), required=True)
def main(name: str, arm: str, size: str, folder: Path) -> None:
    """Measure one arm once."""
    arms = figure_of(name).arms
    if arm not in arms:
        raise click.BadParameter(f"{name} has the arms {', '.join(arms)}", param_hint="ARM")
    click.echo(json.dumps(dict(arms[arm](Setup(folder, is_quick=size == "quick")))))


if __name__ == "__main__":
    main()
