"""All figures, in the order of the table. Each lives in a module of its name, imported only where it is run."""

from importlib import import_module

from tests.bench.figures import Figure

NAMES = (
    "answers",
    "loop_delay",
    "storm",
    "unwatched",
    "due",
    "wake_up",
    "missing",
    "start",
    "memory",
    "idle",
    "store",
    "growth",
)


def figure_of(name: str) -> Figure:
    """Import a figure."""
    figure = import_module(f"tests.bench.{name}").FIGURE
    assert isinstance(figure, Figure)
    return figure
