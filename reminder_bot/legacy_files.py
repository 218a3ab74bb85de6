"""Files of the old bot beside an empty database: nothing is imported without being asked, but how to is said."""

import asyncio
import logging
import shlex
import sys
from pathlib import Path

from persistence import events
from persistence.reader import DatabaseReader

log = logging.getLogger(__name__)


async def tell_of_legacy_files(database: Path, reader: DatabaseReader) -> None:
    """Log one line with the command that imports them, when no event is stored and they lie beside it or in "."."""
    if await reader.run(events.is_empty):
        found = await asyncio.to_thread(_find, database)
        if found:
            command = [sys.executable, "-m", "reminder_bot", "import-json", "migrate", *found, "--database", database]
            log.warning(
                "the old bot's files are here and nothing is imported by itself; stop the bot, then run: %s",
                shlex.join(map(str, command)),
            )


def _find(database: Path) -> list[Path]:
    # Only here: a bot with events has no use for a reader of old files.
    from utils.legacy.sources import legacy_files_in

    folders = dict.fromkeys(folder.resolve() for folder in (database.parent, Path()))
    return [path for folder in folders for path in legacy_files_in(folder)]
