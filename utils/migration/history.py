"""Earlier imports into a database, and the way back to before one."""

from pathlib import Path

from persistence.lock import DatabaseLock
from persistence.restore_point import sha256_of
from utils.errors import StorageError, UserError
from utils.migration.run_folder import Manifest, RunFolder, RunState, runs_of
from utils.time import Clock


class ImportHistory:
    """The runs beside one database; nothing of them is in it."""

    def __init__(self, database: Path, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def runs(self) -> list[Manifest]:
        """Return what is known of the runs, oldest first. Read-only.

        Raises:
            StorageError: the record of one cannot be read.
        """
        return [manifest for _folder, manifest in self._folders()]

    def last_run(self) -> Manifest:
        """Return the last run that is not rolled back.

        Raises:
            UserError: there is none.
        """
        standing = [manifest for manifest in self.runs() if manifest.state is not RunState.ROLLED_BACK]
        if not standing:
            raise UserError(f"There is no import into {self._database} to roll back.")
        return standing[-1]

    def run(self, run: str) -> Manifest:
        """Return one run that can be rolled back.

        Raises:
            UserError: there is none of that id, or it is rolled back already.
        """
        return self._standing(run)[1]

    def has_changed_since(self, manifest: Manifest) -> bool:
        """Whether the database is another than a run left it. Read-only; reads the whole file.

        Raises:
            StorageError: it cannot be read.
        """
        log = self._database.with_name(f"{self._database.name}-wal")
        try:
            if log.exists() and log.stat().st_size:
                return True
            return not self._database.exists() or sha256_of(self._database) != manifest.after
        except OSError as error:
            raise StorageError(f"The database {self._database} cannot be read: {error.strerror}.") from error

    def rollback(self, run: str) -> Path | None:
        """Put the database back as it was before a run; return where the present one is kept, if there is one.

        Raises:
            DatabaseInUseError: a bot, or an import, holds the database.
            UserError: there is no such run, or it is rolled back already.
            StorageError: the backup is not sound; nothing was touched.
        """
        folder, _manifest = self._standing(run)
        with DatabaseLock(self._database):
            return folder.roll_back(self._database, self._clock.now())

    def _standing(self, run: str) -> tuple[RunFolder, Manifest]:
        found = next(((folder, manifest) for folder, manifest in self._folders() if manifest.run == run), None)
        if found is None:
            raise UserError(f"There is no run {run} on the database {self._database}.")
        if found[1].state is RunState.ROLLED_BACK:
            raise UserError(f"Run {run} is rolled back already.")
        return found

    def _folders(self) -> list[tuple[RunFolder, Manifest]]:
        # A folder may have backups of several databases; one that was moved is still found by its name.
        found = [(folder, folder.manifest()) for folder in runs_of(self._database)]
        return [(folder, manifest) for folder, manifest in found if Path(manifest.database).name == self._database.name]
