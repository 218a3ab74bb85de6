"""What the rounds say, line by line: medians, how far they spread, and which side of the bar they are on."""

import json
import platform
import sqlite3
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from tests.bench.figures import Comparison, Figure, Line, Round

LIBRARIES = ("APScheduler", "aiohttp", "discord.py", "peewee")


class ResultsError(Exception):
    """A file of results that cannot be compared with; holds the sentence that says why."""


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table with a number for each run."""

    row: int
    name: str
    unit: str
    measured: tuple[float, ...]
    reference: tuple[float, ...] = ()
    against: str = ""
    comparison: str = Comparison.ALONE
    compared: tuple[float, ...] = ()
    """What the bar is held against, run by run."""
    limit: float | None = None
    is_least: bool = False
    is_kept: bool | None = None
    """Whether the median keeps the bar; None without one."""

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Self:
        """Read what `asdict` wrote, lists for tuples."""
        numbers = ("measured", "reference", "compared")
        return cls(**{**fields, **{key: tuple(fields[key]) for key in numbers}})


def results_of(figure: Figure, rounds: Sequence[Round]) -> list[Result]:
    """Read a figure's lines out of its rounds."""
    return [_result(figure.row, line, rounds) for line in figure.lines]


def save(
    path: Path, results: Sequence[Result], rounds: Mapping[str, Sequence[Round]], *, is_quick: bool = False
) -> None:
    """Write everything that was measured, for `load` in a later run."""
    made_by = {
        "commit": _commit(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{library: version(library) for library in LIBRARIES},
    }
    content = {
        "made_by": made_by,
        "is_quick": is_quick,
        "results": [asdict(result) for result in results],
        "rounds": dict(rounds),
    }
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(path: Path, *, is_quick: bool = False) -> list[Result]:
    """Read the results that `save` wrote.

    Raises:
        ResultsError: the file holds none, or those of other sizes.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        results = [Result.read(fields) for fields in content["results"]]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ResultsError(f"{path} holds no results of this suite.") from error
    if content["is_quick"] is not is_quick:
        raise ResultsError(f"{path} holds results of {'full' if is_quick else 'quick'} size; they do not compare.")
    return results


def _result(row: int, line: Line, rounds: Sequence[Round]) -> Result:
    measured = tuple(line.value(found) for found in rounds)
    reference = () if line.reference is None else tuple(line.reference(found) for found in rounds)
    compared = _compared(line.compared, measured, reference)
    kept = None if line.bar is None else line.bar.is_kept(statistics.median(compared))
    limit, is_least = (None, False) if line.bar is None else (line.bar.limit, line.bar.is_least)
    return Result(
        row, line.name, line.unit, measured, reference, line.against, line.compared, compared, limit, is_least, kept
    )


def _compared(comparison: Comparison, measured: tuple[float, ...], reference: tuple[float, ...]) -> tuple[float, ...]:
    """Compare within each run: what slows the machine then slows both."""
    if comparison is Comparison.RATIO:
        return tuple(ours / theirs for ours, theirs in zip(measured, reference, strict=True))
    if comparison is Comparison.EXCESS:
        return tuple(ours - theirs for ours, theirs in zip(measured, reference, strict=True))
    return measured


def _commit() -> str:
    asked = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or "unknown"
