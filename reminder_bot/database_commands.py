"""`reminder-bot db`: the database as a file with a schema, described, checked and moved between versions."""

from pathlib import Path

import click

from models.integrity import IntegrityReport
from models.schema_manager import DatabaseStatus, SchemaManager
from persistence.backup import back_up
from persistence.backup_files import backup_path, list_backups
from persistence.bot_state import get_value
from reminder_bot.analytics_commands import analytics
from reminder_bot.backup_commands import backup, backups, restore, verify
from reminder_bot.care_records import LAST_CHECK
from reminder_bot.command_output import age, confirm, facts, json_option, moment, show, size, table, yes_option
from reminder_bot.database_access import DatabaseAccess, database_option
from reminder_bot.row_commands import export, forget, import_
from reminder_bot.upkeep_commands import cleanup, indexes, optimize
from utils.errors import StorageError, ValidationError
from utils.formatting import plural
from utils.time import SystemClock

FINDINGS = 1
"""The exit code of a check that found something."""


@click.group(name="db")
def database_commands() -> None:
    """Look after the database: check it, back it up, move it, clean it.

    Commands that only read work while the bot runs, and so does `backup`. Those that change the database need the bot
    to be stopped, ask before they begin unless --yes is given, and say what they did.
    """


for _command in (analytics, backup, backups, restore, verify, export, forget, import_, cleanup, indexes, optimize):
    database_commands.add_command(_command)


@database_commands.command()
@database_option
@json_option
def status(*, access: DatabaseAccess, as_json: bool) -> None:
    """Show the file, its schema, its rows, and the last backup and check. Reads only."""
    now = SystemClock().now()
    with access.described() as database:
        schema = SchemaManager(database)
        found, tables = schema.get_database_status(), schema.get_table_info()
        last_check = get_value(LAST_CHECK) if any(info.name == "bot_state" for info in tables) else None
    latest = next(iter(list_backups(access.backups, access.path)), None)
    log = access.path.with_name(f"{access.path.name}-wal")
    log_bytes = log.stat().st_size if log.exists() else 0
    data = {
        "path": access.path,
        "in_use_by": access.owner(),
        "schema": found.version,
        "pending": found.pending,
        "unknown": found.unknown,
        "size_bytes": found.size_bytes,
        "wal_bytes": log_bytes,
        "free_bytes": found.free_bytes,
        "rows": {info.name: info.rows for info in tables},
        "last_backup": None if latest is None else {"path": latest.path, "taken_at": latest.taken_at},
        "last_check": last_check,
    }
    lines = facts(
        {
            "File": access.path,
            "In use by": data["in_use_by"] or "nobody",
            "Schema": _schema_line(found),
            "Size": f"{size(found.size_bytes)}, of which {size(found.free_bytes)} are free",
            "Write-ahead log": size(log_bytes),
            "Last backup": "none" if latest is None else f"{latest.path} ({age(latest.taken_at, now)})",
            "Last check": last_check or "none by the bot yet",
        }
    )
    show(data, [*lines, "", *table(("Table", "Rows"), [(info.name, info.rows) for info in tables])], as_json=as_json)


@database_commands.command()
@database_option
@json_option
def check(*, access: DatabaseAccess, as_json: bool) -> None:
    """Check pages, references, schema and every value. Reads only.

    Reads the whole file. The exit code is for cron: 0 all is well, 1 something was found, 2 wrongly used.
    """
    problems = _findings(access)
    lines = problems or [f"{access.path} is sound."]
    show({"path": access.path, "is_sound": not problems, "problems": problems}, lines, as_json=as_json)
    if problems:
        click.get_current_context().exit(FINDINGS)


@database_commands.command()
@database_option
@json_option
def migrations(*, access: DatabaseAccess, as_json: bool) -> None:
    """List the steps of the schema: applied, pending, unknown. Reads only."""
    with access.described() as database:
        schema = SchemaManager(database)
        found, applied_at = schema.get_database_status(), schema.applied_at()
    rows = [(step, "applied", moment(applied_at[step])) for step in found.applied if step not in found.unknown]
    rows += [(step, "unknown: of a newer version", moment(applied_at[step])) for step in found.unknown]
    rows += [(step, "pending", "") for step in found.pending]
    data = {"applied": applied_at, "pending": found.pending, "unknown": found.unknown}
    show(data, table(("Step", "State", "Applied"), rows), as_json=as_json)


@database_commands.command()
@database_option
@yes_option
@json_option
def upgrade(*, access: DatabaseAccess, yes: bool, as_json: bool) -> None:
    """Apply the pending steps of the schema, after a backup. Writes.

    The bot does the same, without a backup, when it starts.
    """
    with access.writing(is_current=False) as handle:
        schema = SchemaManager(handle.database)
        found = schema.get_database_status()
        pending = found.pending
        if not pending:
            show({"applied": [], "backup": None}, ["The schema is up to date: nothing to do."], as_json=as_json)
            return
        confirm(f"Apply {', '.join(pending)} to {access.path}?", yes=yes)
        # Without a step the file holds nothing yet.
        saved = _backed_up(access) if found.applied else None
        applied = schema.upgrade()
    lines = [f"Backed up to {saved}."] if saved is not None else []
    show({"applied": applied, "backup": saved}, [*lines, f"Applied {', '.join(applied)}."], as_json=as_json)


@database_commands.command()
@click.option("--to", "target", metavar="STEP", help="Revert back through this step; without it, the last one only.")
@database_option
@yes_option
@json_option
def rollback(*, target: str | None, access: DatabaseAccess, yes: bool, as_json: bool) -> None:
    """Revert steps of the schema, after a backup. Writes.

    What a step added, tables with all their rows included, is dropped. For going back to an older version.
    """
    with access.writing(is_current=False) as handle:
        schema = SchemaManager(handle.database)
        applied = schema.get_database_status().applied
        if target is not None and target not in applied:
            raise StorageError(f"{target} is not an applied step of {access.path}; `db migrations` lists them.")
        steps = applied[-1:] if target is None else applied[applied.index(target) :]
        if not steps:
            show({"reverted": [], "backup": None}, ["No step is applied: nothing to do."], as_json=as_json)
            return
        confirm(f"Revert {', '.join(reversed(steps))} of {access.path}, and drop what they added?", yes=yes)
        saved = _backed_up(access)
        reverted = schema.rollback(target)
    lines = [f"Backed up to {saved}.", f"Reverted {', '.join(reverted)}."]
    show({"reverted": reverted, "backup": saved}, lines, as_json=as_json)


def _schema_line(found: DatabaseStatus) -> str:
    newest = found.version or "none"
    if found.unknown:
        return f"{newest}, of a newer version of this program"
    return f"{newest}, {plural(len(found.pending), 'step', 'steps')} pending" if found.pending else newest


def _findings(access: DatabaseAccess) -> list[str]:
    try:
        with access.described() as database:
            schema = SchemaManager(database)
            report: IntegrityReport = schema.verify_database_integrity()
            if report.damaged_pages:
                return list(report.damaged_pages)
            found = schema.get_database_status()
    except (StorageError, ValidationError) as error:
        return [str(error)]
    if found.unknown:
        return [*report.orphans, f"A newer version of this program wrote the file: it has {', '.join(found.unknown)}."]
    if found.pending:
        # Differences from the newest schema are then no news, and columns that are not there cannot be read.
        return [*report.orphans, f"The schema is older than this program: {', '.join(found.pending)} is pending."]
    return list(report.problems)


def _backed_up(access: DatabaseAccess) -> Path:
    return back_up(access.path, backup_path(access.backups, access.path, SystemClock().now())).path
