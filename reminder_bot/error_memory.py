"""The last thing that went wrong, for `/health`."""

import logging
from datetime import UTC, datetime

from utils.time import timestamp_tag


class ErrorMemory(logging.Handler):
    """Remembers the last record of level ERROR or above: its logger and its message's first line, never a traceback."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Keep this record in place of the one before."""
        at = timestamp_tag(datetime.fromtimestamp(record.created, UTC))
        first_line = record.getMessage().partition("\n")[0]
        self.last = f"{at} {record.name}: {first_line}"
