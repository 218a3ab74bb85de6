"""A bot's session with the gateway: it outlives its connections and keeps what was missed."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from reminder_bot.sandbox.entities import Application, Payload
from reminder_bot.sandbox.intents import Intent

BACKLOG_LIMIT = 20_000
"""Events kept for a RESUME."""


@dataclass(slots=True)
class Session:
    """One IDENTIFY: numbered events, sent while connected and kept for a RESUME."""

    id: str
    application: Application
    intents: Intent
    large_threshold: int
    sequence: int = 0
    backlog: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=BACKLOG_LIMIT))
    send: Callable[[str, int], None] | None = None
    lost_at: float | None = None

    @property
    def bot_id(self) -> int:
        """Id of the bot."""
        return self.application.id

    @property
    def is_connected(self) -> bool:
        """Whether a connection carries it now."""
        return self.send is not None

    def dispatch(self, event: str, data: Payload) -> None:
        """Number an event, keep it, and send it when connected."""
        self.sequence += 1
        frame = json.dumps({"op": 0, "t": event, "s": self.sequence, "d": data}, separators=(",", ":"))
        self.backlog.append((self.sequence, frame))
        if self.send is not None:
            self.send(frame, self.sequence)

    def replay(self, after: int) -> bool:
        """Send again everything after a sequence number; False when it is not kept any more."""
        if self.send is None or after > self.sequence:
            return False
        oldest = self.backlog[0][0] if self.backlog else self.sequence + 1
        if after + 1 < oldest:
            return False
        for sequence, frame in list(self.backlog):
            if sequence > after:
                self.send(frame, sequence)
        return True
