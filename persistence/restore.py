"""A backup put in the place of the database, so that at every moment one of the two is whole and there."""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from peewee import SqliteDatabase

from models.database_models import database_proxy
from models.forgotten_people import ForgottenPerson
from models.schema_manager import SchemaManager
from models.sql import DATABASE_ERRORS, run_sql
from persistence.backup import copy_database
from persistence.database_file import make_folder
from persistence.disk import flush_file, flush_folder, remove
from persistence.forgotten import ForgottenPeople, merge_forgotten
from persistence.lock import DatabaseLock
from persistence.verification import Verdict, address, verify
from utils.errors import StorageError

_LOGS = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. ``kept_as`` is the file that was replaced, None where there was none.

    ``forgotten_rows`` counts the rows of forgotten people that the backup still held, and that were removed.
    """

    path: Path
    restored_from: Path
    version: str | None
    kept_as: Path | None
    forgotten_rows: int


def restore(path: Path, backup: Path, now: datetime, others: Iterable[Path] = ()) -> Restored:
    """Put a copy of a verified backup in the place of a database that nobody uses, and keep the one that was there.

    Whoever was forgotten by the file that is replaced, or by one of the ``others`` (later backups, when that file is
    lost), is forgotten in the restored one before anybody can read it.

    Raises:
        DatabaseInUseError: a bot holds the database.
        StorageError: the backup is not whole, or a file could not be written; the database is what it was.
    """
    path = path.resolve()
    if backup.resolve() == path:
        raise StorageError(f"{backup} is the database itself; name a backup.")
    _require_sound(verify(backup))
    make_folder(path)
    with DatabaseLock(path):
        copy = path.with_name(f"{path.name}.restoring")
        _remove_with_logs(copy)
        try:
            copy_database(backup, copy)
            removed = _forget_again(copy, _forgotten_in([path, *others]), now)
            verdict = _require_sound(verify(copy))
            flush_file(copy)
            kept_as = _swap(path, copy, now)
        except OSError as error:
            raise StorageError(f"{path} could not be replaced: {error.strerror}.") from error
        finally:
            _remove_with_logs(copy)
    return Restored(path, backup, verdict.version, kept_as, removed)


def _require_sound(verdict: Verdict) -> Verdict:
    if not verdict.is_sound:
        raise StorageError(f"{verdict.path} cannot be restored: {'; '.join(verdict.problems)}. Nothing was changed.")
    return verdict


def _forgotten_in(paths: Iterable[Path]) -> ForgottenPeople:
    people = ForgottenPeople({})
    for path in paths:
        # What cannot be read has nobody to add; a file may be restored because of just that.
        with suppress(*DATABASE_ERRORS, OSError):
            people = people.merged(_forgotten_in_file(path))
    return people


def _forgotten_in_file(path: Path) -> ForgottenPeople:
    database = SqliteDatabase(address(path), uri=True, autoconnect=False)
    table = ForgottenPerson._meta.table_name
    with database.connection_context():
        if table not in database.get_tables():
            return ForgottenPeople({})
        found: dict[str, set[str]] = {}
        for key, digest in run_sql(database, f'SELECT key, digest FROM "{table}"'):
            found.setdefault(key, set()).add(digest)
    return ForgottenPeople({key: frozenset(digests) for key, digests in found.items()})


def _forget_again(copy: Path, people: ForgottenPeople, now: datetime) -> int:
    """Bring the list of forgotten people into the copy; the number of rows of theirs that were removed."""
    if not people:
        return 0
    database = SqliteDatabase(str(copy), pragmas={"foreign_keys": 1, "secure_delete": 1}, autoconnect=False)
    bound = database_proxy.obj
    try:
        with database.connection_context():
            # A backup from before the table was made must come to have it.
            SchemaManager(database).upgrade()
            database_proxy.initialize(database)
            with database.atomic("IMMEDIATE"):
                return sum(merge_forgotten(people, now).values())
    finally:
        database_proxy.initialize(bound)


def _swap(path: Path, copy: Path, now: datetime) -> Path | None:
    """Rename the copy to the database; before that, give the database's file and its logs a second name."""
    kept_as = None
    if path.exists():
        _empty_log(path)
        kept_as = _free_name(path, now)
        for suffix in ("", *_LOGS):
            _second_name(_beside(path, suffix), _beside(kept_as, suffix))
        flush_folder(path.parent)
    # A log left behind would be taken for the new file's own. Where there still is one, it could not be taken in: the
    # file was damaged already, and the log lives on under its second name.
    for suffix in _LOGS:
        remove(_beside(path, suffix))
    copy.replace(path)
    flush_folder(path.parent)
    return kept_as


def _empty_log(path: Path) -> None:
    """Have SQLite take a write-ahead log into its file; closing the last connection removes it."""
    database = SqliteDatabase(str(path), autoconnect=False)
    with suppress(*DATABASE_ERRORS), database.connection_context():
        run_sql(database, "PRAGMA wal_checkpoint(TRUNCATE)")


def _free_name(path: Path, now: datetime) -> Path:
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    names = (f"{path.name}.replaced-{stamp}{again}" for again in ("", *(f".{number}" for number in range(2, 1000))))
    return next(found for found in map(path.with_name, names) if not found.exists())


def _second_name(path: Path, name: Path) -> None:
    if not path.exists():
        return
    try:
        os.link(path, name)
    except OSError:
        # Not every file system has second names.
        shutil.copy2(path, name)
        flush_file(name)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(f"{path.name}{suffix}")


def _remove_with_logs(path: Path) -> None:
    for suffix in ("", *_LOGS):
        remove(_beside(path, suffix))
