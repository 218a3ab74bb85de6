"""One open page: whom its reader acts as, and what is on the way to it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.replies import InteractionReply

MOST_FRAMES = 20_000
"""A page that reads no more is let go; it begins anew when it comes back."""

_MOST_MODALS = 20


class Visitor:
    """What is sent goes out in order, as many events at once as there are."""

    def __init__(self, user_id: int) -> None:
        """Begin as somebody."""
        self.user_id = user_id
        self._waiting: list[Payload] = []
        self._has_some = asyncio.Event()
        self._modals: OrderedDict[int, InteractionReply] = OrderedDict()

    @property
    def is_lost(self) -> bool:
        """Whether it has stopped reading."""
        return len(self._waiting) > MOST_FRAMES

    def send(self, frame: Payload) -> None:
        """Put something on the way."""
        self._waiting.append(frame)
        self._has_some.set()

    async def take(self) -> list[Payload]:
        """Wait until something is on the way, and return all of it."""
        await self._has_some.wait()
        self._has_some.clear()
        taken, self._waiting = self._waiting, []
        return taken

    def keep_modal(self, reply: InteractionReply) -> str:
        """Remember a modal that was opened; return its key."""
        self._modals[reply.interaction.id] = reply
        while len(self._modals) > _MOST_MODALS:
            self._modals.popitem(last=False)
        return str(reply.interaction.id)

    def take_modal(self, key: int) -> InteractionReply | None:
        """Return a modal that is still open, once."""
        return self._modals.pop(key, None)
