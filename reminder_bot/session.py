"""What the present gateway session allows: nothing is sent while it is down or before an event was reconciled in it."""

import asyncio
from collections.abc import Callable
from datetime import datetime

LOOK_AGAIN_SECONDS = 30.0
"""How often what waits for the gateway looks whether it is still to be sent."""


class GatewaySession:
    """The state of the connection to Discord, as far as sending depends on it.

    A *new session* (READY) forgets what was reconciled, because the reactions between two sessions were never seen; a
    resume replays them, so everything reconciled stays so.
    """

    def __init__(self) -> None:
        self.generation = 0
        self._is_connected = False
        self._has_members = False
        self._reconciled: dict[int, datetime] = {}
        self._changed = asyncio.Condition()
        self._waking: set[asyncio.Task[None]] = set()

    @property
    def is_online(self) -> bool:
        """Whether the gateway is up and the session's guilds and members have arrived."""
        return self._is_connected and self._has_members

    @property
    def has_members(self) -> bool:
        """Whether the session's guilds and members have arrived, also while the connection is down."""
        return self._has_members

    def begin(self) -> None:
        """Start a new session: connected, nothing reconciled, members still to come."""
        self.generation += 1
        self._is_connected = True
        self._has_members = False
        self._reconciled.clear()

    def members_arrived(self) -> None:
        """Note that the guilds and members of this session are here."""
        self._has_members = True
        self._wake()

    def resumed(self) -> None:
        """Note that the connection is back in the same session."""
        self._is_connected = True
        self._wake()

    def lost(self) -> None:
        """Note that the connection is down."""
        self._is_connected = False

    def mark_reconciled(self, event_id: int, at: datetime, generation: int) -> bool:
        """Note that an event's answers agree with Discord's; False when that was found out in an older session."""
        if generation != self.generation:
            return False
        self._reconciled[event_id] = at
        self._wake()
        return True

    def distrust(self, event_id: int) -> None:
        """Forget that an event was reconciled, because an answer may have been missed."""
        self._reconciled.pop(event_id, None)

    def reconciled_at(self, event_id: int) -> datetime | None:
        """Return when the event was reconciled in this session, or None."""
        return self._reconciled.get(event_id)

    def can_send(self, event_id: int) -> bool:
        """Whether a reminder for this event may go out now."""
        return self.is_online and event_id in self._reconciled

    async def wait_until(self, is_allowed: Callable[[], bool]) -> None:
        """Wait until the session allows something, however long that takes."""
        async with self._changed:
            await self._changed.wait_for(is_allowed)

    async def wait_a_while(self, is_allowed: Callable[[], bool]) -> bool:
        """Wait as `wait_until`, but not for long; False says to look again whether it is still wanted."""
        try:
            async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                await self.wait_until(is_allowed)
        except TimeoutError:
            return False
        return True

    def _wake(self) -> None:
        task = asyncio.get_running_loop().create_task(self._notify())
        self._waking.add(task)
        task.add_done_callback(self._waking.discard)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()
