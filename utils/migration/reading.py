"""The files, read into the stage: what can be imported, and what is to be said about the rest."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.import_records import ImportedEntry
from utils.errors import StorageError
from utils.legacy.entries import EntryReader, variant_of, variant_of_file
from utils.legacy.json_file import read_entries
from utils.legacy.moments import MomentReader
from utils.legacy.records import EntryRejectedError, Finding, LegacyEntry, Variant
from utils.legacy.sources import Kind, Left, Source
from utils.legacy.sqlite_file import Era, read_rows
from utils.legacy.stage import Stage
from utils.legacy.tears import Tear
from utils.migration.options import ImportOptions, Progress

DATABASE = -1
"""The number of the database itself among the sources: of its events that wait for their server."""

Raw = tuple[str, Any, Variant]


@dataclass(frozen=True, slots=True)
class FileSummary:
    """What became of one file: how many entries it has and how many of them can be read; or why it was left."""

    path: str
    kind: str | None
    entries: int
    readable: int
    left: str | None


def read_sources(
    sources: list[Source], left: list[Left], options: ImportOptions, stage: Stage, progress: Progress
) -> list[FileSummary]:
    """Read every source into the stage, in order, with everything there is to report.

    Raises:
        StorageError: there is no room for the temporary file.
    """
    reader = EntryReader(
        MomentReader(options.zone), options.least_interval, options.most_interval, options.default_reactions
    )
    summaries = []
    for number, source in enumerate(sources):
        size = _size(source.path)
        progress.begin(f"Reading {source.path}", size, "bytes")
        summaries.append(_SourceReading(source, number, reader, stage).read(progress.advance))
        progress.end()
    for file in left:
        if file.is_fault:
            stage.note(Finding(str(file.path), None, None, file.reason), is_rejection=True)
        summaries.append(FileSummary(str(file.path), None, 0, 0, file.reason))
    return summaries


def stage_unresolved(entries: Iterator[ImportedEntry], stage: Stage) -> None:
    """Add the events of the database that wait for their server, so that a file may fill in what they lack."""
    for entry in entries:
        stage.add(DATABASE, _as_legacy(entry))


class _SourceReading:
    def __init__(self, source: Source, number: int, reader: EntryReader, stage: Stage) -> None:
        self._source = source
        self._file = str(source.path)
        self._number = number
        self._reader = reader
        self._stage = stage
        self._entries = self._readable = 0

    def read(self, advance: Callable[[int], None]) -> FileSummary:
        try:
            for raw in self._raw(advance):
                self._take(raw) if not isinstance(raw, Tear) else self._note_tear(raw)
        except OSError as error:
            self._reject(None, f"cannot be read: {error.strerror}")
        except StorageError:
            raise
        except sqlite3.Error as error:
            self._reject(None, f"cannot be read on: {error}")
        return FileSummary(self._file, self._source.kind.value, self._entries, self._readable, None)

    def _raw(self, advance: Callable[[int], None]) -> Iterator[Raw | Tear]:
        path, kind = self._source.path, self._source.kind
        if kind in (Kind.SQLITE_MODELS, Kind.SQLITE_COLUMNS):
            era = Era.MODELS if kind is Kind.SQLITE_MODELS else Era.COLUMNS
            for key, row in read_rows(path, era, advance=advance):
                yield key, row, Variant.SQLITE
            return
        is_wrapped = kind is Kind.WRAPPED_JSON
        of_file = variant_of_file(path, is_wrapped=is_wrapped)
        for found in read_entries(path, is_wrapped=is_wrapped, advance=advance):
            if isinstance(found, Tear):
                yield found
            else:
                yield *found, variant_of(found[1], of_file)

    def _take(self, raw: Raw) -> None:
        key, value, variant = raw
        self._entries += 1

        def report(field: str, message: str) -> None:
            self._stage.note(Finding(self._file, key, field, message))

        try:
            entry = self._reader.read(key, value, variant, report)
        except EntryRejectedError as error:
            self._reject(key, str(error))
            return
        self._readable += 1
        try:
            self._stage.add(self._number, entry)
        except sqlite3.Error as error:
            raise StorageError(f"The temporary file for the import cannot be written: {error}.") from error

    def _note_tear(self, tear: Tear) -> None:
        self._reject(None, f"torn at byte {tear.offset}, after {self._entries} whole entries: {tear.reason}")

    def _reject(self, key: str | None, reason: str) -> None:
        self._stage.note(Finding(self._file, key, None, reason), is_rejection=True)


def _as_legacy(entry: ImportedEntry) -> LegacyEntry:
    return LegacyEntry(
        key=str(entry.message_id),
        variant=Variant(entry.variant),
        field_count=entry.field_count,
        message_id=entry.message_id,
        channel_id=entry.channel_id,
        guild_id=None,
        title=entry.title,
        interval_minutes=entry.interval_minutes,
        required_reactions=entry.required_reactions,
        is_paused=entry.is_paused,
        last_reminder=entry.last_reminder,
        created_at=entry.created_at,
        answered=entry.answered,
        asked=entry.asked,
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
