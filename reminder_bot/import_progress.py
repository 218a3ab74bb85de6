"""How far an import is: a bar on a terminal, lines elsewhere; both on standard error."""

import sys
import time
from typing import Any

import click

_LINE_SECONDS = 5.0
_MEBIBYTE = 1 << 20


class BarProgress:
    """A bar for each step, with rate and remaining time."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._step = _Step("", 0, "")

    def begin(self, step: str, total: int, unit: str) -> None:
        """Show an empty bar."""
        self._step = _Step(step, total, unit)
        # The bar leaves its own line alone as long as nothing has moved.
        self._bar = click.progressbar(
            length=max(total, 1),
            label=step,
            file=sys.stderr,
            show_pos=False,
            item_show_func=lambda _: self._step.rate(),
        )
        self._bar.__enter__()

    def advance(self, count: int) -> None:
        """Move the bar."""
        self._step.done += count
        self._bar.update(count, self._step)

    def end(self) -> None:
        """Fill the bar, and leave it."""
        self._bar.update(max(self._step.total, 1) - min(self._step.done, self._step.total), self._step)
        self._bar.__exit__(None, None, None)


class LineProgress:
    """A line at the end of each step, and one every five seconds of a long one."""

    def __init__(self) -> None:
        self._step = _Step("", 0, "")
        self._told_at = 0.0

    def begin(self, step: str, total: int, unit: str) -> None:
        """Say nothing yet."""
        self._step = _Step(step, total, unit)
        self._told_at = time.monotonic()

    def advance(self, count: int) -> None:
        """Say how far it is, now and then."""
        self._step.done += count
        if time.monotonic() - self._told_at >= _LINE_SECONDS:
            self._told_at = time.monotonic()
            click.echo(f"{self._step.name}: {self._step.percent()} %, {self._step.rate()}", err=True)

    def end(self) -> None:
        """Say that the step is done."""
        click.echo(f"{self._step.name}: done, {self._step.rate()}", err=True)


class _Step:
    def __init__(self, name: str, total: int, unit: str) -> None:
        self.name = name
        self.total = total
        self.done = 0
        self._unit = unit
        self._began_at = time.monotonic()

    def percent(self) -> int:
        return min(100 * self.done // self.total, 100) if self.total else 100

    def rate(self) -> str:
        per_second = self.done / max(time.monotonic() - self._began_at, 0.001)
        if self._unit == "bytes":
            return f"{per_second / _MEBIBYTE:.1f} MiB/s"
        return f"{per_second:,.0f} {self._unit}/s"
