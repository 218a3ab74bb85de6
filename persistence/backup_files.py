"""The folder of backups: their names, which there are, and which of them are kept."""

import re
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from persistence.disk import remove
from utils.errors import StorageError

_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class BackupFile:
    """One backup by its name; ``taken_at`` is a whole second."""

    path: Path
    taken_at: datetime
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Retention:
    """How many backups are kept: the newest of each of so many days, weeks and months in which there is one."""

    daily: int
    weekly: int
    monthly: int


def backup_path(folder: Path, database: Path, now: datetime) -> Path:
    """Return the name of a backup: the database's own, and the moment in UTC, as ``bot-20260304T200000Z.db``."""
    return folder / f"{database.stem}-{now.astimezone(UTC).strftime(_STAMP)}.db"


def list_backups(folder: Path, database: Path) -> list[BackupFile]:
    """Return a database's backups in a folder, newest first; files with other names are not looked at.

    Raises:
        StorageError: the folder cannot be read. One that is not there holds nothing.
    """
    name = re.compile(rf"{re.escape(database.stem)}-(\d{{8}}T\d{{6}}Z)\.db")
    found = []
    try:
        for path in folder.iterdir() if folder.is_dir() else ():
            match = name.fullmatch(path.name)
            if match is not None and path.is_file() and (taken_at := _moment(match[1])) is not None:
                found.append(BackupFile(path, taken_at, path.stat().st_size))
    except OSError as error:
        raise StorageError(f"The folder {folder} of backups cannot be read: {error.strerror}.") from error
    return sorted(found, key=lambda backup: backup.taken_at, reverse=True)


def kept(moments: Iterable[datetime], retention: Retention, zone: tzinfo) -> frozenset[datetime]:
    """Return which backups to keep, by when they were taken: the newest, and what ``retention`` asks for.

    Days, weeks (from Monday) and months are those of ``zone``. The newest of a period is what is kept of it, so a
    backup that will be kept as a week's or a month's is never removed before.
    """
    newest_first = sorted(moments, reverse=True)
    keep = set(newest_first[:1])
    for count, period in ((retention.daily, _day), (retention.weekly, _week), (retention.monthly, _month)):
        seen: set[Hashable] = set()
        for moment in newest_first:
            of = period(moment.astimezone(zone))
            if of not in seen and len(seen) < count:
                seen.add(of)
                keep.add(moment)
    return frozenset(keep)


def remove_outdated(folder: Path, database: Path, retention: Retention, zone: tzinfo) -> list[BackupFile]:
    """Remove the backups of a database that are not to be kept; return them, newest first.

    Raises:
        StorageError: the folder cannot be read, or a file not removed; those before it are.
    """
    backups = list_backups(folder, database)
    keep = kept((backup.taken_at for backup in backups), retention, zone)
    outdated = [backup for backup in backups if backup.taken_at not in keep]
    _remove_all(outdated)
    return outdated


def _remove_all(backups: Collection[BackupFile]) -> None:
    for backup in backups:
        remove(backup.path)


def _moment(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _day(moment: datetime) -> Hashable:
    return moment.date()


def _week(moment: datetime) -> Hashable:
    year, week, _ = moment.isocalendar()
    return year, week


def _month(moment: datetime) -> Hashable:
    return moment.year, moment.month
