"""The folder of backups: their names, which there are, and which of them are kept."""

import glob
import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import count
from pathlib import Path

from persistence.disk import remove
from utils.errors import StorageError

_STAMP = "%Y%m%dT%H%M%SZ"
_ABANDONED = timedelta(days=1)
_YOUNG = timedelta(days=1)


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
    """Return a free name for a backup: the database's own, and the moment in UTC, as ``bot-20260304T200000Z.db``.

    Where that second has one already, it is the next without.
    """
    moments = (now.astimezone(UTC) + timedelta(seconds=later) for later in count())
    paths = (folder / f"{database.stem}-{moment.strftime(_STAMP)}.db" for moment in moments)
    return next(path for path in paths if not path.exists())


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
    """Return which backups to keep, by when they were taken: those of the last day, and what ``retention`` asks for.

    The last day ends with the newest. Somebody may have made one by hand before a change, hours before the night.
    Days, weeks (from Monday) and months are those of ``zone``. The newest of a period is what is kept of it, so a
    backup that will be kept as a week's or a month's is never removed before.
    """
    newest_first = sorted(moments, reverse=True)
    keep = {moment for moment in newest_first if moment > newest_first[0] - _YOUNG}
    for most, period in ((retention.daily, _day), (retention.weekly, _week), (retention.monthly, _month)):
        seen: set[Hashable] = set()
        for moment in newest_first:
            of = period(moment.astimezone(zone))
            if of not in seen and len(seen) < most:
                seen.add(of)
                keep.add(moment)
    return frozenset(keep)


def remove_outdated(folder: Path, database: Path, retention: Retention, zone: tzinfo) -> list[BackupFile]:
    """Remove the backups of a database that are not to be kept; return them, newest first.

    With them goes what a process that was killed has left of one, once it is a day older than the newest.

    Raises:
        StorageError: the folder cannot be read, or a file not removed; those before it are.
    """
    backups = list_backups(folder, database)
    keep = kept((backup.taken_at for backup in backups), retention, zone)
    outdated = [backup for backup in backups if backup.taken_at not in keep]
    for backup in outdated:
        remove(backup.path)
    for part in folder.glob(f"{glob.escape(database.stem)}-*.db.part") if backups else ():
        begun_at = _moment(part.name.removeprefix(f"{database.stem}-").removesuffix(".db.part"))
        if begun_at is not None and begun_at < backups[0].taken_at - _ABANDONED:
            remove(part)
    return outdated


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
