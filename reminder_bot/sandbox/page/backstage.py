"""What stands behind the page besides the world itself: the story, the bot's process, the clock, the bot's database."""

from __future__ import annotations

from typing import Protocol

from reminder_bot.sandbox.entities import Payload


class Backstage(Protocol):
    """What whoever put the sandbox on lends to the page; where nothing is lent, the page shows the world alone."""

    def shown(self) -> Payload:
        """Return what there is, for a page that opens now: ``story``, ``bot``, ``clock``, ``ledger``."""
        ...

    def play_story(self) -> bool:
        """Begin the story once more; False when it is being played."""
        ...

    async def post_event(self, channel_id: int, user_id: int, interval: str) -> str | None:
        """Post an event and have the bot watch it; return what went wrong, if anything."""
        ...

    async def kill_bot(self) -> None:
        """End the bot's process at once."""
        ...

    async def restart_bot(self) -> None:
        """Start the bot's process, after ending it if it runs."""
        ...

    def set_speed(self, speed: int) -> None:
        """Let the calendar go faster, or at its own pace again."""
        ...

    def skip_to_next_due(self) -> bool:
        """Skip the calendar to the next reminder; False when none is due."""
        ...

    def show_ledger(self) -> None:
        """Tell what the bot's database holds whenever it has changed, for as long as anybody looks."""
        ...
