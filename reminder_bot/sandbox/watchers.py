"""Those who see everything that happens in the world, whatever a bot may know of it: the page."""

from __future__ import annotations

from collections.abc import Callable

from reminder_bot.sandbox.channels import Channel
from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.messages import Message

Told = Payload | Message | Channel
"""What happened: the gateway's own JSON, or the message or channel itself where each reader is told differently."""

Watcher = Callable[[str, Told], None]


class Watchers:
    """Passes every event on, under the gateway's name for it; they must return at once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._watchers: list[Watcher] = []

    def add(self, watcher: Watcher) -> None:
        """Tell ``watcher`` from now on."""
        self._watchers.append(watcher)

    def tell(self, event: str, about: Told) -> None:
        """Tell all of them."""
        for watcher in self._watchers:
            watcher(event, about)
