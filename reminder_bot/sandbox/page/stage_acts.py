"""What a person does with the stage instead of in the world: whom they act as, the story, time, the bot."""

from __future__ import annotations

from collections.abc import Callable

from reminder_bot.sandbox.clock import SPEEDS
from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.page.acts import Act, ActError, Handler
from reminder_bot.sandbox.page.backstage import Backstage
from reminder_bot.sandbox.page.visitor import Visitor

_NOTHING_BEHIND = "This sandbox has no story, no clock and no bot of its own."


class StageActs:
    """The acts that a stage allows; without a backstage one may only act as somebody else."""

    def __init__(self, backstage: Backstage | None, send_viewpoint: Callable[[Visitor], None]) -> None:
        """Act on a backstage, and tell visitors what they see as somebody else."""
        self._lent = backstage
        self._send_viewpoint = send_viewpoint

    def by_name(self) -> dict[str, Handler]:
        """Return them by the names that the page calls them by."""
        return {
            "become": self.become,
            "play_story": self.play_story,
            "post_event": self.post_event,
            "kill_bot": self.kill_bot,
            "restart_bot": self.restart_bot,
            "set_speed": self.set_speed,
            "skip": self.skip,
            "look": self.look,
        }

    async def become(self, act: Act) -> Payload:
        """Act as somebody else."""
        user_id = act.snowflake("user_id")
        if act.platform.world.user(user_id).is_bot:
            raise ActError("A bot acts for itself.")
        act.visitor.user_id = user_id
        self._send_viewpoint(act.visitor)
        return {}

    async def play_story(self, _act: Act) -> Payload:
        """Have the story played."""
        if not self._backstage.play_story():
            raise ActError("The story is being played already.")
        return {}

    async def post_event(self, act: Act) -> Payload:
        """Post an event as the person one acts as, watched with an interval."""
        problem = await self._backstage.post_event(
            act.snowflake("channel_id"), act.user_id, act.text("interval", most=20)
        )
        if problem is not None:
            raise ActError(problem)
        return {}

    async def kill_bot(self, _act: Act) -> Payload:
        """End the bot's process at once."""
        await self._backstage.kill_bot()
        return {}

    async def restart_bot(self, _act: Act) -> Payload:
        """Start the bot's process anew."""
        await self._backstage.restart_bot()
        return {}

    async def set_speed(self, act: Act) -> Payload:
        """Let the calendar go at one of the speeds."""
        speed = act.arguments.get("speed")
        if speed not in SPEEDS:
            raise ActError(f"The speed is one of {', '.join(map(str, SPEEDS))}.")
        self._backstage.set_speed(int(speed))
        return {}

    async def skip(self, _act: Act) -> Payload:
        """Skip the calendar to the next reminder."""
        if not self._backstage.skip_to_next_due():
            raise ActError("No reminder is due: there is nothing to skip to.")
        return {}

    async def look(self, _act: Act) -> Payload:
        """Be told for a minute what the bot's database holds."""
        self._backstage.show_ledger()
        return {}

    @property
    def _backstage(self) -> Backstage:
        if self._lent is None:
            raise ActError(_NOTHING_BEHIND)
        return self._lent
