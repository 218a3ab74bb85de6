"""Groups of store functions on the writer's thread: one transaction, one commit, an answer for each caller."""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, NamedTuple

from persistence.database import DatabaseHandle
from persistence.failures import as_storage_error, detail_of, is_trouble_with_the_file, storage_error
from persistence.timings import Timings
from utils.errors import StorageError

logger = logging.getLogger(__name__)


class Operation(NamedTuple):
    """A store function that was asked for, and whom to tell of its end. A tuple, as one is made for each frame."""

    call: Callable[..., Any]
    tell: Callable[[Any, Any], None]
    """Takes the item, and the result or a `Failure`; called on the event loop."""
    item: Any
    has_room: bool = True
    """Whether it takes one of the places in the queue."""
    takes_many: bool = False
    """Whether ``call`` takes a list of items, of which this one's is ``item``; otherwise it takes nothing."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    operations: Sequence[Operation]
    results: Sequence[Any] = ()
    error: Exception | None = None
    has_written: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """What a caller gets instead of a result."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Group:
    """What became of the operations that were committed together."""

    outcomes: list[_Outcome]
    seconds: float
    refusal: StorageError | None
    is_failing: bool | None
    """Whether the file can be written; None when the group does not tell."""

    def answers(self) -> list[tuple[Operation, Any]]:
        """Return what each operation came to: a result or a `Failure`, in the order they were asked for."""
        return [pair for outcome in self.outcomes for pair in _answers(outcome)]


class _CallFailed(Exception):
    """A store function has raised, and what it has written must be taken back without the rest of its group."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(cause)
        self.cause = cause


class GroupCommit:
    """Commits groups of operations over the calling thread's connection."""

    def __init__(self, handle: DatabaseHandle, timings: Timings) -> None:
        self._handle = handle
        self._timings = timings

    def commit(self, batch: list[Operation]) -> Group:
        """Run operations in their order and commit them; raises nothing."""
        started = time.perf_counter()
        try:
            try:
                outcomes = self._transact(_neighbours(batch), self._perform)
            except _CallFailed:
                outcomes = self._transact([[operation] for operation in batch], self._perform_apart)
        except Exception as error:  # noqa: BLE001 - the group is lost; every caller of it is told, and the thread goes on
            return _lost(batch, error, time.perf_counter() - started)
        return _kept(outcomes, time.perf_counter() - started)

    def _transact(
        self,
        calls: Iterable[Sequence[Operation]],
        perform: Callable[[Sequence[Operation], sqlite3.Connection], _Outcome],
    ) -> list[_Outcome]:
        with self._handle.database.transaction("IMMEDIATE"):
            connection = self._handle.connection()
            outcomes = [perform(operations, connection) for operations in calls]
            if any(outcome.has_written for outcome in outcomes):
                self._handle.refuse_if_gone()
        return outcomes

    def _perform(self, operations: Sequence[Operation], connection: sqlite3.Connection) -> _Outcome:
        """Run one call without a savepoint, whose two statements cost as much as what most functions do."""
        before = connection.total_changes
        try:
            results = self._called(operations)
        except Exception as error:
            if not connection.in_transaction:
                # SQLite has given up the whole transaction, as it does on a full disk: the group is lost.
                raise
            raise _CallFailed(error) from error
        return _Outcome(operations, results, has_written=connection.total_changes > before)

    def _perform_apart(self, operations: Sequence[Operation], connection: sqlite3.Connection) -> _Outcome:
        """Run one call so that its failure takes back what it has written, and no more."""
        connection.execute("SAVEPOINT operation")
        try:
            outcome = self._perform(operations, connection)
        except _CallFailed as failed:
            connection.execute("ROLLBACK TO operation")
            connection.execute("RELEASE operation")
            return _Outcome(operations, error=as_storage_error(failed.cause))
        connection.execute("RELEASE operation")
        return outcome

    def _called(self, operations: Sequence[Operation]) -> Sequence[Any]:
        first = operations[0]
        started = time.perf_counter()
        try:
            if first.takes_many:
                results: Sequence[Any] = first.call([operation.item for operation in operations])
                return results
            return (first.call(),)
        finally:
            self._timings.add(first.call, time.perf_counter() - started)


def _neighbours(batch: list[Operation]) -> Iterator[Sequence[Operation]]:
    """Yield what is one call: neighbours that name the same function of many, and each other operation by itself."""
    together: list[Operation] = []
    for operation in batch:
        if together and not (operation.takes_many and operation.call == together[0].call):
            yield together
            together = []
        together.append(operation)
        if not operation.takes_many:
            yield together
            together = []
    if together:
        yield together


def _answers(outcome: _Outcome) -> Iterator[tuple[Operation, Any]]:
    if outcome.error is not None:
        return zip(outcome.operations, repeat(Failure(outcome.error)), strict=False)
    return zip(outcome.operations, outcome.results, strict=True)


def _lost(batch: list[Operation], error: Exception, seconds: float) -> Group:
    failure = storage_error("The database could not commit", error)
    logger.error("database commit failed operations=%d cause=%s", len(batch), detail_of(error))
    # A file that is gone is found out by us, not by SQLite.
    is_failing = failure is error or is_trouble_with_the_file(failure)
    return Group([_Outcome(batch, error=failure)], seconds, failure, is_failing or None)


def _kept(outcomes: list[_Outcome], seconds: float) -> Group:
    refusals = [outcome.error for outcome in outcomes if isinstance(outcome.error, StorageError)]
    refusal = refusals[0] if refusals else None
    if any(map(is_trouble_with_the_file, refusals)):
        return Group(outcomes, seconds, refusal, is_failing=True)
    # A group that wrote nothing did not try the disk.
    return Group(outcomes, seconds, refusal, False if any(outcome.has_written for outcome in outcomes) else None)
