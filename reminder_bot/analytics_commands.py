"""`reminder-bot db analytics`: how people answer, in tables or as a picture."""

from datetime import timedelta
from pathlib import Path

import click

from persistence.analytics import Analytics, ResponseTimes, analyse
from reminder_bot.analytics_plot import plot_analytics
from reminder_bot.command_output import json_option, show, table
from reminder_bot.database_access import DatabaseAccess, database_option
from utils.durations import format_duration
from utils.formatting import one_line
from utils.time import SystemClock

EVENTS_SHOWN = 20
TITLE_SHOWN = 40


@click.command()
@click.option("--guild", "guild_id", type=click.IntRange(1, 2**63 - 1), metavar="ID", help="One server only.")
@click.option(
    "--weeks", type=click.IntRange(1, 520), default=12, show_default=True, help="How many weeks, this one too."
)
@click.option(
    "--plot", "picture", type=click.Path(path_type=Path, dir_okay=False), help="Draw the weeks into a PNG file."
)
@database_option
@json_option
def analytics(*, guild_id: int | None, weeks: int, picture: Path | None, access: DatabaseAccess, as_json: bool) -> None:
    """Count answers and reminders per server, week and event. Reads only.

    Response times run from the moment an event was watched to the answer, and leave out answers whose time nobody
    knows. What is in the archives is not counted. --plot needs the extra: pip install 'reminder-bot[plot]'.
    """
    with access.reading():
        found = analyse(SystemClock().now(), weeks, guild_id)
    if picture is not None:
        plot_analytics(found, picture)
    lines = _lines(found)
    if picture is not None:
        lines += ["", f"Drawn into {picture}."]
    show({"analytics": found, "plot": picture}, lines, as_json=as_json)


def _lines(found: Analytics) -> list[str]:
    figures = ("Answers", "Reminders", "Pings", "Median", "90 %")
    guilds = [
        (one.name or one.guild_id, one.events, one.answers, one.reminders, one.pings, *_times(one.responses))
        for one in found.guilds
    ]
    weeks = [(str(one.starts_on), one.answers, one.reminders, one.pings) for one in found.weeks]
    events = [
        (one_line(one.title, TITLE_SHOWN, "-"), one.answers, one.reminders, one.pings, *_times(one.responses))
        for one in found.events[:EVENTS_SHOWN]
    ]
    lines = [*table(("Server", "Events", *figures), guilds), "", *table(("Week from", *figures[:3]), weeks), ""]
    lines += table(("Event", *figures), events)
    more = len(found.events) - EVENTS_SHOWN
    return [*lines, f"… and {more} more; --json has them all."] if more > 0 else lines


def _times(responses: ResponseTimes) -> tuple[str, str]:
    return _duration(responses.median), _duration(responses.p90)


def _duration(duration: timedelta | None) -> str:
    # Two units are precise enough to compare.
    return "" if duration is None else " ".join(format_duration(duration).split()[:4])
