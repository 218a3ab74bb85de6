"""`reminder-bot db backup`, `backups`, `verify`, `restore`: copies of the database, made, listed, checked, put back."""

from pathlib import Path

import click

from persistence.backup import back_up
from persistence.backup_files import backup_path, kept, list_backups, remove_outdated
from persistence.restore import restore as restore_file
from persistence.verification import verify as verify_file
from reminder_bot.command_output import age, confirm, json_option, moment, show, size, table, yes_option
from reminder_bot.database_access import DatabaseAccess, database_option
from utils.errors import StorageError
from utils.formatting import plural
from utils.time import SystemClock

EXISTING = click.Path(path_type=Path, exists=True, dir_okay=False)
NEW = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--to", "target", type=NEW, help="The file to make; without it, one in BACKUP_FOLDER named by the time.")
@click.option("--prune", is_flag=True, help="Then remove the backups in BACKUP_FOLDER that need not be kept.")
@database_option
@json_option
def backup(*, target: Path | None, prune: bool, access: DatabaseAccess, as_json: bool) -> None:
    """Back the database up, in use or not, and verify the copy. Writes a new file only.

    The database is as it was at one moment. Nobody waits for it: a running bot goes on writing. It does not ask.
    """
    access.require()
    now = SystemClock().now()
    made = back_up(access.path, target or backup_path(access.backups, access.path, now))
    settings = access.settings
    zone = settings.default_timezone
    removed = remove_outdated(access.backups, access.path, settings.retention, zone) if prune else []
    lines = [f"Backed up to {made.path}: {size(made.size_bytes)}, verified, {made.seconds:.1f} s."]
    lines += [f"Removed {old.path}." for old in removed]
    show({"backup": made, "removed": [old.path for old in removed]}, lines, as_json=as_json)


@click.command()
@database_option
@json_option
def backups(*, access: DatabaseAccess, as_json: bool) -> None:
    """List the backups in BACKUP_FOLDER, newest first. Reads only."""
    found = list_backups(access.backups, access.path)
    now, settings = SystemClock().now(), access.settings
    keep = kept((one.taken_at for one in found), settings.retention, settings.default_timezone)
    data = [
        {"path": one.path, "taken_at": one.taken_at, "size_bytes": one.size_bytes, "is_kept": one.taken_at in keep}
        for one in found
    ]
    rows = [
        (
            moment(one.taken_at),
            age(one.taken_at, now),
            size(one.size_bytes),
            "kept" if one.taken_at in keep else "removed",
            one.path,
        )
        for one in found
    ]
    lines = table(("Taken", "Age", "Size", "Next night", "File"), rows) if rows else [_none(access)]
    show({"folder": access.backups, "backups": data}, lines, as_json=as_json)


@click.command()
@click.argument("file", type=EXISTING)
@json_option
def verify(*, file: Path, as_json: bool) -> None:
    """Check that FILE is a whole backup of this program. Reads only.

    The exit code is 0 for a whole file, 1 for any other.
    """
    found = verify_file(file)
    lines = [f"{file} is sound: schema {found.version}, {size(found.size_bytes)}."]
    data = {"path": file, "is_sound": found.is_sound, "schema": found.version, "problems": found.problems}
    show(data, lines if found.is_sound else list(found.problems), as_json=as_json)
    if not found.is_sound:
        click.get_current_context().exit(1)


@click.command()
@click.argument("file", type=EXISTING)
@database_option
@yes_option
@json_option
def restore(*, file: Path, access: DatabaseAccess, yes: bool, as_json: bool) -> None:
    """Put a copy of the backup FILE in the place of the database. Writes.

    FILE is verified first and stays as it is. The database that was there is kept beside the new one. Whoever asked to
    be forgotten after the backup was made stays forgotten.
    """
    owner = access.owner()
    if owner is not None:
        raise StorageError(f"The database {access.path} is in use by {owner}. Stop it first. Nothing was changed.")
    found = verify_file(file)
    if not found.is_sound:
        raise StorageError(f"{file} cannot be restored: {'; '.join(found.problems)}. Nothing was changed.")
    confirm(f"Replace {access.path} by {file} (schema {found.version}, {size(found.size_bytes)})?", yes=yes)
    now = SystemClock().now()
    done = restore_file(access.path, file, now, _others(access, file))
    lines = [f"Restored {access.path} from {file}: schema {done.version}."]
    if done.kept_as is not None:
        lines.append(f"What was there is kept as {done.kept_as}.")
    if done.forgotten_rows:
        lines.append(f"Removed {plural(done.forgotten_rows, 'row', 'rows')} of people who asked to be forgotten.")
    show(done, lines, as_json=as_json)


def _others(access: DatabaseAccess, file: Path) -> list[Path]:
    """Return the other backups of the database: what they know of forgotten people holds when the database is lost."""
    return [one.path for one in list_backups(access.backups, access.path) if not one.path.samefile(file)]


def _none(access: DatabaseAccess) -> str:
    return f"There are no backups of {access.path} in {access.backups}."
