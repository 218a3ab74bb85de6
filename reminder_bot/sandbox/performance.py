"""One performance: the bot as a process of its own, and the story with it, as often as somebody wants to see it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from reminder_bot.sandbox.bot_process import BotProcess
from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.narration import Narration, StoryState
from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.sandbox.story import Story, StoryError
from reminder_bot.sandbox.story_report import report


class Performance:
    """Keeps the bot and the story that is being played; the page's backstage."""

    def __init__(
        self, sandbox: Sandbox, seed: Seed, database: Path, log_path: Path, say: Callable[[str], None]
    ) -> None:
        """Prepare it in a sandbox; the bot writes into ``database`` and ``log_path``."""
        self._sandbox = sandbox
        self._seed = seed
        self._database = database
        self._bot = BotProcess((), {}, log_path)
        self._narration = Narration(sandbox.gateway.watchers, say)
        self._playing: asyncio.Task[None] | None = None

    @property
    def state(self) -> StoryState:
        """How far the story has come."""
        return self._narration.state

    @property
    def is_bot_running(self) -> bool:
        """Whether the bot has been started and has not ended."""
        return self._bot.is_running

    async def start_bot(self, command: Sequence[str], settings: Mapping[str, str]) -> None:
        """Start the bot on this sandbox; it is set to ``settings``, but for what leads it here."""
        self._bot.command = command
        self._bot.environment = {
            **settings,
            "DISCORD_TOKEN": self._seed.token,
            "DISCORD_API_URL": self._sandbox.api_url,
            "DATABASE_PATH": str(self._database),
            "MIN_INTERVAL_SECONDS": "1",
        }
        await self._bot.start()

    async def play_until(self, stop: asyncio.Event) -> StoryState:
        """Play the story to its end, or until ``stop`` is set."""
        self.play_story()
        stopping = asyncio.create_task(stop.wait())
        playing = self._playing or stopping
        await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not playing.done():
            await self.stop_story()
        return self.state

    def play_story(self) -> bool:
        """Begin the story; False when it is being played."""
        if self._playing is not None and not self._playing.done():
            return False
        self._playing = asyncio.create_task(self._play())
        return True

    async def stop_story(self) -> None:
        """End the story where it is, if it is being played."""
        if self._playing is None or self._playing.done():
            return
        self._playing.cancel()
        await asyncio.gather(self._playing, return_exceptions=True)
        self._narration.end(StoryState.STOPPED, "Stopped before the end of the story.")

    async def stop_bot(self) -> int:
        """Ask the bot to end, and return its exit code."""
        return await self._bot.stop()

    def shown(self) -> Payload:
        """Write it for the page."""
        return {"story": self._narration.shown()}

    async def _play(self) -> None:
        self._narration.begin()
        story = Story(self._sandbox, self._seed, self._bot, self._narration.tell)
        try:
            outcome = await story.play()
            self._narration.say(report(story, outcome, self._database))
        except StoryError as error:
            self._narration.end(StoryState.WRONG, f"The story did not come out right: {error}")
            return
        right = "\nThe story came out right: everybody was asked until they answered, and nobody else."
        self._narration.end(StoryState.RIGHT, right)
