"""`reminder-bot db cleanup`, `optimize`, `indexes`: what the bot does by itself at night, done now."""

from dataclasses import replace
from datetime import datetime, timedelta

import click

from persistence import audit
from persistence.archive import Archives
from persistence.database import DatabaseHandle
from persistence.index_report import IndexUse, rebuild_indexes, report_indexes
from persistence.optimisation import Optimised, gather_statistics, release_pages, room
from persistence.outdated import count_outdated, next_slice, remove_slice
from persistence.rehearsal import play_statements
from reminder_bot.care_records import Cleaned
from reminder_bot.command_output import confirm, json_option, show, size, table, yes_option
from reminder_bot.database_access import DatabaseAccess, database_option
from utils.formatting import plural
from utils.time import SystemClock


@click.command()
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(1, 36_500),
    metavar="DAYS",
    help="What is older than this; without it, LOG_RETENTION_DAYS.",
)
@database_option
@yes_option
@json_option
def cleanup(*, days: int | None, access: DatabaseAccess, yes: bool, as_json: bool) -> None:
    """Move old reminder log, and events whose message was deleted, into archives; delete old recorded changes. Writes.

    The archives lie in BACKUP_FOLDER, one for each month, and are SQLite files as well. A row is removed from the
    database when it is on the disk there. Changes that /audit shows are deleted after AUDIT_RETENTION_DAYS.
    """
    age_days, kept_days = days or access.settings.log_retention_days, access.settings.audit_retention_days
    now = SystemClock().now()
    cutoff, last_kept = now - timedelta(days=age_days), now - timedelta(days=kept_days)
    with access.writing() as handle:
        batches, events = count_outdated(cutoff)
        changes = audit.count_before(last_kept)
        if not batches and not events and not changes:
            show(Cleaned(), [f"Nothing is older than {age_days} days."], as_json=as_json)
            return
        confirm(_question(access, (batches, events, age_days), (changes, kept_days)), yes=yes)
        done = _archived(handle, Archives(access.backups, access.path), cutoff)
        with handle.database.atomic("IMMEDIATE"):
            done = replace(done, changes=audit.prune(last_kept, changes))
    show(done, _moved(done), as_json=as_json)


@click.command()
@database_option
@yes_option
@json_option
def optimize(*, access: DatabaseAccess, yes: bool, as_json: bool) -> None:
    """Renew SQLite's statistics and give free pages back to the disk. Writes."""
    with access.writing() as handle:
        confirm(f"Optimize {access.path}?", yes=yes)
        done = _optimised(handle)
    lines = [
        f"Statistics of {plural(done.statistics, 'table or index', 'tables and indexes')}.",
        f"Size before {size(done.before.size_bytes)}, now {size(done.after.size_bytes)}: "
        f"{size(max(done.gained_bytes, 0))} gained.",
    ]
    show({"optimised": done, "gained_bytes": done.gained_bytes}, lines, as_json=as_json)


@click.command()
@click.option("--rebuild", is_flag=True, help="Write every index anew. Writes, and asks.")
@database_option
@yes_option
@json_option
def indexes(*, rebuild: bool, access: DatabaseAccess, yes: bool, as_json: bool) -> None:
    """Show each index, its size, and which of the bot's functions use it. Reads only, without --rebuild.

    SQLite is asked for its plan of every statement that the bot runs, with the statistics of this very file.
    """
    if rebuild:
        with access.writing() as handle:
            confirm(f"Write all indexes of {access.path} anew?", yes=yes)
            rebuild_indexes(handle.database)
    statements = play_statements()
    with access.reading() as database:
        report = report_indexes(database, statements)
    unused = [index.name for index in report if index.is_unused]
    rows = [(index.name, index.table, size(index.size_bytes), _use(index)) for index in report]
    lines = ["All indexes were written anew.", ""] if rebuild else []
    lines += table(("Index", "Table", "Size", "Used by"), rows)
    lines += ["", f"Unused: {', '.join(unused)}." if unused else "None is unused."]
    show({"rebuilt": rebuild, "indexes": report, "unused": unused}, lines, as_json=as_json)


def _question(access: DatabaseAccess, old: tuple[int, int, int], changed: tuple[int, int]) -> str:
    """Ask with what is there: batches and events with their age in days, recorded changes with theirs."""
    batches, events, age_days = old
    changes, kept_days = changed
    tasks = []
    if batches or events:
        found = f"{plural(batches, 'batch', 'batches')} of the log and {plural(events, 'event', 'events')}"
        tasks.append(f"move {found} older than {age_days} days into {access.backups}")
    if changes:
        tasks.append(f"delete {plural(changes, 'recorded change', 'recorded changes')} older than {kept_days} days")
    return f"In {access.path}: {', and '.join(tasks)}?"


def _archived(handle: DatabaseHandle, archives: Archives, cutoff: datetime) -> Cleaned:
    done = Cleaned()
    while old := next_slice(cutoff):
        paths = archives.store(old)
        with handle.database.atomic("IMMEDIATE"):
            removed = remove_slice(old, cutoff)
        done = done.plus(old.table, removed, paths)
        if not removed:
            break
    return done


def _optimised(handle: DatabaseHandle) -> Optimised:
    before = room()
    with handle.database.atomic("IMMEDIATE"):
        statistics = gather_statistics()
    is_more = True
    while is_more:
        with handle.database.atomic("IMMEDIATE"):
            is_more = release_pages()
    # Until then the pages that were given back are in the file.
    handle.checkpoint()
    return Optimised(before, room(), statistics)


def _use(index: IndexUse) -> str:
    uses = [*index.functions, *((index.duty,) if index.duty else ())]
    return ", ".join(uses) or "nothing"


def _moved(done: Cleaned) -> list[str]:
    """Say what a cleanup has moved and deleted, in sentences."""
    moved = [
        plural(done.log, "batch of the log", "batches of the log"),
        plural(done.answers, "answer", "answers"),
        plural(done.events, "event", "events"),
    ]
    deleted = [f"Deleted {plural(done.changes, 'recorded change', 'recorded changes')}."] if done.changes else []
    return [f"Moved {', '.join(moved)}.", *(f"Archive: {path}" for path in done.archives), *deleted]
