"""How fast direct messages may leave: Discord takes a bot that writes to many people at once for a spammer.

The pauses are the machine's, whatever clock the reminders go by: they are Discord's, not ours.
"""

import asyncio
import time
from collections.abc import Callable, Mapping

from reminder_bot.pace import Pace

DIRECT_SECONDS = 3.0
"""Between two direct messages, whomever they are for."""

NEW_PEOPLE = 20
NEW_PEOPLE_SECONDS = 600.0
"""How many people may be written to within ten minutes who were not written to before, as far as the process knows.

Discord gives no number. It refuses bots that open conversations too fast (40003), and flags them for it (20026), for
which a person has to appeal. Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes
"""

REST_SECONDS = 900.0
"""How long nobody is written to after Discord has refused because of too many."""

TOO_FAST = 40003
"""What Discord says to a bot that opens conversations too fast."""

FLAGGED = 20026
"""What Discord says to a bot that it has flagged as a spammer, until an appeal is granted."""


class DirectPace:
    """Gives turns for direct messages, in the order in which they were asked for."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._every = Pace(1, DIRECT_SECONDS, now)
        self._new = Pace(NEW_PEOPLE, NEW_PEOPLE_SECONDS, now)
        self._new_people = asyncio.Lock()
        self._known: set[int] = set()
        self._rests_until = now()
        self._flagged_until = now()

    @property
    def is_flagged(self) -> bool:
        """Whether Discord has said a moment ago that it takes the bot for a spammer."""
        return self._flagged_until > self._now()

    async def take(self, user_id: int) -> bool:
        """Wait for a turn to write to somebody, and take it; False when nobody may be written to for long."""
        if user_id in self._known:
            return await self._take_turn()
        # One after the other: places given while all rest would be used at once afterwards, and nobody is known
        # before their place has come, or what another server has for them would go ahead of it.
        async with self._new_people:
            if not await self._rest():
                return False
            if user_id not in self._known:
                await self._new.take()
            if not await self._take_turn():
                return False
            self._known.add(user_id)
            return True

    def recall(self, written: Mapping[int, float]) -> None:
        """Take note of whom an earlier process has written to, and how many seconds ago, the longest ago first."""
        for user_id, seconds_ago in written.items():
            if user_id not in self._known:
                self._known.add(user_id)
                # A clock that was set back would have them written to in time to come.
                self._new.note(max(seconds_ago, 0.0))

    def rest(self, *, is_flagged: bool = False) -> None:
        """Write to nobody for a while: Discord has refused because of too many, or has flagged the bot."""
        self._rests_until = self._now() + REST_SECONDS
        if is_flagged:
            self._flagged_until = self._rests_until

    async def rested(self) -> None:
        """Wait until somebody may be written to again."""
        while (left := self._rests_until - self._now()) > 0:
            await asyncio.sleep(left)

    async def _take_turn(self) -> bool:
        if not await self._rest():
            return False
        await self._every.take()
        return await self._rest()

    async def _rest(self) -> bool:
        """Wait while all rest, but not while the bot is flagged: who waits then is told in another way."""
        while not self.is_flagged and (left := self._rests_until - self._now()) > 0:
            await asyncio.sleep(left)
        return not self.is_flagged
