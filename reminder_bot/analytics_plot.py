"""The figures of `db analytics` and `/stats` as a picture, where matplotlib is installed."""

import io
from importlib.util import find_spec
from pathlib import Path

from persistence.analytics import Analytics
from utils.errors import StorageError, UserError


def can_plot() -> bool:
    """Whether matplotlib is installed; it is not loaded for that."""
    return find_spec("matplotlib") is not None


def plot_analytics(found: Analytics, path: Path) -> None:
    """Draw answers and reminders per week into a PNG file, in place of one that is there.

    Raises:
        UserError: matplotlib is not installed.
        StorageError: the file cannot be written.
    """
    picture = draw_analytics(found)
    try:
        with path.open("wb") as file:
            path.chmod(0o600)
            file.write(picture)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}.") from error


def draw_analytics(found: Analytics) -> bytes:
    """Return a PNG of answers and reminders per week; takes a second or two, so it is not for the event loop.

    Raises:
        UserError: matplotlib is not installed.
    """
    try:
        # Not at the top: it is an extra, and takes a second to load.
        from matplotlib.figure import Figure
    except ImportError as error:
        raise UserError(
            "--plot needs matplotlib: pip install 'reminder-bot[plot]', or pip install matplotlib."
        ) from error
    figure = Figure(figsize=(10, 5), layout="constrained")
    axes = figure.add_subplot()
    weeks = [week.starts_on for week in found.weeks]
    axes.plot(weeks, [week.answers for week in found.weeks], marker="o", label="Answers")
    axes.plot(weeks, [week.pings for week in found.weeks], marker="s", label="People pinged")
    axes.plot(weeks, [week.reminders for week in found.weeks], marker="^", label="Reminders sent")
    axes.set_xlabel("Week from")
    axes.set_ylim(bottom=0)
    axes.tick_params(axis="x", rotation=45)
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=120)
    return picture.getvalue()
