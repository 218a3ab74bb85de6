"""Logging: records are written by a thread of its own, so that a slow disk or terminal never stalls the event loop."""

import copy
import json
import logging
import logging.handlers
import queue
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from textwrap import shorten
from typing import Any, Literal, TextIO

_LEAST_LEVELS = {
    # Their DEBUG lines hold what people wrote, or a line for every statement.
    "discord": logging.INFO,
    "peewee": logging.INFO,
    # INFO is two lines for every run of a job.
    "apscheduler": logging.WARNING,
    "aiohttp.access": logging.WARNING,
    "asyncio": logging.INFO,
}

_LONGEST_REASON = 200


class LogHandle:
    """The running log; made by `configure_logging`."""

    def __init__(self, handler: logging.Handler, listener: logging.handlers.QueueListener) -> None:
        self._handler = handler
        self._listener = listener
        self._levels: dict[logging.Logger, int] = {}
        self._is_running = False

    def start(self, level: str) -> None:
        """Put the log in place."""
        root = logging.getLogger()
        for name, least in ((None, logging.NOTSET), *_LEAST_LEVELS.items()):
            logger = logging.getLogger(name)
            self._levels[logger] = logger.level
            logger.setLevel(max(logging.getLevelNamesMapping()[level], least))
        root.addHandler(self._handler)
        self._listener.start()
        self._is_running = True

    def stop(self) -> None:
        """Write what is still waiting, then leave logging as it was found; a second call does nothing."""
        if not self._is_running:
            return
        self._is_running = False
        logging.getLogger().removeHandler(self._handler)
        self._listener.stop()
        self._handler.close()
        for logger, level in self._levels.items():
            logger.setLevel(level)


def configure_logging(
    level: str, log_format: Literal["text", "json"], *, secrets: Sequence[str] = (), stream: TextIO | None = None
) -> LogHandle:
    """Send all log records of ``level`` and above to ``stream`` (standard error), through a queue.

    Each of ``secrets`` is replaced wherever it would appear: in messages, tracebacks and libraries' own records.
    Call ``stop()`` on the handle at the end.
    """
    writer = logging.StreamHandler(stream if stream is not None else sys.stderr)
    writer.setFormatter(_JsonFormatter() if log_format == "json" else _TextFormatter())
    records: queue.SimpleQueue[Any] = queue.SimpleQueue()
    handle = LogHandle(_RedactingQueueHandler(records, secrets), logging.handlers.QueueListener(records, writer))
    handle.start(level)
    return handle


class _RedactingQueueHandler(logging.handlers.QueueHandler):
    """Turns a record into plain text while its arguments are as they were, and takes the secrets out."""

    def __init__(self, records: "queue.SimpleQueue[Any]", secrets: Sequence[str]) -> None:
        super().__init__(records)
        self._secrets = tuple(secret for secret in secrets if secret)

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        plain = copy.copy(record)
        plain.msg = self._redacted(record.getMessage())
        plain.args = None
        if record.exc_info and _is_reconnect(record):
            plain.msg = self._redacted(f"{record.getMessage()} ({_in_one_line(record.exc_info[1])})")
            plain.exc_text = None
        elif record.exc_info:
            plain.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.stack_info:
            plain.exc_text = "\n".join(filter(None, (plain.exc_text, record.stack_info)))
        plain.exc_text = self._redacted(plain.exc_text) if plain.exc_text else None
        plain.exc_info = None
        plain.stack_info = None
        return plain

    def _redacted(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def _is_reconnect(record: logging.LogRecord) -> bool:
    """Whether discord.py tells of a lost connection: everyday news, for which it writes a whole traceback."""
    return record.name == "discord.client" and str(record.msg).startswith("Attempting a reconnect")


def _in_one_line(error: BaseException | None) -> str:
    return shorten(f"{type(error).__name__}: {error}", _LONGEST_REASON, placeholder="…")


class _TextFormatter(logging.Formatter):
    """One line a record, traceback below: ``2026-03-04 20:00:00.000Z INFO reminder_bot.bot: connected``."""

    def format(self, record: logging.LogRecord) -> str:
        # A line break in a name that people chose must not look like a second record.
        message = record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
        line = f"{_moment(record, ' ')} {record.levelname} {record.name}: {message}"
        return f"{line}\n{record.exc_text}" if record.exc_text else line


class _JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and exc when there was an exception."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": _moment(record, "T"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_text:
            entry["exc"] = record.exc_text
        return json.dumps(entry, ensure_ascii=False)


def _moment(record: logging.LogRecord, separator: str) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.replace(tzinfo=None).isoformat(sep=separator, timespec="milliseconds") + "Z"
