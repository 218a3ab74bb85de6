"""What the operator's commands share on the screen: tables, JSON, questions, and numbers as people read them."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from utils.durations import format_duration

F = TypeVar("F", bound=Callable[..., Any])


class MisusedError(click.ClickException):
    """The command cannot do what it was asked with these words; exit code 2."""

    exit_code = click.UsageError.exit_code


def json_option(command: F) -> F:
    """Add ``--json``, handed over as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")(command)


def yes_option(command: F) -> F:
    """Add ``--yes``, handed over as ``yes``; for commands that change the database."""
    return click.option("--yes", is_flag=True, help="Do not ask.")(command)


def confirm(question: str, *, yes: bool) -> None:
    """Ask on the terminal, unless that was answered on the command line; return only when it is to be done.

    Raises:
        MisusedError: nobody is there to be asked.
        click.Abort: the answer is no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise MisusedError(f"{question} Nobody is at the terminal to say so: add --yes. Nothing was changed.")
    # On standard error, so that --json can be piped on.
    click.confirm(question, abort=True, err=True)


def show(data: Any, lines: Sequence[str], *, as_json: bool) -> None:
    """Print what a command found or did, as JSON or as lines."""
    if as_json:
        click.echo(json.dumps(plain(data), ensure_ascii=False, indent=2))
        return
    for line in lines:
        click.echo(line)


def plain(value: Any) -> Any:
    """Return a value as JSON has it: moments and paths as text, durations in seconds, records as objects."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Lay out rows under headings; numbers to the right."""
    cells = [list(headings), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    to_right = [
        bool(rows) and all(isinstance(row[column], int | float) for row in rows) for column in range(len(widths))
    ]
    lines = []
    for row in cells:
        padded = (
            cell.rjust(width) if is_number else cell.ljust(width)
            for cell, width, is_number in zip(row, widths, to_right, strict=True)
        )
        lines.append("  ".join(padded).rstrip())
    return lines


def facts(pairs: Mapping[str, object]) -> list[str]:
    """Lay out names and what is known of them, one a line."""
    width = max(map(len, pairs), default=0)
    return [f"{name.ljust(width)}  {_cell(value)}".rstrip() for name, value in pairs.items()]


def size(count: int | None) -> str:
    """Write a number of bytes: ``1.5 MB``; MB are millions."""
    if count is None:
        return "not known"
    if count < 1_000:
        return f"{count} B"
    return f"{count / 1_000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def moment(at: datetime | None) -> str:
    """Write a moment in UTC, to the second."""
    return "never" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def age(at: datetime, now: datetime) -> str:
    """Write how long ago something was, in its two largest units."""
    return " ".join(format_duration(max(now - at, timedelta(0))).split()[:4]) + " ago"


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    # What people wrote must not move the cursor.
    return "".join(char if char.isprintable() else "�" for char in text)
