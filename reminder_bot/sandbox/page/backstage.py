"""What stands behind the page besides the world itself: the story, and later the bot's process and the clock."""

from __future__ import annotations

from typing import Protocol

from reminder_bot.sandbox.entities import Payload


class Backstage(Protocol):
    """What whoever put the sandbox on lends to the page; where nothing is lent, the page shows the world alone."""

    def shown(self) -> Payload:
        """Return what there is, for a page that opens now."""
        ...

    def play_story(self) -> bool:
        """Begin the story once more; False when it is being played."""
        ...
