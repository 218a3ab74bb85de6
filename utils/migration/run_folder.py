"""One run's folder beside the database: what it was before, copies of the files, and what the run did.

Nothing of this is in the database itself, so that a rollback can restore it to the byte.
"""

import json
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import Any

from persistence.restore_point import copy_database, copy_file, put_back, sha256_of, verify_copy
from utils.errors import StorageError

_RUN_ID = re.compile(r"[0-9]{8}T[0-9]{6}Z(?:-[0-9]+)?")
_MANIFEST = "manifest.json"
_DATABASE = "database.db"


class RunState(StrEnum):
    """How far a run is."""

    BEGUN = "begun"
    """Not finished: it is still going on, or was killed."""
    DONE = "done"
    ROLLED_BACK = "rolled back"


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A copied file; ``copy`` is its name in the run's folder."""

    path: str
    copy: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a run; ``before`` is None when there was no database, ``after`` its SHA-256 after the run."""

    run: str
    state: RunState
    database: str
    started_at: str
    finished_at: str | None
    before: SavedFile | None
    after: str | None
    sources: tuple[SavedFile, ...]
    events: dict[str, int]
    replaced: tuple[str, ...]
    """The names, in the folder, of the databases that a rollback has replaced."""


class RunFolder:
    """The folder of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def run(self) -> str:
        """The run's id."""
        return self.path.name.removeprefix("import-")

    def manifest(self) -> Manifest:
        """Read what is known of the run.

        Raises:
            StorageError: it cannot be read.
        """
        try:
            return _manifest(json.loads((self.path / _MANIFEST).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StorageError(f"The record of run {self.run} in {self.path} cannot be read.") from error

    def begin(self, database: Path, sources: Sequence[Path], now: datetime) -> Manifest:
        """Back up the database and the sources; hold the lock of the database.

        Raises:
            StorageError: something could not be copied, or not soundly; the folder is gone again.
        """
        try:
            self.path.parent.mkdir(mode=0o700, exist_ok=True)
            self.path.mkdir(mode=0o700)
            copied = copy_database(database, self.path / _DATABASE)
            before = None if copied is None else SavedFile(str(database), _DATABASE, copied.sha256, copied.size)
            saved = tuple(self._saved(number, source) for number, source in enumerate(sources, 1))
            manifest = Manifest(
                self.run, RunState.BEGUN, str(database.absolute()), now.isoformat(), None, before, None, saved, {}, ()
            )
            self._write(manifest)
        except OSError as error:
            self.discard()
            raise StorageError(f"The backup in {self.path} could not be made: {error.strerror}.") from error
        except BaseException:
            self.discard()
            raise
        return manifest

    def finish(self, events: dict[str, int], now: datetime) -> None:
        """Note that the run is through, and what it did.

        Raises:
            OSError: it cannot be written.
        """
        self._write(replace(self.manifest(), state=RunState.DONE, finished_at=now.isoformat(), events=events))

    def note_database(self, database: Path) -> None:
        """Note what the database is now, closed, so that a later change can be told; no harm when that fails."""
        with suppress(OSError):
            self._write(replace(self.manifest(), after=sha256_of(database)))

    def roll_back(self, database: Path, now: datetime) -> Path | None:
        """Check the backup, then put the database back as it was; return where the replaced one is, if there was one.

        Hold the lock of the database, and have it closed.

        Raises:
            StorageError: the backup is not sound, or could not be put back; the database is as it was.
        """
        manifest = self.manifest()
        copy = None
        if manifest.before is not None:
            copy = self.path / manifest.before.copy
            verify_copy(copy, manifest.before.sha256)
        replaced = self._free_name()
        is_there = database.exists()
        put_back(database, copy, replaced)
        kept = (*manifest.replaced, replaced.name) if is_there else manifest.replaced
        self._write(replace(manifest, state=RunState.ROLLED_BACK, finished_at=now.isoformat(), replaced=kept))
        return replaced if is_there else None

    def discard(self) -> None:
        """Remove the folder of a run that has changed nothing."""
        shutil.rmtree(self.path, ignore_errors=True)
        with suppress(OSError):
            self.path.parent.rmdir()

    def put_back(self, database: Path) -> None:
        """Undo a run that failed, as `roll_back` does, and leave nothing of it."""
        self.roll_back(database, datetime.fromisoformat(self.manifest().started_at))
        self.discard()

    def _free_name(self) -> Path:
        # By what is there, not by what is recorded: a crash may have come between the two.
        names = (self.path / f"replaced-{number}.db" for number in count(1))
        return next(name for name in names if not name.exists())

    def _saved(self, number: int, source: Path) -> SavedFile:
        # The end of a name tells more than its beginning, and a whole one may be too long with something before it.
        copy = f"source-{number}-{source.name[-100:]}"
        copied = copy_file(source, self.path / copy)
        return SavedFile(str(source.absolute()), copy, copied.sha256, copied.size)

    def _write(self, manifest: Manifest) -> None:
        fresh = self.path / f"{_MANIFEST}.new"
        fresh.write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=2), encoding="utf-8")
        fresh.replace(self.path / _MANIFEST)


def new_run(database: Path, now: datetime) -> RunFolder:
    """Return the folder, not made yet, of a run that starts now."""
    name = f"import-{now:%Y%m%dT%H%M%SZ}"
    backups = database.parent / "backups"
    taken = {path.name for path in backups.glob(f"{name}*")}
    names = (name if number == 1 else f"{name}-{number}" for number in range(1, len(taken) + 2))
    return RunFolder(backups / next(each for each in names if each not in taken))


def runs_of(database: Path) -> list[RunFolder]:
    """Return the runs beside a database, oldest first."""
    folders = sorted((database.parent / "backups").glob("import-*"), key=_age)
    return [RunFolder(path) for path in folders if _RUN_ID.fullmatch(path.name.removeprefix("import-"))]


def _age(path: Path) -> tuple[str, int]:
    moment, _, number = path.name.removeprefix("import-").partition("-")
    return moment, int(number) if number.isdecimal() else 1


def _manifest(data: dict[str, Any]) -> Manifest:
    before = data["before"]
    return Manifest(
        run=data["run"],
        state=RunState(data["state"]),
        database=data["database"],
        started_at=data["started_at"],
        finished_at=data["finished_at"],
        before=None if before is None else SavedFile(**before),
        after=data["after"],
        sources=tuple(SavedFile(**source) for source in data["sources"]),
        events=data["events"],
        replaced=tuple(data["replaced"]),
    )
