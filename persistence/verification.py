"""Whether a file is a whole database of this program, as a backup must be before anybody relies on it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from peewee import SqliteDatabase

from models.schema_manager import SchemaManager
from models.sql import DATABASE_ERRORS
from persistence.failures import detail_of, short_line, storage_error
from utils.errors import DatabaseTooNewError, StorageError, ValidationError

MOST_FINDINGS = 20
"""How many findings of one kind are collected; a damaged file has thousands."""

OPERATIONS_BETWEEN_LOOKS = 20_000
"""How many steps SQLite takes before it asks whether to stop: about a millisecond. The first look at all pages is one
step, before SQLite 3.41, of half a second for 200 MB."""

_HEADER = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: one sentence for each problem, none for a whole file; ``version`` is the newest step in it."""

    path: Path
    size_bytes: int
    version: str | None
    problems: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


def never() -> bool:
    """Never ask to stop."""
    return False


def verify(path: Path, should_stop: Callable[[], bool] = never) -> Verdict:
    """Read a whole database file: its pages, its references, and whether this program knows its schema.

    Read-only; leaves nothing beside the file. SQLite does it all, so other threads of Python go on.

    Raises:
        StorageError: there is no such file, it cannot be read, or ``should_stop`` said so.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header = file.read(len(_HEADER))
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}.") from error
    if header != _HEADER:
        return Verdict(path, size, None, ("it is no SQLite database",))
    try:
        problems = _problems_inside(path, should_stop)
    except DATABASE_ERRORS as error:
        if should_stop():
            raise StorageError(f"The check of {path} was stopped.") from error
        problems = [detail_of(error)]
    if problems:
        return Verdict(path, size, None, tuple(problems))
    return _with_schema(path, size)


def quick_check(path: Path, should_stop: Callable[[], bool] = never) -> tuple[str, ...]:
    """Look through a database in use for damaged pages; return what was found, a sentence for each.

    Read-only, on a connection of its own. Reads the whole file, but compares no index with its table.

    Raises:
        StorageError: the file cannot be read, or ``should_stop`` said so.
    """
    uri = f"file:{quote(str(path))}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.set_progress_handler(lambda: int(should_stop()), OPERATIONS_BETWEEN_LOOKS)
            findings = [str(row[0]) for row in connection.execute(f"PRAGMA quick_check({MOST_FINDINGS})")]
    except DATABASE_ERRORS as error:
        if should_stop():
            raise StorageError(f"The check of {path} was stopped.") from error
        raise storage_error(f"The database {path} cannot be checked", error) from error
    return () if findings == ["ok"] else tuple(short_line(finding) for finding in findings)


def address(path: Path) -> str:
    """Return the URI that opens a resting file read-only, and leaves no ``-wal`` or ``-shm`` beside one that has none.

    Not for the database of a bot that may start meanwhile.
    """
    # An immutable file is read without its log, so only where there is none.
    is_single = not path.with_name(f"{path.name}-wal").exists()
    return f"file:{quote(str(path))}?mode=ro{'&immutable=1' if is_single else ''}"


def _problems_inside(path: Path, should_stop: Callable[[], bool]) -> list[str]:
    with closing(sqlite3.connect(address(path), uri=True)) as connection:
        connection.set_progress_handler(lambda: int(should_stop()), OPERATIONS_BETWEEN_LOOKS)
        findings = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({MOST_FINDINGS})")]
        if findings != ["ok"]:
            lines = (line for finding in findings for line in finding.splitlines())
            return [line for line in lines if not line.startswith("***")][:MOST_FINDINGS]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(MOST_FINDINGS)
        return sorted(f"{table}: a row points to a missing {parent}" for table, _, parent, _ in orphans)


def _with_schema(path: Path, size: int) -> Verdict:
    database = SqliteDatabase(address(path), uri=True, autoconnect=False)
    schema = SchemaManager(database)
    try:
        if schema.is_foreign():
            return Verdict(path, size, None, ("it belongs to another program",))
        schema.refuse_newer()
        version = schema.get_database_status().version
    except DatabaseTooNewError as error:
        return Verdict(path, size, None, (f"a newer version wrote it: it has {', '.join(error.unknown)}",))
    except (StorageError, ValidationError) as error:
        return Verdict(path, size, None, (detail_of(error),))
    problems = () if version else ("it is empty: it has no table of this program",)
    return Verdict(path, size, version, problems)
