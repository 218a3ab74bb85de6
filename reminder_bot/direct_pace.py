"""How fast direct messages may leave: Discord takes a bot that writes to many people at once for a spammer.

The pauses are the machine's, whatever clock the reminders go by: they are Discord's, not ours.
"""

import asyncio
import time
from collections.abc import Callable

from reminder_bot.pace import Pace

DIRECT_SECONDS = 3.0
"""Between two direct messages, whomever they are for."""

NEW_PEOPLE = 20
NEW_PEOPLE_SECONDS = 600.0
"""How many people may be written to within ten minutes who were not written to before by this process.

Discord gives no number. It refuses bots that open conversations too fast (40003), and flags them for it (20026), for
which a person has to appeal. Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes
"""

REST_SECONDS = 900.0
"""How long nobody is written to after Discord has refused because of too many."""

TOO_MANY = frozenset({20026, 40003})
"""The bot was flagged as a spammer; it opens conversations too fast."""


class DirectPace:
    """Gives turns for direct messages, in the order in which they were asked for."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._every = Pace(1, DIRECT_SECONDS, now)
        self._new = Pace(NEW_PEOPLE, NEW_PEOPLE_SECONDS, now)
        self._new_people = asyncio.Lock()
        self._known: set[int] = set()
        self._rests_until = now()

    async def take(self, user_id: int) -> None:
        """Wait for a turn to write to somebody, and take it."""
        if user_id in self._known:
            await self._take_turn()
            return
        # One after the other: places given while all rest would be used at once afterwards, and nobody is known
        # before their place has come, or what another server has for them would go ahead of it.
        async with self._new_people:
            await self._rest()
            if user_id not in self._known:
                await self._new.take()
            await self._take_turn()
            self._known.add(user_id)

    def rest(self) -> None:
        """Write to nobody for a while: Discord has refused because of too many."""
        self._rests_until = self._now() + REST_SECONDS

    async def _take_turn(self) -> None:
        await self._rest()
        await self._every.take()
        await self._rest()

    async def _rest(self) -> None:
        while (left := self._rests_until - self._now()) > 0:
            await asyncio.sleep(left)
