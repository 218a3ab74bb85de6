"""The move of the old bot's files into the database: six steps, each of which can be undone until the last is through.

1. *Backup*: the database, to the byte, and the files go into a folder of the run.
2. *Validation*: every file is read; what cannot be imported is reported, the rest is merged and planned.
3. *Schema*: the database is made, or upgraded.
4. *Transformation*: one transaction for each file.
5. *Verification*: everything that was written is compared with what the files say.
6. *Rollback*: by itself when a step fails, later when somebody asks for it.

Validation comes first in time, for it writes nothing: a run that finds nothing to do leaves no trace.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Self

from peewee import SqliteDatabase

from models.event_text import postponed_indexing
from models.schema_manager import SchemaManager
from models.sql import DATABASE_ERRORS, run_sql
from persistence.database import DatabaseHandle, check_contents, open_database
from persistence.database_file import is_unborn, make_folder, refuse_unusable
from persistence.failures import storage_error
from persistence.fresh_file import is_free, made_beside, without_journal
from persistence.imported_events import count_events, count_people, renew_entries, store_entries
from persistence.imported_state import ImportedState
from persistence.lock import DatabaseLock
from utils.errors import DatabaseCorruptError, StorageError
from utils.legacy.sources import Kind, Source, find_sources
from utils.legacy.sqlite_file import frozen_connection
from utils.legacy.stage import Stage
from utils.migration.history import ImportHistory
from utils.migration.options import ImportOptions, Progress
from utils.migration.plan import Action, Plan, Planned, Totals, batches
from utils.migration.planner import Planner
from utils.migration.reading import DATABASE, FileSummary, read_sources, stage_unresolved
from utils.migration.report import Outcome
from utils.migration.run_folder import new_run
from utils.migration.verification import Verification
from utils.time import Clock

_TIMES_DEARER = 8
"""To index an event as it is written takes so many times what it takes when the whole search index is written anew."""

_BYTES_PER_ANSWER = 380
_BYTES_PER_EVENT = 1_500
_BYTES_PER_PERSON = 40
"""What one takes with its indexes, in the database and in its log on the way there, measured at 260,000 events;
of a person less than a row is reckoned, for most are asked by many events."""

Confirm = Callable[[Totals], bool]
"""Asks whether to go on, once it is known what would be done."""


class DataMigration:
    """One import into one database, or a look at earlier ones; close it to give the temporary file back."""

    def __init__(self, database: Path, options: ImportOptions, *, clock: Clock, progress: Progress) -> None:
        self._database = database
        self._options = options
        self._clock = clock
        self._progress = progress
        self.stage = Stage()
        self._sources: list[Source] = []
        self._files: tuple[FileSummary, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stage.close()

    def migrate(self, named: Sequence[Path], *, confirm: Confirm) -> Outcome:
        """Do all steps; when nothing is to be done, or ``confirm`` says no, nothing is written.

        A step that fails, or an interruption, leaves the database as it was.

        Raises:
            DatabaseInUseError: a bot, or another import, holds the database.
            StorageError: a step failed.
        """
        with _translated():
            refuse_unusable(self._database)
            now = self._clock.now()
            self.validate(named)
            if not any(file.readable for file in self._files):
                return self._outcome(Totals())
            make_folder(self._database)
            lock = DatabaseLock(self._database)
            with lock:
                plan = self.plan(now)
                if plan.totals.is_nothing:
                    return self._outcome(plan.totals)
                if not confirm(plan.totals):
                    return self._outcome(plan.totals, is_refused=True)
                self._refuse_if_full(plan.totals)
                return self._write(lock, plan)

    def rehearse(self, named: Sequence[Path]) -> Outcome:
        """Do what writes nothing: read, merge and plan; the outcome is what `migrate` would come to.

        Raises:
            DatabaseInUseError: a bot, or another import, holds the database.
            StorageError: the database cannot be used.
        """
        with _translated():
            refuse_unusable(self._database)
            self.validate(named)
            plan = self.plan(self._clock.now())
            written = (each.entry for each in plan.events() if each.action is not Action.KEEP)
            asked = ((entry.guild_id, entry.asked) for entry in written if entry.guild_id is not None)
            with self._state() as state:
                people = sum(not state.knows_person(*person) for person in self.stage.distinct_people(asked))
            return self._outcome(plan.totals, people=people)

    def validate(self, named: Sequence[Path]) -> None:
        """Read every file into the stage, and what the database has waiting for its server."""
        self._sources, left = find_sources(named)
        self._files = tuple(read_sources(self._sources, left, self._options, self.stage, self._progress))
        with self._state() as state:
            stage_unresolved(state.unresolved(), self.stage)

    def plan(self, now: datetime) -> Plan:
        """Decide what becomes of each event; `validate` comes before."""
        events = self.stage.merge()
        self._progress.begin("Comparing", events, "events")
        names = [str(source.path) for source in self._sources]
        with self._state() as state:
            plan = Planner(names, self._options, self.stage, state, now).plan()
        self._progress.advance(events)
        self._progress.end()
        return plan

    def rollback(self, run: str) -> Path | None:
        """Do the last step, for a run that is through; see `ImportHistory.rollback`."""
        return ImportHistory(self._database, self._clock).rollback(run)

    def _write(self, lock: DatabaseLock, plan: Plan) -> Outcome:
        if self._exists():
            check_contents(self._database)
        run = new_run(self._database, plan.now)
        saved = self._files_to_save()
        self._progress.begin("Backing up", len(saved) + 1, "files")
        run.begin(self._database, saved, plan.now)
        self._progress.end()
        totals = plan.totals
        try:
            people = self._written(lock, plan)
            run.finish(
                {"imported": totals.imported, "updated": totals.updated, "unchanged": totals.unchanged},
                self._clock.now(),
            )
        except BaseException:
            with DatabaseLock(self._database):
                run.put_back(self._database)
            raise
        run.note_database(self._database)
        return self._outcome(totals, run=run.run, people=people)

    def _written(self, lock: DatabaseLock, plan: Plan) -> int:
        """Write everything; return how many people are new."""
        if not is_free(self._database):
            with self._opened(self._database, lock) as handle:
                return self._fill(handle, plan)
        with (
            made_beside(self._database) as path,
            self._opened(path, lock) as handle,
            without_journal(handle.database),
        ):
            return self._fill(handle, plan)

    @contextmanager
    def _opened(self, path: Path, lock: DatabaseLock) -> Iterator[DatabaseHandle]:
        handle = open_database(path, held=lock)
        try:
            handle.connect()
            yield handle
        finally:
            handle.database.close()
            handle.close()

    def _fill(self, handle: DatabaseHandle, plan: Plan) -> int:
        """Make the schema, write every file in a transaction of its own, verify; return how many people are new."""
        self._make_schema(handle.database)
        before = count_people()
        self._progress.begin("Writing", plan.totals.written, "events")
        for source in (*range(len(self._sources)), DATABASE):
            if plan.written_with[source]:
                with handle.database.transaction("IMMEDIATE"), _indexing(handle, plan.written_with[source]):
                    self._transform(plan, source)
        self._progress.end()
        self._verify(handle, plan)
        return count_people() - before

    def _make_schema(self, database: SqliteDatabase) -> None:
        """Make or upgrade the schema; its steps are on the disk with the first file, whose commit waits for it."""
        run_sql(database, "PRAGMA synchronous = NORMAL")
        SchemaManager(database).upgrade()
        run_sql(database, "PRAGMA synchronous = FULL")

    def _transform(self, plan: Plan, source: int) -> None:
        to_write = (each for each in plan.events(source) if each.action is not Action.KEEP)
        for batch in batches(to_write):
            store_entries([each.entry for each in batch if each.action is not Action.RENEW], plan.now)
            renew_entries([each.entry for each in batch if each.action is Action.RENEW], plan.now)
            self._progress.advance(len(batch))

    def _verify(self, handle: DatabaseHandle, plan: Plan) -> None:
        self._progress.begin("Verifying", plan.totals.written, "events")
        found = Verification(handle.connection()).differences(self._watched(plan.events()))
        self._progress.end()
        if found:
            raise StorageError(
                "What was stored is not what the files say, so the database was put back as it was: " + "; ".join(found)
            )

    def _watched(self, planned: Iterator[Planned]) -> Iterator[Planned]:
        for each in planned:
            yield each
            if each.action is not Action.KEEP:
                self._progress.advance(1)

    @contextmanager
    def _state(self) -> Iterator[ImportedState]:
        if not self._exists():
            # Nothing is there, and nothing is to be made yet.
            with closing(sqlite3.connect(":memory:")) as connection:
                yield ImportedState(connection)
            return
        with frozen_connection(self._database) as connection:
            state = ImportedState(connection)
            if state.is_foreign:
                raise DatabaseCorruptError(str(self._database), "it belongs to another program")
            yield state

    def _exists(self) -> bool:
        return self._database.exists() and not is_unborn(self._database)

    def _files_to_save(self) -> list[Path]:
        saved = []
        for source in self._sources:
            log = source.path.with_name(f"{source.path.name}-wal")
            is_database = source.kind in (Kind.SQLITE_MODELS, Kind.SQLITE_COLUMNS)
            saved += [source.path, log] if is_database and log.exists() else [source.path]
        return saved

    def _refuse_if_full(self, totals: Totals) -> None:
        rows = totals.answers * _BYTES_PER_ANSWER + totals.written * _BYTES_PER_EVENT
        rows += totals.people * _BYTES_PER_PERSON
        copies = sum(path.stat().st_size for path in self._files_to_save())
        copies += self._database.stat().st_size if self._database.exists() else 0
        free = shutil.disk_usage(self._database.parent).free
        if free < rows + copies:
            raise StorageError(
                f"There is too little room in {self._database.parent.absolute()}: about "
                f"{(rows + copies) / 2**20:.0f} MiB are needed and {free / 2**20:.0f} MiB are free. Nothing was done."
            )

    def _outcome(self, totals: Totals, *, run: str | None = None, people: int = 0, is_refused: bool = False) -> Outcome:
        return Outcome(
            run=run,
            files=self._files,
            totals=totals,
            people=people,
            rejected=self.stage.finding_count(rejections=True),
            warnings=self.stage.finding_count(rejections=False),
            is_refused=is_refused,
        )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DATABASE_ERRORS as error:
        raise storage_error("The import could not be done, and nothing was changed", error) from error


def _indexing(handle: DatabaseHandle, written: int) -> AbstractContextManager[None]:
    is_dearer = written * _TIMES_DEARER >= written + count_events()
    return postponed_indexing(handle.database) if is_dearer else nullcontext()
