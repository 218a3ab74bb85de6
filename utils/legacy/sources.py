"""Which files hold events of the old bot: told by their content, in a folder or one by one."""

import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from utils.legacy.json_file import Shape, shape_of
from utils.legacy.sqlite_file import Era, era_of, is_sqlite

EVENT_FILE = re.compile(r"watched_(?:matches|reminders|events)\.json", re.IGNORECASE)
"""What the old bot called its files; an empty or torn one is told by this alone."""

_BACKUP = re.compile(
    r"watched_.*\.json\.backup.*|(?:auto|manual|rollback)_backup_.*\.json|watched_.*_(?:backup|archived)_.*\.json",
    re.IGNORECASE,
)
_ENDINGS = (".json", ".db", ".sqlite", ".sqlite3")
_BACKUP_FOLDERS = frozenset({"backup", "backups"})
_MEASUREMENT_FOLDERS = frozenset({"diagnostics", "metrics"})
_FOREIGN_FOLDERS = frozenset({"node_modules", "site-packages", "venv", "__pycache__"})
_OWN_BACKUPS = re.compile(r"import-[0-9]{8}T[0-9]{6}Z(?:-[0-9]+)?")


class Kind(StrEnum):
    """How a source is read."""

    JSON = "json"
    WRAPPED_JSON = "wrapped json"
    SQLITE_MODELS = "sqlite event"
    SQLITE_COLUMNS = "sqlite events"


@dataclass(frozen=True, slots=True)
class Source:
    """A file with events."""

    path: Path
    kind: Kind


@dataclass(frozen=True, slots=True)
class Left:
    """A file that is not read, and why; ``is_fault`` when it was asked for, or may hold events all the same."""

    path: Path
    reason: str
    is_fault: bool


def find_sources(named: Sequence[Path]) -> tuple[list[Source], list[Left]]:
    """Return the files to read, in the order named and by name within a folder, each once, and those left.

    A folder is searched with all its folders; hidden ones, links to folders, and those of other programs are passed by.
    """
    sources: list[Source] = []
    left: list[Left] = []
    seen: set[Path] = set()
    for path in named:
        for judged in _judged_in(path) if path.is_dir() else [_judged(path, is_named=True)]:
            if judged.path.resolve() in seen:
                continue
            seen.add(judged.path.resolve())
            if isinstance(judged, Source):
                sources.append(judged)
            else:
                left.append(judged)
    return sources, left


def legacy_files_in(folder: Path) -> list[Path]:
    """Return the files of the old bot's own names that lie in a folder and hold events; searches no deeper."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file())
    except OSError:
        return []
    likely = [folder / name for name in names if EVENT_FILE.fullmatch(name) or name == "discord_bot.db"]
    return [path for path in likely if isinstance(_judged(path, is_named=False), Source) and not _is_empty(path)]


def _files_in(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name not in _FOREIGN_FOLDERS and not _OWN_BACKUPS.fullmatch(name)
        )
        for name in sorted(names):
            path = Path(place) / name
            if (name.lower().endswith(_ENDINGS) or _BACKUP.fullmatch(name)) and path.is_file():
                yield path


def _judged_in(folder: Path) -> Iterator[Source | Left]:
    """Judge the files of a folder, where a name may be reason enough to leave one."""
    for path in _files_in(folder):
        folders = {part.lower() for part in path.relative_to(folder).parts[:-1]}
        if _BACKUP.fullmatch(path.name) or folders & _BACKUP_FOLDERS:
            yield Left(path, "a backup: name the file itself to read it", is_fault=False)
        elif folders & _MEASUREMENT_FOLDERS:
            yield Left(path, "measurements, no events", is_fault=False)
        else:
            yield _judged(path, is_named=False)


def _is_empty(path: Path) -> bool:
    return not is_sqlite(path) and shape_of(path) is Shape.EMPTY


def _judged(path: Path, *, is_named: bool) -> Source | Left:
    try:
        return _judged_sqlite(path, is_named=is_named) if is_sqlite(path) else _judged_json(path, is_named=is_named)
    except OSError as error:
        return Left(path, f"cannot be read: {error.strerror}", is_fault=True)
    except sqlite3.Error as error:
        return Left(path, f"cannot be read: {error}", is_fault=True)


def _judged_sqlite(path: Path, *, is_named: bool) -> Source | Left:
    era = era_of(path)
    if era is Era.OURS:
        return Left(path, "a database of this bot", is_fault=is_named)
    if era is Era.OTHER:
        return Left(path, "a database without events of the old bot", is_fault=is_named)
    return Source(path, Kind.SQLITE_MODELS if era is Era.MODELS else Kind.SQLITE_COLUMNS)


def _judged_json(path: Path, *, is_named: bool) -> Source | Left:
    shape = shape_of(path)
    if shape is Shape.WRAPPED:
        return Source(path, Kind.WRAPPED_JSON)
    # What ends before it shows what it is, is told by its name, or by who named it.
    is_expected = is_named or EVENT_FILE.fullmatch(path.name) is not None
    if shape is Shape.FLAT or (shape in (Shape.EMPTY, Shape.BROKEN) and is_expected):
        return Source(path, Kind.JSON)
    return Left(path, "no events of the old bot", is_fault=is_expected)
