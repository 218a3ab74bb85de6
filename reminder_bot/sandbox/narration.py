"""The telling of the story, line by line: for the terminal, and for pages that open later."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.watchers import Watchers


class StoryState(StrEnum):
    """How far the story has come."""

    WAITING = "waiting"
    PLAYING = "playing"
    RIGHT = "right"
    WRONG = "wrong"
    STOPPED = "stopped"


@dataclass(slots=True)
class Narration:
    """Says each line with the seconds since the beginning, and keeps it."""

    watchers: Watchers
    say: Callable[[str], None]
    state: StoryState = StoryState.WAITING
    lines: list[str] = field(default_factory=list)
    _began_at: float = 0.0

    def begin(self) -> None:
        """Start over."""
        self._began_at = time.monotonic()
        self.lines.clear()
        self._become(StoryState.PLAYING)

    def tell(self, text: str) -> None:
        """Say what happens; a text of several lines is one telling."""
        moment = f"{time.monotonic() - self._began_at:5.1f} s  "
        self.say(moment + text.replace("\n", "\n" + " " * len(moment)))
        self.lines.append(text)
        self._become(self.state)

    def end(self, state: StoryState, text: str) -> None:
        """Say how it came out."""
        self.say(text)
        self.lines.append(text.strip())
        self._become(state)

    def shown(self) -> Payload:
        """Write it for the page."""
        return {"state": self.state, "lines": list(self.lines)}

    def _become(self, state: StoryState) -> None:
        self.state = state
        self.watchers.tell("STORY", self.shown())
