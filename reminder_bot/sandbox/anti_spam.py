"""Discord's guard against bots that write to many strangers: first it says "too fast", then it shuts the door.

Discord publishes no numbers, only the warning ("If you open a significant amount of DMs too quickly, your bot may be
rate limited or blocked from opening new ones", discord.com/developers/docs/resources/user#create-dm) and the refusals.
What bots met: quarantined after 20 to 50 new conversations, by most accounts 25 to 40
(github.com/discord-php/DiscordPHP/issues/467, github.com/17teen/Discord-Mass-DM-Tool/issues/11); 40003 "when I want to
send a few dozen at once" (github.com/DasWolke/SnowTransfer/issues/43), which others wait out for ten minutes. A
quarantined bot cannot write "to users it has not messaged before" (github.com/tmercswims/tmerc-cogs/issues/111); to
those it has spoken with, it can.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from reminder_bot.sandbox.behaviour import DirectLimits
from reminder_bot.sandbox.errors import ApiError, ErrorKind


@dataclass(slots=True)
class _Standing:
    """How one bot has behaved: each approach to a stranger, those let through, and with whom it has spoken."""

    approaches: deque[float] = field(default_factory=deque)
    admitted: dict[int, float] = field(default_factory=dict)
    known_ids: set[int] = field(default_factory=set)
    is_quarantined: bool = False


class AntiSpam:
    """Counts the strangers each bot approaches; opening a channel and its first message are one approach."""

    def __init__(self, limits: DirectLimits, now: Callable[[], float]) -> None:
        """Begin with bots that nothing is known of."""
        self.limits = limits
        self._now = now
        self._standings: dict[int, _Standing] = {}

    def check(self, bot_id: int, person_id: int) -> None:
        """Let a bot approach somebody, or refuse; who has spoken with them before is never refused.

        Raises:
            ApiError: it goes too fast (40003), or is quarantined, perhaps by this very approach (20026).
        """
        standing = self._standing(bot_id)
        if person_id in standing.known_ids:
            return
        self._forget_old(standing)
        if standing.is_quarantined:
            raise ApiError(ErrorKind.QUARANTINED)
        if person_id in standing.admitted:
            return
        now = self._now()
        standing.approaches.append(now)
        if len(standing.approaches) > self.limits.approaches_until_quarantine:
            standing.is_quarantined = True
            raise ApiError(ErrorKind.QUARANTINED)
        if len(standing.admitted) >= self.limits.new_people:
            raise ApiError(ErrorKind.TOO_MANY_DMS)
        standing.admitted[person_id] = now

    def note_contact(self, bot_id: int, person_id: int) -> None:
        """Note that a bot and somebody have spoken: they are no strangers any more."""
        self._standing(bot_id).known_ids.add(person_id)

    def quarantine(self, bot_id: int) -> None:
        """Flag a bot at once."""
        self._standing(bot_id).is_quarantined = True

    def release(self, bot_id: int) -> None:
        """Take the flag away, and forget what led to it: an appeal was granted."""
        standing = self._standing(bot_id)
        standing.is_quarantined = False
        standing.approaches.clear()
        standing.admitted.clear()

    def is_quarantined(self, bot_id: int) -> bool:
        """Whether a bot is flagged."""
        return self._standing(bot_id).is_quarantined

    def _standing(self, bot_id: int) -> _Standing:
        return self._standings.setdefault(bot_id, _Standing())

    def _forget_old(self, standing: _Standing) -> None:
        oldest = self._now() - self.limits.within_seconds
        while standing.approaches and standing.approaches[0] <= oldest:
            standing.approaches.popleft()
        standing.admitted = {person: at for person, at in standing.admitted.items() if at > oldest}
