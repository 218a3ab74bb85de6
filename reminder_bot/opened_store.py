"""The database with its two threads, from the opening to the close."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from models.schema_manager import SchemaManager
from persistence.database import DatabaseHandle, open_database
from persistence.early_check import EarlyCheck
from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot.config import Settings

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_store(
    settings: Settings, early: EarlyCheck | None = None
) -> AsyncIterator[tuple[DatabaseHandle, DatabaseWriter, DatabaseReader]]:
    """Open the database, its schema brought up to date; leave its write-ahead log empty.

    Raises:
        StorageError: the database cannot be used.
    """
    handle = open_database(settings.database_path, settings.database_profile, early=early)
    try:
        applied = SchemaManager(handle.database).initialize_database()
        log.info("database open path=%s schema=%s", handle.path, applied.applied[-1] if applied.applied else "none")
        writer, reader = DatabaseWriter(handle), DatabaseReader(handle)
        await writer.start()
        try:
            await reader.start()
            try:
                yield handle, writer, reader
            finally:
                await reader.close()
        finally:
            await writer.close()
    finally:
        handle.close()
