"""What a figure is: arms that are measured, each in a process of its own, and the lines that are read from them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

Metrics = Mapping[str, float]
"""What one arm measured, by name; the unit is the end of the name."""

Round = Mapping[str, Metrics]
"""What all arms of a figure measured once, by arm."""

Value = Callable[[Round], float]
"""Reads one number out of a round."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How an arm is run: a folder that the whole session shares, and whether the sizes are small."""

    folder: Path
    is_quick: bool

    def choose(self, *, full: T, quick: T) -> T:
        """Return the size for this run."""
        return quick if self.is_quick else full


Arm = Callable[[Setup], Metrics]


class Comparison(StrEnum):
    """What the bar is held against."""

    ALONE = "alone"
    RATIO = "ratio"
    EXCESS = "excess"
    """What is measured less its reference."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The bound that a median must keep."""

    limit: float
    is_least: bool = False

    def is_kept(self, number: float) -> bool:
        """Whether the number is on the right side."""
        return number >= self.limit if self.is_least else number <= self.limit


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; without a bar it only informs."""

    name: str
    unit: str
    value: Value
    reference: Value | None = None
    against: str = ""
    """What the reference is, in a few words."""
    compared: Comparison = Comparison.ALONE
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the suite."""

    row: int
    name: str
    arms: Mapping[str, Arm]
    lines: tuple[Line, ...]


def at(arm: str, metric: str) -> Value:
    """Read a metric of an arm."""
    return lambda found: found[arm][metric]


def most(arm: str, *metrics: str) -> Value:
    """Read the largest of an arm's metrics."""
    return lambda found: max(found[arm][metric] for metric in metrics)


def growth(value: Value, start: Value) -> Value:
    """Read how much one value is above another."""
    return lambda found: value(found) - start(found)


def at_most(limit: float) -> Bar:
    """Return a bar from above."""
    return Bar(limit)


def at_least(limit: float) -> Bar:
    """Return a bar from below."""
    return Bar(limit, is_least=True)
