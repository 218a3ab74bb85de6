"""`reminder-bot db export`, `import`, `forget`: the rows themselves, taken out, put in, and removed for good."""

import glob
from pathlib import Path

import click
from peewee import SqliteDatabase

from models.database_models import database_proxy
from models.schema_manager import SchemaManager
from models.sql import run_sql
from persistence.archive import Archives
from persistence.backup_files import list_backups
from persistence.disk import remove
from persistence.forgotten import forget as forget_rows
from persistence.forgotten import is_forgotten, take_in_again
from persistence.row_export import export_csv, export_json, new_file
from persistence.row_import import import_json
from reminder_bot.command_output import MisusedError, confirm, json_option, show, table, yes_option
from reminder_bot.database_access import DatabaseAccess, database_option
from utils.errors import StorageError
from utils.formatting import plural
from utils.migration.run_folder import runs_of
from utils.time import SystemClock

SNOWFLAKE = click.IntRange(1, 2**63 - 1)
STANDARD_OUTPUT = Path("-")


@click.command()
@click.option(
    "--to", "target", type=click.Path(path_type=Path), required=True, help="New file, or folder for csv; - prints."
)
@click.option("--guild", "guild_id", type=SNOWFLAKE, metavar="ID", help="One server's rows only.")
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@database_option
@json_option
def export(*, target: Path, guild_id: int | None, form: str, access: DatabaseAccess, as_json: bool) -> None:
    """Write all rows as JSON, which `import` reads back, or as CSV. Reads the database, writes new files.

    CSV is for spreadsheets: import the columns of ids as text, they are longer than a spreadsheet's numbers.
    """
    is_printed = target == STANDARD_OUTPUT
    if is_printed and (form == "csv" or as_json):
        raise MisusedError("Only JSON can be printed, and then nothing else: name a file or folder with --to.")
    with access.reading() as database:
        if (
            guild_id is not None
            and not run_sql(database, "SELECT 1 FROM guild WHERE guild_id = ?", [guild_id]).fetchone()
        ):
            raise StorageError(f"There is no server {guild_id} in {access.path}.")
        version = SchemaManager(database).get_database_status().version
        if is_printed:
            with click.open_file("-", "w", encoding="utf-8") as stream:
                export_json(stream, guild_id, version, SystemClock().now())
            return
        rows = _exported(target, guild_id, form, version)
    lines = [f"Exported to {target}:", *table(("Table", "Rows"), list(rows.items()))]
    show({"path": target, "rows": rows}, lines, as_json=as_json)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@database_option
@yes_option
@json_option
def import_(*, file: Path, access: DatabaseAccess, yes: bool, as_json: bool) -> None:
    """Read the JSON FILE of an `export` into an empty or new database. Writes.

    All rows go in, or none. A database that already holds rows is refused: name a new file with --database.
    """
    confirm(f"Read {file} into {access.path}?", yes=yes)
    is_made = not access.path.exists()
    try:
        with (
            access.writing(is_new=True) as handle,
            file.open(encoding="utf-8") as stream,
            handle.database.atomic("IMMEDIATE"),
        ):
            rows = import_json(stream)
    except BaseException:
        if is_made:
            remove(access.path)
        raise
    lines = [f"Imported into {access.path}:", *table(("Table", "Rows"), list(rows.items()))]
    show({"path": access.path, "rows": rows}, lines, as_json=as_json)


@click.command()
@click.argument("user_id", type=SNOWFLAKE)
@click.option("--lift", is_flag=True, help="They ask for it: store and ask them again from now on.")
@database_option
@yes_option
@json_option
def forget(*, user_id: int, lift: bool, access: DatabaseAccess, yes: bool, as_json: bool) -> None:
    """Remove all rows of a person, here and in the archives. Writes.

    They are neither stored nor asked again; a keyed hash of their id stays behind for that. Backups keep their rows
    until they are outdated; restoring one removes them again.
    """
    with access.writing() as handle:
        if lift:
            _lift(access, handle.database, user_id, yes=yes, as_json=as_json)
            return
        confirm(f"Remove everything about user {user_id} from {access.path} and its archives, for good?", yes=yes)
        run_sql(database_proxy, "PRAGMA secure_delete = ON")
        with handle.database.atomic("IMMEDIATE"):
            removed = forget_rows(user_id, SystemClock().now())
        archived = Archives(access.backups, access.path).forget([user_id])
    holding = _still_holding(access)
    lines = [f"Forgot user {user_id}.", *table(("Table", "Rows touched"), list(removed.items()))]
    lines += [f"{path}: {plural(count, 'row', 'rows')} touched." for path, count in archived.items()]
    if holding:
        lines.append(
            "These files may still hold rows of theirs. Restoring one removes them; so does removing the file:"
        )
        lines += [f"  {path}" for path in holding]
    receipt = {"user_id": str(user_id), "at": SystemClock().now(), "rows": removed, "archives": archived}
    show({**receipt, "may_hold_rows": holding}, lines, as_json=as_json)


def _still_holding(access: DatabaseAccess) -> list[Path]:
    """Return the backups, which outdate by themselves, and what restores replaced and imports copied, which do not."""
    replaced = sorted(access.path.parent.glob(f"{glob.escape(access.path.name)}.replaced-*"))
    copies = (run.path for run in runs_of(access.path))
    return [*(one.path for one in list_backups(access.backups, access.path)), *replaced, *copies]


def _lift(access: DatabaseAccess, database: SqliteDatabase, user_id: int, *, yes: bool, as_json: bool) -> None:
    if not is_forgotten(user_id):
        lines = [f"User {user_id} is not forgotten: nothing to do."]
        show({"user_id": str(user_id), "lifted": False}, lines, as_json=as_json)
        return
    confirm(f"Store and ask user {user_id} again?", yes=yes)
    with database.atomic("IMMEDIATE"):
        take_in_again(user_id)
    lines = [f"User {user_id} is stored and asked again from the next start on."]
    show({"user_id": str(user_id), "lifted": True}, lines, as_json=as_json)


def _exported(target: Path, guild_id: int | None, form: str, version: str | None) -> dict[str, int]:
    try:
        if form == "json":
            with new_file(target) as stream:
                return export_json(stream, guild_id, version, SystemClock().now())
        target.mkdir(mode=0o700)
        return export_csv(target, guild_id)
    except OSError as error:
        raise StorageError(
            f"{target} cannot be written: {error.strerror}. What is there of it is not whole."
        ) from error
