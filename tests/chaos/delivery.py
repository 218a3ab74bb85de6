"""When the bot was told of something: from what was written to its socket, and when it was able to listen."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reminder_bot.sandbox.record import Connection, Delivered
from tests.chaos.facts import NEVER, Interval

LOST_WITH_THE_LINE_SECONDS = 0.3
"""A frame written so shortly before its connection ended may not have been read."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something happened, and this event of the gateway tells of it; ``session_id`` is None when none does."""

    at: float
    session_id: str | None
    sequence: int


class Delivery:
    """Answers from when on the bot knew of something."""

    def __init__(
        self, delivered: Iterable[Delivered], connections: Sequence[Connection], stops: Sequence[Interval]
    ) -> None:
        self._stops = stops
        self._connections = connections
        self._sessions = sorted(item.connected_at for item in connections if not item.is_resume)
        self._writes: dict[tuple[str, int], list[float]] = {}
        for item in delivered:
            self._writes.setdefault((item.session_id, item.sequence), []).append(item.at)

    def known_at(self, mark: Mark) -> float:
        """Return when the bot was told, or began a session in which it had to read; NEVER when neither."""
        writes = self._writes.get((mark.session_id, mark.sequence), []) if mark.session_id is not None else []
        heard = [at for at in writes if mark.session_id is not None and self._was_read(mark.session_id, at)]
        return min([*map(self._awake, heard), self._awake(self._next_session(mark.at))])

    def _next_session(self, at: float) -> float:
        index = bisect_left(self._sessions, at)
        return self._sessions[index] if index < len(self._sessions) else NEVER

    def _was_read(self, session_id: str, at: float) -> bool:
        for item in self._connections:
            ended_at = NEVER if item.ended_at is None else item.ended_at
            if item.session_id == session_id and item.connected_at <= at <= ended_at:
                return ended_at > at + LOST_WITH_THE_LINE_SECONDS
        return False

    def _awake(self, at: float) -> float:
        return next((end for start, end in self._stops if start <= at < end), at)
