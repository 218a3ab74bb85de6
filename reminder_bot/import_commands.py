"""`import-json`: move the old bot's files into the database, look at earlier moves, take one back."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from reminder_bot.config import Settings
from reminder_bot.import_progress import BarProgress, LineProgress
from reminder_bot.import_summary import print_run, print_summary, question
from reminder_bot.legacy_settings import legacy_message
from utils.errors import ReminderBotError, UserError

if TYPE_CHECKING:
    from utils.migration.options import ImportOptions

DOTENV = Path(".env")
INTERRUPTED = 130
"""What a shell reports of a program that Ctrl-C has ended."""

SNOWFLAKE = click.IntRange(1, 2**63 - 1)
DATABASE = click.option(
    "--database",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The database file.  [default: the setting DATABASE_PATH]",
)
YES = click.option("--yes", is_flag=True, help="Do not ask.")


class _Refused(click.ClickException):
    exit_code = 2


class _ImportCommands(click.Group):
    """Ends with 2 when nothing was done, whatever the reason."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except ReminderBotError as error:
            raise _Refused(str(error)) from error
        except OSError as error:
            raise _Refused(f"{error.filename or 'A file'}: {error.strerror}.") from error


def _zone(_ctx: click.Context, _param: click.Parameter, value: str | None) -> ZoneInfo | None:
    try:
        return None if value is None else ZoneInfo(value)
    except (KeyError, OSError, ValueError) as error:
        raise click.BadParameter(f"{value!r} is no time zone: name one such as Europe/Paris.") from error


@click.group(cls=_ImportCommands, context_settings={"help_option_names": ["-h", "--help"]})
def import_json() -> None:
    """Move what the old bot has stored, in JSON files or its own SQLite file, into the database.

    The bot must not run meanwhile. See docs/migration.md.
    """


@import_json.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@DATABASE
@click.option(
    "--timezone", callback=_zone, metavar="ZONE", help="Where the old bot's clock was.  [default: this machine's zone]"
)
@click.option("--guild", type=SNOWFLAKE, help="The server's id, for events whose file names none.")
@click.option(
    "--default-interval",
    type=click.FloatRange(min=0, min_open=True),
    default=1440,
    show_default=True,
    metavar="MINUTES",
    help="For events whose file names no interval.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing but the report.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write what was done as JSON.")
@YES
@click.pass_context
def migrate(
    ctx: click.Context,
    *,
    sources: tuple[Path, ...],
    database: Path | None,
    timezone: ZoneInfo | None,
    guild: int | None,
    default_interval: float,
    dry_run: bool,
    report: Path | None,
    yes: bool,
) -> None:
    """Import events from files, or from folders that are searched for them.

    Writes to the database, after a backup, and only after asking. Ends with 0 when all is in or nothing is new, with 1
    when some was rejected and the rest is in, with 2 when nothing could be used or was done.
    """
    from utils.data_migration import DataMigration
    from utils.migration.report import write_report
    from utils.time import SystemClock

    settings = _settings()
    if report is not None:
        _refuse_unwritable(report)
    options = _options(settings, timezone, guild, default_interval)
    path = database or settings.database_path
    click.echo(f"Times without a zone are read in {options.zone.key}{'' if timezone else ', this machine’s zone'}.")
    with DataMigration(path, options, clock=SystemClock(), progress=_progress()) as migration:
        if dry_run:
            outcome = migration.rehearse(sources)
        else:
            outcome = migration.migrate(sources, confirm=lambda totals: yes or _agrees(question(totals, path)))
        if report is not None:
            write_report(report, outcome, migration.stage)
        print_summary(outcome, migration.stage, path, is_rehearsal=dry_run)
    ctx.exit(outcome.exit_code)


@import_json.command()
@DATABASE
@click.option("--run", help="The run's id, as `status` shows it.  [default: the last]")
@YES
def rollback(*, database: Path | None, run: str | None, yes: bool) -> None:
    """Put the database back to what it was before a run, to the byte; what it is now is kept beside.

    Writes to the database, after checking the backup, and only after asking.
    """
    from utils.migration.history import ImportHistory
    from utils.time import SystemClock

    path = database or _settings().database_path
    history = ImportHistory(path, SystemClock())
    manifest = history.last_run() if run is None else history.run(run)
    if history.has_changed_since(manifest):
        click.echo("The database has changed since that run. What is new in it will be in the file that is kept.")
    before = "no database, as there was none" if manifest.before is None else "what it was before"
    if not yes and not _agrees(f"Put {path} back to {before} run {manifest.run}?"):
        raise _Refused("Nothing was done.")
    kept = history.rollback(manifest.run)
    click.echo(f"Run {manifest.run} is rolled back." + (f" What was there is kept as {kept}." if kept else ""))


@import_json.command()
@DATABASE
def status(*, database: Path | None) -> None:
    """List the runs on a database. Writes nothing."""
    from utils.migration.history import ImportHistory
    from utils.time import SystemClock

    path = database or _settings().database_path
    runs = ImportHistory(path, SystemClock()).runs()
    if not runs:
        click.echo(f"Nothing has been imported into {path}.")
    for manifest in runs:
        print_run(manifest)


def _settings() -> Settings:
    if (message := legacy_message(os.environ)) is not None:
        click.echo(message, err=True)
    return Settings.from_environment(os.environ, DOTENV)


def _options(settings: Settings, zone: ZoneInfo | None, guild: int | None, default_interval: float) -> "ImportOptions":
    from utils.legacy.moments import host_zone
    from utils.migration.options import ImportOptions

    least = settings.min_interval.total_seconds() / 60
    most = settings.max_interval.total_seconds() / 60
    if not least <= default_interval <= most:
        raise UserError(
            f"--default-interval {default_interval:g} is out of bounds: it must be from {least:g} to {most:g} minutes, "
            "as the settings MIN_INTERVAL_SECONDS and MAX_INTERVAL_DAYS say."
        )
    return ImportOptions(zone or host_zone(), guild, default_interval, least, most, settings.default_reactions)


def _refuse_unwritable(report: Path) -> None:
    """Make sure that the report can be written, before there is something to report."""
    if not os.access(report if report.exists() else report.parent, os.W_OK):
        raise UserError(f"The report {report} cannot be written. Nothing was done.")


def _progress() -> BarProgress | LineProgress:
    return BarProgress() if sys.stderr.isatty() else LineProgress()


def _agrees(question_text: str) -> bool:
    if not sys.stdin.isatty():
        raise UserError("Nothing was done: there is no terminal to ask on. Add --yes to go ahead.")
    return click.confirm(question_text)
