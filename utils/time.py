"""The one clock, and how a moment is written.

Everything here is aware UTC with millisecond precision: SQLite text, Discord's embed timestamps and Python then agree
on what "the same moment" is.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present moment; injected wherever time matters."""

    def now(self) -> datetime:
        """Return the present moment: aware, UTC, whole milliseconds."""
        ...


class PacedClock(Clock, Protocol):
    """A clock that timers are set by, though it may go faster than they do."""

    def real_delay(self, delay: timedelta) -> timedelta:
        """Return how long a timer of this machine must run until so much of this clock's time has passed."""
        ...

    def on_change(self, call: Callable[[], None]) -> None:
        """Have ``call`` called, on the event loop, whenever earlier answers of `real_delay` no longer hold."""
        ...


class SystemClock:
    """The machine's own wall clock."""

    def now(self) -> datetime:
        """Return the present moment: aware, UTC, whole milliseconds."""
        return whole_milliseconds(datetime.now(UTC))

    def real_delay(self, delay: timedelta) -> timedelta:
        """Return the delay as it is."""
        return delay

    def on_change(self, call: Callable[[], None]) -> None:
        """Never call: the machine's timers go by this clock, and a clock that is set is found by the safety tick."""


def whole_milliseconds(moment: datetime) -> datetime:
    """Cut a moment to whole milliseconds, in UTC.

    Raises:
        ValueError: the moment is naive.
    """
    if moment.tzinfo is not UTC:
        require_aware(moment)
        moment = moment.astimezone(UTC)
    odd = moment.microsecond % 1000
    return moment.replace(microsecond=moment.microsecond - odd) if odd else moment


def require_aware(moment: datetime) -> None:
    """Refuse a naive datetime, whose zone could only be guessed.

    Raises:
        ValueError: the moment has no UTC offset.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"naive datetime {moment.isoformat()}: a time zone is needed")


def to_text(moment: datetime) -> str:
    """Write a moment as fixed-width UTC text, ``2026-03-04 20:00:00.000+00:00``, whose text order is time order."""
    # In UTC already, as nearly always, it is enough that writing cuts off what is less than a millisecond.
    in_utc = moment if moment.tzinfo is UTC else whole_milliseconds(moment)
    return in_utc.isoformat(sep=" ", timespec="milliseconds")


def from_text(text: str) -> datetime:
    """Read what `to_text` wrote.

    Raises:
        ValueError: the text is no ISO 8601 moment, or a naive one.
    """
    moment = datetime.fromisoformat(text)
    return whole_milliseconds(moment)


def offset_text(ahead: timedelta) -> str:
    """Write how far a zone is ahead of UTC, to the minute: ``UTC+1``, ``UTC-3:30``, ``UTC+0``."""
    minutes = round(ahead.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"


def timestamp_tag(moment: datetime, style: str = "R") -> str:
    """Write a moment as Discord's ``<t:…>``, which each reader sees in their own zone.

    ``style`` is one of Discord's letters: ``R`` relative, ``F`` long date and time, ``t`` short time.
    """
    return f"<t:{int(moment.timestamp())}:{style}>"
