"""What happens, on its way to every open page: the events that the gateway sends, as who sees all sees them."""

from __future__ import annotations

import asyncio

from reminder_bot.sandbox.channels import Channel
from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.page.shown import shown_channel, shown_message, viewpoint
from reminder_bot.sandbox.page.visitor import Visitor
from reminder_bot.sandbox.platform import Platform
from reminder_bot.sandbox.watchers import Told

_MOVES_VIEWPOINTS = ("GUILD", "CHANNEL", "THREAD")
"""Events whose names begin so may change what somebody can see."""


class Feed:
    """Passes events to the visitors; an ephemeral answer only to those who act as the one who asked."""

    def __init__(self, platform: Platform) -> None:
        """Watch a platform from now on."""
        self._platform = platform
        self._visitors: set[Visitor] = set()
        self._is_viewpoint_due = False
        platform.gateway.watchers.add(self._tell)

    def join(self, visitor: Visitor) -> None:
        """Tell a visitor from now on."""
        self._visitors.add(visitor)

    def leave(self, visitor: Visitor) -> None:
        """Tell a visitor no more."""
        self._visitors.discard(visitor)

    def send_viewpoint(self, visitor: Visitor) -> None:
        """Tell a visitor what the person they act as can see and do."""
        visitor.send({"event": "VIEWPOINT", "data": viewpoint(self._platform, visitor.user_id)})

    def _tell(self, event: str, about: Told) -> None:
        if not self._visitors:
            return
        data = self._shown(about)
        frame: Payload = {"event": event, "data": data}
        only_for = data.get("only_for")
        for visitor in self._visitors:
            if only_for in (None, str(visitor.user_id)):
                visitor.send(frame)
        if event.startswith(_MOVES_VIEWPOINTS) and not self._is_viewpoint_due:
            # Once for a burst: five hundred people may join at once.
            self._is_viewpoint_due = True
            asyncio.get_running_loop().call_soon(self._send_viewpoints)

    def _shown(self, about: Told) -> Payload:
        if isinstance(about, Message):
            return shown_message(self._platform.world, about)
        return shown_channel(about) if isinstance(about, Channel) else about

    def _send_viewpoints(self) -> None:
        self._is_viewpoint_due = False
        for visitor in self._visitors:
            self.send_viewpoint(visitor)
